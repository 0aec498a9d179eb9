//! Small root tasks, each booted in both profiles: what each prints, and its exit code.

use object::{Object, ObjectSection};
use selfe_tests::{Run, cargo, has_sources, run, selfe, skip, target_dir};
use std::path::Path;

/// The expected behaviour of a root task.
struct Expected {
    /// The name of its program in `tests/root-tasks`.
    program: &'static str,
    /// Its arguments.
    arguments: &'static [&'static str],
    /// The exit code of `selfe run`.
    code: i32,
    /// Lines that it prints, among others.
    prints: &'static [&'static str],
    /// Messages of selfe's, among others.
    told: &'static [&'static str],
}

const fn expect(program: &'static str, code: i32, prints: &'static [&'static str]) -> Expected {
    Expected {
        program,
        arguments: &[],
        code,
        prints,
        told: &[],
    }
}

const fn faults(program: &'static str, code: i32, told: &'static [&'static str]) -> Expected {
    Expected {
        program,
        arguments: &[],
        code,
        prints: &["With stack:"],
        told,
    }
}

const EXPECTED: &[Expected] = &[
    expect("exit_code", 42, &["about to exit"]),
    expect(
        "panics",
        101,
        &["panicked at", "panics.rs:9:", "there is nothing in it"],
    ),
    expect(
        "main_fails",
        1,
        &["Error: seL4_InvalidCapability, at ", "main_fails.rs:"],
    ),
    expect("main_never_returns", 7, &[]),
    expect("own_termination", 3, &["3 checks failed"]),
    // seL4_InvalidCapability, because the slot is empty.
    expect("system_call", 2, &["the answer's label is 2"]),
    expect("memory_functions", 0, &["copied"]),
    expect("small_stack", 0, &["a stack of 16 KiB"]),
    expect("smallest", 0, &["Hello, seL4!"]),
    expect("arguments", 0, &[]),
    Expected {
        program: "arguments",
        arguments: &["--timeout", "zwei Wörter", "", "--", "-v"],
        code: 5,
        prints: &[
            "argument \"--timeout\"",
            "argument \"zwei Wörter\"",
            "argument \"\"",
            "argument \"-v\"",
        ],
        told: &[],
    },
    Expected {
        program: "exit_code",
        arguments: &["one"],
        code: 42,
        prints: &[],
        told: &["reads no arguments, so they are dropped: one"],
    },
    expect("stack_overflow", 0, &["fault"]),
    expect("thread_locals", 0, &["two threads, two IPC buffers"]),
    expect("deceives", 101, &["panicked at", "this is the end"]),
    faults(
        "faults",
        6,
        &[
            "nobody handles the fault: a null pointer was written (address 0x10)",
            "\n  at tests/root-tasks/src/bin/faults.rs:",
            "note: the kernel reports: vm fault on data at address 0x10 with status",
        ],
    ),
    faults(
        "jumps",
        6,
        &["nobody handles the fault: a null function pointer was called (address 0x10)"],
    ),
    faults(
        "overflows",
        6,
        &[
            "stack overflow: the stack grew into the guard page",
            "overflows.rs:",
            "stack_size",
        ],
    ),
    faults(
        "thread_faults",
        6,
        &[
            "error: a thread other than the root task's first one faulted",
            "(address 0x10)",
            "\n  at tests/root-tasks/src/bin/thread_faults.rs:",
            "help: `--keep-going`",
        ],
    ),
];

const PROFILES: &[(&str, &[&str])] = &[("debug", &[]), ("release", &["--release"])];

/// Builds the root tasks; with another toolchain in a folder of its own.
fn build(toolchain: &[&str], arguments: &[&str]) -> Run {
    let mut command = cargo();
    if !toolchain.is_empty() {
        // The running cargo belongs to a toolchain; only rustup's understands `+toolchain`.
        command = std::process::Command::new("cargo");
        command.current_dir(selfe_tests::root()).env_remove("RUSTUP_TOOLCHAIN");
        command.env("CARGO_TARGET_DIR", target_dir().join("nightly"));
    }
    run(command
        .args(toolchain)
        .args(["build", "--quiet", "-p", "selfe-root-tasks"])
        .args(arguments))
}

#[track_caller]
fn boots(program: &Path, expected: &Expected) {
    let booted = run(selfe()
        .args(["run", "--timeout", "120"])
        .arg(program)
        .args(expected.arguments));
    let told = format!("{}:\n{}\n{}", program.display(), booted.out, booted.err);
    assert_eq!(booted.code, Some(expected.code), "{told}");
    for words in expected.prints {
        assert!(booted.out.contains(words), "no `{words}` in {told}");
    }
    for words in expected.told {
        assert!(booted.err.contains(words), "selfe does not say `{words}` in {told}");
    }
    assert!(
        expected.program == "deceives" || !booted.out.contains("selfe;exit"),
        "the end of the run is for selfe: {told}"
    );
}

#[test]
fn each_does_what_it_is_to_do() {
    if !has_sources("root_tasks::each_does_what_it_is_to_do") {
        return;
    }
    for (folder, arguments) in PROFILES {
        build(&[], arguments).success();
        for expected in EXPECTED {
            boots(&target_dir().join(folder).join(expected.program), expected);
        }
    }
}

#[test]
fn messages_of_the_crate_log() {
    if !has_sources("root_tasks::messages_of_the_crate_log") {
        return;
    }
    // In a folder of its own: with this feature the other programs would contain the backend, too.
    let target = target_dir().join("logs");
    let mut command = cargo();
    command.env("CARGO_TARGET_DIR", &target);
    let build = [
        "build",
        "--quiet",
        "-p",
        "selfe-root-tasks",
        "--features",
        "log",
        "--bin",
        "logs",
    ];
    run(command.args(build)).success();
    let logged = |level: Option<&str>| {
        let mut command = selfe();
        command.env_remove("SELFE_LOG");
        command.envs(level.map(|level| ("SELFE_LOG", level)));
        run(command.args(["run", "--timeout", "120"]).arg(target.join("debug/logs")))
    };
    let lines = [
        "ERROR logs: the first message\n",
        "INFO  logs: the second one\n",
        "DEBUG logs: the third one, of 3\n",
    ];
    for (level, count) in [(None, 2), (Some("debug"), 3), (Some("error"), 1), (Some("off"), 0)] {
        let booted = logged(level).success();
        for (index, line) in lines.iter().enumerate() {
            assert_eq!(booted.out.contains(line), index < count, "{level:?}: {}", booted.out);
        }
    }
    let refused = logged(Some("loud"));
    assert_eq!(refused.code, Some(2));
    assert!(
        refused.err.contains("SELFE_LOG is `loud`; expected one of off, error"),
        "{}",
        refused.err
    );
}

/// What every program contains, in bytes of instructions: setting up the first thread, printing,
/// the end of the run.
#[test]
fn the_smallest_root_task_is_smaller_than_a_kibibyte() {
    const NAME: &str = "root_tasks::the_smallest_root_task_is_smaller_than_a_kibibyte";
    if !cfg!(target_arch = "x86_64") {
        return skip(NAME, "the bound is for x86_64's instructions");
    }
    if !has_sources(NAME) {
        return;
    }
    build(&[], &["--release", "--bin", "smallest"]).success();
    let bytes = std::fs::read(target_dir().join("release/smallest")).unwrap();
    let file = object::File::parse(&*bytes).unwrap();
    let text = file.section_by_name(".text").unwrap().size();
    assert!(text <= 1024, "its text has {text} bytes");
}

#[test]
fn an_ordinary_main_on_nightly() {
    const NAME: &str = "root_tasks::an_ordinary_main_on_nightly";
    // A compiler without rustup reads `+nightly` as a file name, and still prints its version.
    let mut cargo = std::process::Command::new("cargo");
    let nightly = cargo
        .env_remove("RUSTUP_TOOLCHAIN")
        // Asking must not install it.
        .env("RUSTUP_AUTO_INSTALL", "0")
        .args(["+nightly", "--version"])
        .output();
    if !nightly.is_ok_and(|output| output.status.success()) {
        return skip(NAME, "no nightly compiler: `rustup toolchain install nightly`");
    }
    if !has_sources(NAME) {
        return;
    }
    let arguments = ["--features", "lang-items", "--bin", "ordinary_main"];
    build(&["+nightly"], &arguments).success();
    let program = target_dir().join("nightly/debug/ordinary_main");
    let prints = &["an ordinary main", "Error: \"and its error\""];
    boots(&program, &expect("ordinary_main", 1, prints));
}
