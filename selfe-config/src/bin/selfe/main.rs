//! `selfe`: builds seL4 root tasks and boots them.
//!
//! One file a subcommand. Errors become advice and exit codes here alone: see [`exit`].

mod boot;
mod build;
mod cache;
mod cargo;
mod cargo_env;
mod config;
mod context;
mod doctor;
mod exit;
mod fetch;
mod options;
mod platforms;
mod progress;
mod proofs;
mod root_task;
mod run;
mod settings;
mod simulate;
mod update;
mod verified;

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

#[derive(Subcommand)]
enum Command {
    Build(build::Build),
    Simulate(simulate::Simulate),
    Run(run::Run),
    Config(config::Config),
    Options(options::Options),
    Fetch(fetch::Fetch),
    Update(update::Update),
    Platforms(platforms::Platforms),
    Verified(verified::Verified),
    Doctor(doctor::Doctor),
    Cache(cache::CacheCommand),
}

fn main() -> ExitCode {
    exit::end_without_a_reader();
    let arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    let result = match run::program_of_this_computer(&arguments) {
        Some(result) => result,
        None => run(Cli::parse().command),
    };
    match result {
        Ok(code) => code,
        Err(failure) => failure.report(),
    }
}

fn run(command: Command) -> Result<ExitCode, exit::Failure> {
    match command {
        Command::Build(command) => command.run(),
        Command::Simulate(command) => command.run(),
        Command::Run(command) => command.run(),
        Command::Config(command) => command.run(),
        Command::Options(command) => command.run(),
        Command::Fetch(command) => command.run(),
        Command::Update(command) => command.run(),
        Command::Platforms(command) => command.run(),
        Command::Verified(command) => command.run(),
        Command::Doctor(command) => command.run(),
        Command::Cache(command) => command.run(),
    }
}
