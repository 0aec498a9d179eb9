//! Compares each release of seL4 with the previous one, and lists what selfe does not know yet
//! about a new one.
//!
//! `cargo xtask releases` and `cargo xtask release-check` run it.

#[path = "../../../selfe-sys/build/bindings.rs"]
mod bindings;
#[path = "../../../selfe-sys/build/callbacks.rs"]
mod callbacks;
mod check;
mod checklist;
#[path = "../../../selfe-sys/build/comments.rs"]
mod comments;
#[allow(dead_code, reason = "selfe-sys's build script uses all of it")]
#[path = "../../../selfe-sys/build/declared.rs"]
mod declared;
mod kernels;
mod page;
#[allow(dead_code, reason = "as above")]
#[path = "../../../selfe-sys/build/rust.rs"]
mod rust;
#[path = "../../../selfe-sys/build/target.rs"]
mod target;

use selfe_config::cache::Cache;
use selfe_config::progress::Progress;
use std::error::Error;
use std::process::ExitCode;

const HELP: &str = "\
releases page          write docs/releases.md
releases page --check  say whether it is current
releases check NAME    look at what selfe has yet to know about a tag or branch of the kernel's repository";

/// Prints progress, because building a kernel takes a minute.
struct Printed;

impl Progress for Printed {
    fn begin(&self, step: &str) {
        eprintln!("{step}");
    }

    fn warn(&self, _: &str) {}
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let result = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["page"] => write(),
        ["page", "--check"] => compare(),
        ["check", name] => check(name),
        _ => {
            eprintln!("{HELP}");
            return ExitCode::from(2);
        }
    };
    result.unwrap_or_else(|error| {
        eprintln!("error: {error}");
        ExitCode::from(2)
    })
}

fn write() -> Result<ExitCode, Box<dyn Error>> {
    let text = page::page(&Cache::open()?, &Printed)?;
    let file = kernels::root().join(page::FILE);
    if let Some(dir) = file.parent() {
        std::fs::create_dir_all(dir)?;
    }
    std::fs::write(&file, text).map_err(|error| format!("writing {}: {error}", file.display()))?;
    println!("{} is written", page::FILE);
    Ok(ExitCode::SUCCESS)
}

fn compare() -> Result<ExitCode, Box<dyn Error>> {
    let text = page::page(&Cache::open()?, &Printed)?;
    let found = std::fs::read_to_string(kernels::root().join(page::FILE)).unwrap_or_default();
    if found == text {
        println!("{} is current", page::FILE);
        return Ok(ExitCode::SUCCESS);
    }
    println!("{} is not current: `cargo xtask releases` writes it", page::FILE);
    Ok(ExitCode::FAILURE)
}

fn check(name: &str) -> Result<ExitCode, Box<dyn Error>> {
    let mut list = checklist::Checklist::default();
    check::check(&Cache::open()?, name, &mut list, &Printed)?;
    Ok(match list.to_do() {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    })
}
