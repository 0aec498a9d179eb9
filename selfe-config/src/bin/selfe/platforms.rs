//! `selfe platforms`: the platforms that selfe can build for.

use crate::context;
use crate::exit::Failure;
use anstream::println;
use clap::Args;
use selfe_config::model::Document;
use std::process::ExitCode;

/// List the platforms, including those that sel4.toml describes
#[derive(Args)]
pub struct Platforms {}

impl Platforms {
    pub fn run(self) -> Result<ExitCode, Failure> {
        let document = context::find()?.unwrap_or_else(Document::embedded);
        for platform in document.platforms() {
            let aliases = match &platform.aliases[..] {
                [] => String::new(),
                aliases => format!(" (also {})", aliases.join(", ")),
            };
            println!("{}{aliases}: {}", platform.name, platform.description);
            for (sel4_arch, arch) in &platform.sel4_arch {
                let qemu = arch
                    .simulate
                    .as_ref()
                    .map_or("not simulated", |simulate| simulate.qemu.as_str());
                println!("  {sel4_arch:<8} {qemu:<20} {}", arch.rust_targets.join(", "));
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}
