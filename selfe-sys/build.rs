//! Builds the kernel that sel4.toml describes, binds libsel4 from that build's headers and links
//! it.

#[path = "build/bindings.rs"]
mod bindings;
#[path = "build/bitfields/mod.rs"]
mod bitfields;
#[path = "build/callbacks.rs"]
mod callbacks;
#[path = "build/comments.rs"]
mod comments;
#[path = "build/config.rs"]
mod config;
#[path = "build/declared.rs"]
mod declared;
#[path = "build/interfaces/mod.rs"]
mod interfaces;
#[path = "build/libclang.rs"]
mod libclang;
#[path = "build/publish.rs"]
mod publish;
#[path = "build/rust.rs"]
mod rust;
#[path = "build/sources.rs"]
mod sources;
#[path = "build/system_calls.rs"]
mod system_calls;
#[path = "build/target.rs"]
mod target;

use interfaces::Interfaces;
use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

fn main() -> ExitCode {
    selfe_config::build_helpers::report(run())
}

fn run() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=build");
    if selfe_config::build_helpers::is_docs_rs() {
        return Ok(());
    }
    // Before the kernel is built: a missing libclang is reported at once.
    libclang::find()?;
    let manifest = sources::kernel_build()?.manifest;
    let out_dir = PathBuf::from(std::env::var_os("OUT_DIR").ok_or("cargo sets no OUT_DIR")?);
    // Each kind of function that is inline Rust too adds its names.
    let mut in_rust: Vec<String> = Vec::new();
    let bitfields = bitfields::write(&manifest, &out_dir)?;
    in_rust.extend_from_slice(&bitfields.by_value);
    in_rust.extend_from_slice(&bitfields.by_pointer);
    let mut interfaces = Interfaces::default();
    if system_calls::inline(&manifest) {
        interfaces = Interfaces::read(&manifest)?;
        in_rust.extend(system_calls::names());
        in_rust.extend(interfaces.names());
    }
    let in_c = bindings::generate(&manifest, &out_dir, &in_rust, &bitfields.by_value)?;
    interfaces.write(&manifest, &in_c, &out_dir)?;
    system_calls::tell(&in_c);
    config::write(&manifest, &out_dir)?;
    let guard = selfe_config::build_helpers::register_guard(&manifest);
    rust::write_text(&out_dir.join("registers.rs"), &guard)?;
    publish::link(&manifest);
    publish::facts(&manifest, &out_dir);
    Ok(())
}
