//! A session of gdb with the example: what it is asked, and what it has to answer.

use std::process::Command;

/// A function of the example, with a parameter.
const FUNCTION: &str = "example_application::thread::ask";

/// Adds gdb's own arguments: it stops at the function, and shows where that is and the parameter.
pub fn arguments(mut command: Command) -> Command {
    command.arg("-batch");
    let stop = format!("break {FUNCTION}");
    for line in ["backtrace", stop.as_str(), "continue", "backtrace", "print number"] {
        command.args(["-ex", line]);
    }
    command
}

/// Checks gdb's answers.
///
/// # Errors
/// One of them is missing.
pub fn check(printed: &str) -> Result<(), String> {
    let frames = |number: &str, function: &str, file: &str| {
        let is_it = |line: &str| line.starts_with(number) && line.contains(function) && line.contains(file);
        printed.lines().any(is_it)
    };
    let answers = [
        // The first stop is at the program's main function.
        ("main", frames("#0", "example_application::main", "src/main.rs:")),
        ("the breakpoint", frames("#0", "ask", "src/thread.rs:")),
        ("its caller", frames("#1", "ask_a_thread", "src/main.rs:")),
        ("the variable", printed.lines().any(|line| line == "$1 = 21")),
    ];
    match answers.iter().find(|(_, is_there)| !is_there) {
        Some((what, _)) => Err(format!("gdb did not show {what}")),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_answer_is_needed() {
        let printed = [
            "#0  example_application::main () at example_application/src/main.rs:20",
            "#0  example_application::thread::ask (number=21) at example_application/src/thread.rs:14",
            "#1  0x0000000000204a5b in example_application::ask_a_thread (objects=0x28ad38) at example_application/src/main.rs:68",
            "$1 = 21",
        ];
        assert_eq!(check(&printed.join("\n")), Ok(()));
        for index in 0..printed.len() {
            let mut fewer = printed.to_vec();
            fewer.remove(index);
            assert!(check(&fewer.join("\n")).is_err(), "{index}");
        }
    }
}
