//! `selfe`: builds seL4 root tasks and boots them.
//!
//! One file per subcommand. Errors get their exit codes here: see [`exit`].

mod boot;
mod bootable;
mod bug_report;
mod cargo;
mod cargo_env;
mod context;
mod exit;
mod on_target;
mod optional;
mod progress;
mod project;
mod proofs;
mod root_task;
mod settings;
mod table;

use clap::{Parser, Subcommand};
use std::ffi::OsString;
use std::process::ExitCode;

/// Builds seL4 root tasks and boots them in QEMU.
#[derive(Parser)]
#[command(name = "selfe", version, after_help = exit::HELP, propagate_version = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

macro_rules! subcommands {
    ($($module:ident::$name:ident,)+) => {
        $(mod $module;)+

        #[derive(Subcommand)]
        enum Command {
            $($name($module::$name),)+
        }

        impl Command {
            fn run(self) -> Result<ExitCode, exit::Failure> {
                match self {
                    $(Command::$name(command) => command.run(),)+
                }
            }
        }
    };
}

// Each has a file of its own, and `selfe help` lists them in this order.
subcommands! {
    new::New,
    init::Init,
    build::Build,
    simulate::Simulate,
    run::Run,
    debug::Debug,
    config::Config,
    options::Options,
    fetch::Fetch,
    update::Update,
    platforms::Platforms,
    verified::Verified,
    doctor::Doctor,
    cache::Cache,
}

fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    let result = match run::program_of_this_computer(&arguments) {
        Some(result) => result,
        None => Cli::parse().command.run(),
    };
    match result {
        Ok(code) => code,
        Err(failure) => failure.report(),
    }
}
