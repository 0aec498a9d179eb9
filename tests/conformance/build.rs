//! Links the program as a root task, and writes the calls of every object invocation.

#[path = "build/invocations.rs"]
mod invocations;

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

fn main() -> ExitCode {
    selfe_config::build_helpers::report(run())
}

fn run() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=build");
    selfe_config::build_helpers::root_task();
    // Kernels before 13.0.0 have no such option.
    println!("cargo::rustc-check-cfg=cfg(KernelEnableSMPSupport)");
    let bindings = std::env::var_os("DEP_SEL4_BINDINGS").ok_or("selfe-sys does not set DEP_SEL4_BINDINGS")?;
    let out_dir = std::env::var_os("OUT_DIR").ok_or("cargo sets no OUT_DIR")?;
    invocations::write(&PathBuf::from(bindings), &PathBuf::from(out_dir))
}
