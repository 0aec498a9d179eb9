//! Links the program as a root task, together with the C code that it is compared with. The C code
//! is compiled by the same compiler and with the same flags as libsel4.

#[path = "../../xtask/src/bindings/compiler.rs"]
mod compiler;

use compiler::Compiler;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

const SOURCE: &str = "c/operations.c";

fn main() -> ExitCode {
    selfe_config::build_helpers::report(run())
}

fn run() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=c");
    println!("cargo::rerun-if-changed=../../xtask/src/bindings/compiler.rs");
    selfe_config::build_helpers::root_task();
    // Releases before 13.0.0 do not have this option.
    println!("cargo::rustc-check-cfg=cfg(KernelEnableSMPSupport)");
    let kernel = selfe_config::build_helpers::linked_kernel();
    let out_dir = PathBuf::from(std::env::var_os("OUT_DIR").ok_or("cargo sets no OUT_DIR")?);
    let object = out_dir.join("operations.o");
    let mut command = Compiler::of_libsel4(&kernel.build_dir)?.compile(Path::new(SOURCE), &object);
    let status = command.status()?;
    if !status.success() {
        return Err(format!("{SOURCE} does not compile: {status}").into());
    }
    println!("cargo::rustc-link-arg-bins={}", object.display());
    Ok(())
}
