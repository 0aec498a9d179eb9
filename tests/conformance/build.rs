//! Links the program as a root task, and generates calls of every object invocation.

#[path = "build/invocations.rs"]
mod invocations;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

fn main() -> ExitCode {
    selfe_config::build_helpers::report(run())
}

fn run() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=build");
    selfe_config::build_helpers::root_task();
    // Releases before 13.0.0 do not have this option.
    println!("cargo::rustc-check-cfg=cfg(KernelEnableSMPSupport)");
    let bindings = std::env::var_os("DEP_SEL4_BINDINGS").ok_or("selfe-sys does not set DEP_SEL4_BINDINGS")?;
    let out_dir = std::env::var_os("OUT_DIR").ok_or("cargo sets no OUT_DIR")?;
    let bindings = PathBuf::from(bindings);
    tell_benchmarks(&bindings.join("c.rs"))?;
    invocations::write(&bindings, &PathBuf::from(out_dir))
}

/// Tells the program whether the kernel measures thread utilisation, which for every release is
/// known only from libsel4's headers.
fn tell_benchmarks(c: &Path) -> Result<(), Box<dyn Error>> {
    println!("cargo::rustc-check-cfg=cfg(tracks_utilisation)");
    let text = std::fs::read_to_string(c).map_err(|error| format!("reading {}: {error}", c.display()))?;
    if text.contains("fn seL4_BenchmarkGetThreadUtilisation(") {
        println!("cargo::rustc-cfg=tracks_utilisation");
    }
    Ok(())
}
