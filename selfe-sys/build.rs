//! Builds the kernel that sel4.toml describes, binds libsel4 from that build's headers and links it.

#[path = "build/bindings.rs"]
mod bindings;
#[path = "build/callbacks.rs"]
mod callbacks;
#[path = "build/comments.rs"]
mod comments;
#[path = "build/config.rs"]
mod config;
#[path = "build/publish.rs"]
mod publish;
#[path = "build/sources.rs"]
mod sources;
#[path = "build/target.rs"]
mod target;

use std::error::Error;
use std::process::ExitCode;

fn main() -> ExitCode {
    selfe_config::build_helpers::report(run())
}

fn run() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=build");
    if selfe_config::build_helpers::front_page_only() {
        return Ok(());
    }
    // Before the kernel is built: who lacks libclang is to hear it at once.
    bindings::find_libclang()?;
    let manifest = sources::kernel_build()?.manifest;
    let bindings = bindings::generate(&manifest)?;
    config::write(&manifest, &bindings)?;
    publish::link(&manifest);
    publish::facts(&manifest, &bindings);
    Ok(())
}
