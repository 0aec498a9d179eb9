//! A system call stands where it is used: the instructions of a program, in a release build without link-time optimisation.

use selfe_tests::{cargo, has_sources, run, skip, target_dir};
use std::process::Command;

const NAME: &str = "inline_calls::a_system_call_calls_no_function";

/// The instructions of a function, one a line.
fn instructions<'a>(listing: &'a str, function: &str) -> Vec<&'a str> {
    let heading = format!("<{function}>:");
    let mut lines = listing.lines().skip_while(|line| !line.ends_with(&heading)).skip(1);
    lines.by_ref().take_while(|line| !line.trim().is_empty()).collect()
}

/// Whether it calls a function, or leaves for one.
fn leaves(instruction: &str, function: &str) -> bool {
    let words: Vec<&str> = instruction.split_whitespace().collect();
    let calls = words.iter().any(|word| word.starts_with("call"));
    let jumps = words.iter().any(|word| word.starts_with('j'));
    calls || jumps && !instruction.contains(&format!("<{function}+"))
}

#[test]
fn a_system_call_calls_no_function() {
    if !cfg!(target_arch = "x86_64") {
        return skip(NAME, "it reads x86_64's instructions");
    }
    if !has_sources(NAME) {
        return;
    }
    if Command::new("objdump").arg("--version").output().is_err() {
        return skip(NAME, "no objdump: it comes with the package binutils");
    }
    let arguments = [
        "build",
        "--quiet",
        "--release",
        "-p",
        "selfe-root-tasks",
        "--bin",
        "system_call",
    ];
    run(cargo().args(arguments)).success();
    let program = target_dir().join("release/system_call");
    let listing = run(Command::new("objdump").args(["-d", "--no-show-raw-insn"]).arg(program)).success();
    let ask = instructions(&listing.out, "ask");
    assert!(
        ask.iter().any(|line| line.contains("syscall")),
        "`ask` enters no kernel:\n{}",
        ask.join("\n")
    );
    let left: Vec<_> = ask.iter().filter(|line| leaves(line, "ask")).collect();
    assert!(left.is_empty(), "`ask` leaves for {left:?}:\n{}", ask.join("\n"));
}
