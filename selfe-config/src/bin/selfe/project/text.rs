//! The texts of a project's files.

use super::boards::Board;
use std::fmt::Write;

pub const BUILD_SCRIPT: &str = include_str!("../../../../project/build.rs");
pub const MAIN: &str = include_str!("../../../../project/main.rs");
pub const TEST: &str = include_str!("../../../../project/on_target.rs");
pub const WRAPPER: &str = include_str!("../../../../project/rustc");
/// The name of the program, which stands in several files.
pub const PROGRAM: &str = "root-task";
const PROGRAM_TABLE: &str = include_str!("../../../../project/bin.toml");
/// What the package's manifest needs.
pub const MANIFEST: &str = include_str!("../../../../project/manifest.toml");
/// What the workspace's manifest needs.
pub const PROFILES: &str = include_str!("../../../../project/profiles.toml");
const SEL4_TOML: &str = include_str!("../../../../project/sel4.toml.in");
const BUILD_TABLE: &str = include_str!("../../../../project/build.toml.in");
const README: &str = include_str!("../../../../project/README.md.in");

/// The table of the program in the manifest.
pub fn program(name: &str) -> String {
    PROGRAM_TABLE.replace(PROGRAM, name)
}

/// sel4.toml with a table for each platform.
pub fn sel4_toml(boards: &[Board], program: &str) -> String {
    let mut text = SEL4_TOML.replace("@NEWEST@", &selfe_config::release::newest().name);
    for board in boards {
        let (flags, folder) = match board.is_host() {
            true => (String::new(), String::new()),
            false => (format!(" --target {}", board.target), format!("{}/", board.target)),
        };
        text += &BUILD_TABLE
            .replace("@PLATFORM@", &board.platform.name)
            .replace("@FLAGS@", &flags)
            .replace("@FOLDER@", &folder)
            .replace(PROGRAM, program);
    }
    text
}

/// `.cargo/config.toml`: the runner of each target, the first platform, and short commands for the
/// others.
pub fn cargo_config(boards: &[Board]) -> String {
    let mut text = String::new();
    let mut line = |line: &str| {
        text += line;
        text.push('\n');
    };
    line(
        "# `cargo run` boots the root task in QEMU, and `cargo test` its tests: cargo install selfe-config --features bin",
    );
    let mut targets: Vec<&Board> = Vec::new();
    for board in boards {
        if targets.iter().all(|known| known.target != board.target) {
            targets.push(board);
        }
    }
    for board in &targets {
        line(&format!("[target.{}]", board.target));
        if let Some(linker) = &board.linker {
            line(&format!("linker = \"{linker}\""));
        }
        if board.target.starts_with("riscv") {
            line("# For the backtrace of a panic: functions that never return save their caller's address.");
            line("rustflags = [\"-C\", \"force-unwind-tables=yes\"]");
        }
        line("runner = \"selfe run\"\n");
    }
    line("[build]");
    if let Some(first) = boards.first().filter(|first| !first.is_host()) {
        line(&format!("target = \"{}\"", first.target));
    }
    line("# Compiles tests without an unwinder.");
    line("rustc-wrapper = \".cargo/rustc\"\n");
    line("[env]");
    line("SEL4_CONFIG_PATH = { value = \"sel4.toml\", relative = true }");
    if let Some(first) = boards.first() {
        line(&format!("SEL4_PLATFORM = \"{}\"", first.platform.name));
    }
    line("\n[alias]");
    for (board, command) in others(boards) {
        line(&format!(
            "{command}-{} = [\"{command}\", \"--config\", \"env.SEL4_PLATFORM='{}'\", \"--target\", \"{}\"]",
            board.platform.name, board.platform.name, board.target
        ));
    }
    line("# Builds without a prebuilt standard library: nightly with rust-src, or RUSTC_BOOTSTRAP=1.");
    let build_std = "-Zbuild-std=core,alloc,compiler_builtins -Zbuild-std-features=compiler-builtins-mem";
    line(&format!("xbuild = \"build {build_std}\""));
    line(&format!("xtest = \"test {build_std} -Zpanic-abort-tests\""));
    text
}

/// The commands for all platforms but the first.
fn others(boards: &[Board]) -> impl Iterator<Item = (&Board, &'static str)> {
    let others = boards.iter().skip(1);
    others.flat_map(|board| ["run", "test"].map(|command| (board, command)))
}

/// The editor's settings: rust-analyzer checks the code for the first platform's target. For this
/// computer's own it does so by itself, and shares what cargo builds.
pub fn editor(boards: &[Board]) -> Option<String> {
    let first = boards.first().filter(|first| !first.is_host())?;
    Some(format!(
        "{{\n    \"rust-analyzer.cargo.target\": \"{}\"\n}}\n",
        first.target
    ))
}

/// README.md: what the project's commands and files are.
pub fn readme(boards: &[Board]) -> String {
    let mut aliases = String::new();
    for (board, command) in others(boards) {
        let does = if command == "run" { "boots it" } else { "runs the tests" };
        // Writing to a string never fails.
        let _ = writeln!(
            aliases,
            "| `cargo {command}-{}` | {does} on {} |",
            board.platform.name, board.platform.description
        );
    }
    let mut targets: Vec<&str> = boards
        .iter()
        .filter(|board| !board.is_host())
        .map(|board| board.target.as_str())
        .collect();
    targets.dedup();
    let targets = match targets.is_empty() {
        true => String::new(),
        false => format!(
            "\nOther architectures need their Rust target: `rustup target add {}`.\n",
            targets.join(" ")
        ),
    };
    README.replace("@ALIASES@", &aliases).replace("@TARGETS@", &targets)
}
