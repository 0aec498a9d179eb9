//! Writes property tests for every bitfield type from the definitions in the kernel's build.

#[path = "build/definitions.rs"]
mod definitions;
#[path = "build/generate.rs"]
mod generate;
#[path = "../../selfe-sys/build/bitfields/pbf/mod.rs"]
mod pbf;
#[path = "build/signatures.rs"]
mod signatures;

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

fn main() -> ExitCode {
    selfe_config::build_helpers::report(run())
}

fn run() -> Result<(), Box<dyn Error>> {
    for path in ["build.rs", "build", "../../selfe-sys/build/bitfields/pbf"] {
        println!("cargo::rerun-if-changed={path}");
    }
    let manifest = selfe_config::build_helpers::linked_kernel();
    let out_dir = PathBuf::from(std::env::var_os("OUT_DIR").ok_or("cargo sets no OUT_DIR")?);
    definitions::write_checks(&manifest, &out_dir)?;
    let bindings = std::env::var_os("DEP_SEL4_BINDINGS").ok_or("selfe-sys does not set DEP_SEL4_BINDINGS")?;
    signatures::write(&PathBuf::from(bindings), &out_dir)?;
    for (name, from) in [
        ("SELFE_MANIFEST", "DEP_SEL4_MANIFEST"),
        ("SELFE_BINDINGS", "DEP_SEL4_BINDINGS"),
    ] {
        println!(
            "cargo::rustc-env={name}={}",
            std::env::var(from).map_err(|_| format!("selfe-sys does not set {from}"))?
        );
    }
    Ok(())
}
