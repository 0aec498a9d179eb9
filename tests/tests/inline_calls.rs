//! A system call is inlined where it is used: the instructions of a program in a release build
//! without link-time optimisation.

use selfe_tests::{cargo, has_sources, run, skip, target_dir};
use std::process::Command;

/// The instructions of a function, one per line.
fn instructions<'a>(listing: &'a str, function: &str) -> Vec<&'a str> {
    let heading = format!("<{function}>:");
    let mut lines = listing.lines().skip_while(|line| !line.ends_with(&heading)).skip(1);
    lines.by_ref().take_while(|line| !line.trim().is_empty()).collect()
}

/// Whether it calls or jumps to a function.
fn leaves(instruction: &str, function: &str) -> bool {
    let words: Vec<&str> = instruction.split_whitespace().collect();
    let calls = words.iter().any(|word| word.starts_with("call"));
    let jumps = words.iter().any(|word| word.starts_with('j'));
    calls || jumps && !instruction.contains(&format!("<{function}+"))
}

/// The instructions of the root task `system_call` in a profile; none if the test of this name is
/// skipped.
fn listing(test: &str, profile: &str) -> Option<String> {
    if !cfg!(target_arch = "x86_64") {
        skip(test, "it reads x86_64's instructions");
        return None;
    }
    if !has_sources(test) {
        return None;
    }
    if Command::new("objdump").arg("--version").output().is_err() {
        skip(test, "no objdump: it comes with the package binutils");
        return None;
    }
    let arguments = ["build", "--quiet", "-p", "selfe-root-tasks", "--bin", "system_call"];
    let mut command = cargo();
    command.args(arguments);
    if profile == "release" {
        command.arg("--release");
    }
    run(&mut command).success();
    let program = target_dir().join(profile).join("system_call");
    let listing = run(Command::new("objdump").args(["-d", "--no-show-raw-insn"]).arg(program)).success();
    Some(listing.out)
}

#[test]
fn a_system_call_calls_no_function() {
    let Some(listing) = listing("inline_calls::a_system_call_calls_no_function", "release") else {
        return;
    };
    for function in ["ask", "signal"] {
        let all = instructions(&listing, function);
        let text = all.join("\n");
        assert!(text.contains("syscall"), "`{function}` enters no kernel:\n{text}");
        let left: Vec<_> = all.iter().filter(|line| leaves(line, function)).collect();
        assert!(left.is_empty(), "`{function}` leaves for {left:?}:\n{text}");
    }
}

#[test]
fn a_signal_needs_thread_local_storage_in_debug_as_well() {
    const NAME: &str = "inline_calls::a_signal_needs_thread_local_storage_in_debug_as_well";
    let Some(listing) = listing(NAME, "debug") else {
        return;
    };
    let signal = instructions(&listing, "signal").join("\n");
    assert!(signal.contains("syscall"), "{signal}");
    assert!(
        signal.contains("%fs"),
        "a thread without it is found out in release alone:\n{signal}"
    );
}
