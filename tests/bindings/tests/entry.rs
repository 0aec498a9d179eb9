//! The compiler's messages if `entry!` is misused, which `cargo check` already prints.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The rlib of selfe-start that this test was compiled with, and the folder of its dependencies.
fn selfe_start() -> (PathBuf, PathBuf) {
    let deps = std::env::current_exe().unwrap().parent().unwrap().to_owned();
    let files = std::fs::read_dir(&deps).unwrap().map(|entry| entry.unwrap().path());
    let is_it = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with("libselfe_start-") && name.ends_with(".rlib")
    };
    let modified = |path: &PathBuf| std::fs::metadata(path).unwrap().modified().unwrap();
    let newest = files
        .filter(is_it)
        .max_by_key(modified)
        .expect("cargo compiles it for this test");
    (newest, deps)
}

/// The compiler's message for a program; `None` if it compiles.
fn errors(folder: &Path, program: &str) -> Option<String> {
    let (selfe_start, deps) = selfe_start();
    let source = folder.join("program.rs");
    std::fs::write(&source, format!("#![no_std]\n#![no_main]\n{program}\n")).unwrap();
    let output = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()))
        .args([
            "--edition",
            "2024",
            "--crate-type",
            "bin",
            "--emit",
            "metadata",
            "-C",
            "panic=abort",
        ])
        .arg("-L")
        .arg(format!("dependency={}", deps.display()))
        .arg("--extern")
        .arg(format!("selfe_start={}", selfe_start.display()))
        .arg("--out-dir")
        .arg(folder)
        .arg(&source)
        .output()
        .unwrap();
    (!output.status.success()).then(|| String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn each_mistake_is_told_in_its_own_words() {
    let folder = tempfile::tempdir().unwrap();
    // If root tasks are built in the same run, selfe-start has their feature `panic_handler`.
    let alone = errors(folder.path(), "fn main() {} selfe_start::entry!(main);");
    let panic_handler = match alone {
        None => "",
        Some(_) => "#[panic_handler] fn panic(_: &core::panic::PanicInfo) -> ! { loop {} }",
    };
    for right in [
        "fn main() {} selfe_start::entry!(main);",
        "fn main() -> ! { loop {} } selfe_start::entry!(main,);",
        "fn main() -> Result<(), core::num::ParseIntError> { Ok(()) } selfe_start::entry!(main);",
        "fn main() {} selfe_start::entry!(crate::main, stack_size = 2 * 4096);",
    ] {
        let program = format!("{right} {panic_handler}");
        assert_eq!(errors(folder.path(), &program), None);
    }
    let multiple = "stack_size has to be a multiple of the page size, 4096 bytes, and not 0";
    for (wrong, says) in [
        (
            "fn main(_: u32) {} selfe_start::entry!(main);",
            "expected fn pointer `fn() -> _`",
        ),
        (
            "unsafe fn main() {} selfe_start::entry!(main);",
            "expected safe fn, found unsafe fn",
        ),
        (
            "fn main() -> u8 { 0 } selfe_start::entry!(main);",
            "`main` of a root task can't return `u8`",
        ),
        (
            "async fn main() {} selfe_start::entry!(main);",
            "`main` of a root task can't return `impl Future",
        ),
        ("selfe_start::entry!(main);", "cannot find value `main`"),
        ("selfe_start::entry!(|| ());", "no rules expected `||`"),
        (
            "fn main() {} selfe_start::entry!(main, stack = 4096);",
            "no rules expected `stack`",
        ),
        ("fn main() {} selfe_start::entry!(main, stack_size = 1000);", multiple),
        ("fn main() {} selfe_start::entry!(main, stack_size = 0);", multiple),
        (
            "fn main() {} selfe_start::entry!(main, stack_size = -1);",
            "cannot apply unary operator `-`",
        ),
        (
            "fn main() { selfe_start::debug_println!(\"{}\") } selfe_start::entry!(main);",
            "no arguments were given",
        ),
    ] {
        let errors = errors(folder.path(), wrong).unwrap_or_else(|| panic!("it compiles: {wrong}"));
        assert!(errors.contains(says), "{wrong}\n{errors}");
    }
}
