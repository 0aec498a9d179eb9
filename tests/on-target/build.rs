//! Writes the checks of every bitfield type, and the program that prints how Rust lays out the
//! types of the headers.

#[path = "../bindings/build/definitions.rs"]
mod definitions;
#[path = "../bindings/build/generate.rs"]
mod generate;
#[path = "build/layout.rs"]
mod layout;
#[path = "../../selfe-sys/build/bitfields/pbf/mod.rs"]
mod pbf;
#[path = "../bindings/build/signatures.rs"]
mod signatures;
#[path = "build/tags.rs"]
mod tags;

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

fn main() -> ExitCode {
    selfe_config::build_helpers::report(run())
}

fn run() -> Result<(), Box<dyn Error>> {
    for path in [
        "build.rs",
        "build",
        "../bindings/build",
        "../../selfe-sys/build/bitfields/pbf",
    ] {
        println!("cargo::rerun-if-changed={path}");
    }
    selfe_config::build_helpers::root_task();
    let manifest = selfe_config::build_helpers::linked_kernel();
    let out_dir = PathBuf::from(std::env::var_os("OUT_DIR").ok_or("cargo sets no OUT_DIR")?);
    definitions::write_checks(&manifest, &out_dir)?;
    let bindings = std::env::var_os("DEP_SEL4_BINDINGS").ok_or("selfe-sys does not set DEP_SEL4_BINDINGS")?;
    let bindings = PathBuf::from(bindings);
    signatures::write(&bindings, &out_dir)?;
    layout::write(&manifest, &bindings, &out_dir)
}
