//! `cargo xtask bench`: the cost of a system call in C, through libsel4.a and in inline Rust, in
//! instructions of the root task; and the cost of programs and builds. `docs/performance.md`
//! describes the method.

mod builds;
mod console;
mod counts;
mod memory;
mod sizes;
mod table;
mod trace;

use crate::boot::report::{Verdict, align};
use crate::matrix;
use crate::run::{Failure, root, selfe_program};
use crate::setup;
use table::Bounds;

/// The usage message.
const USAGE: &str = "\
cargo xtask bench          all of it
cargo xtask bench CASE…    instructions on the kernels of these cases of tests/matrix.toml, in release";

/// One case of each architecture.
const CASES: &[&str] = &["x86_64", "ia32", "virt-aarch64", "sabre", "riscv64", "riscv32"];

/// The file with the bounds.
const BOUNDS: &str = "tests/bench/bounds.toml";

/// The command with its arguments.
///
/// # Errors
/// A wrong argument, something that can't be measured, or a number above its bound.
pub fn bench(arguments: &[&str]) -> Result<(), Failure> {
    if let Some(flag) = arguments.iter().find(|name| name.starts_with('-')) {
        return Err(Failure::usage(format!("unknown option: {flag}\n\n{USAGE}")));
    }
    let names = if arguments.is_empty() { CASES } else { arguments };
    let bounds = bounds()?;
    let too_much = instructions(names, &bounds)?;
    if arguments.is_empty() {
        programs_and_builds()?;
    }
    match too_much.len() {
        0 => Ok(()),
        _ => Err(Failure::step(format!("above its bound: {}", too_much.join("; ")), None)),
    }
}

fn bounds() -> Result<Bounds, Failure> {
    let wrong = |why: String| Failure::usage(format!("{BOUNDS}: {why}"));
    let text = std::fs::read_to_string(root().join(BOUNDS)).map_err(|error| wrong(error.to_string()))?;
    toml::from_str(&text).map_err(|error| wrong(error.to_string()))
}

/// Prints a table for each case; returns what exceeds its bound.
fn instructions(names: &[&str], bounds: &Bounds) -> Result<Vec<String>, Failure> {
    let cases = matrix::named(names)?;
    setup::for_cases(&cases)?;
    let selfe = selfe_program()?;
    let mut too_much = Vec::new();
    for case in cases {
        println!(
            "\n{}: user-side instructions of one operation, both sides of a call together",
            what(&case)
        );
        let name = case.name.clone();
        match counts::of_case(case, &selfe, bounds)? {
            Ok(rows) => {
                let lines: Vec<_> = std::iter::once(table::heading())
                    .chain(rows.calls.iter().map(table::Row::cells))
                    .collect();
                print!("{}", align(&lines));
                let of_memory: Vec<_> = std::iter::once(memory::heading())
                    .chain(rows.memory.iter().map(memory::Row::cells))
                    .collect();
                print!("{}", align(&of_memory));
                let calls = rows.calls.iter().filter(|row| row.is_too_much());
                too_much.extend(calls.map(|row| format!("{name}: {}", row.operation)));
                let of_memory = rows.memory.iter().filter(|row| row.is_too_much());
                too_much.extend(of_memory.map(|row| format!("{name}: {}", row.operation())));
            }
            Err(Verdict::Skipped(why)) if !crate::tally::requires_all() => println!("skipped: {why}"),
            Err(Verdict::Skipped(why) | Verdict::Failed(why) | Verdict::Passed(why)) => {
                return Err(Failure::step(
                    format!("{name}: {why}\n  see target/boot/bench-{name}/log"),
                    None,
                ));
            }
        }
    }
    Ok(too_much)
}

/// Prints what programs and builds cost.
fn programs_and_builds() -> Result<(), Failure> {
    let sizes = sizes::text()?.into_iter();
    let sizes = sizes.map(|(name, bytes)| vec![name.to_owned(), format!("{bytes} bytes")]);
    println!("\nText of programs for this computer's processor");
    print!("{}", align(&sizes.collect::<Vec<_>>()));
    println!("\nBuilds of the example application");
    let times = builds::times()?.into_iter().map(|(what, time)| vec![what, time]);
    print!("{}", align(&times.collect::<Vec<_>>()));
    Ok(())
}

/// What is measured, for the output.
fn what(case: &matrix::Case) -> String {
    format!("{} ({}, {})", case.name, case.sel4_arch, case.rust_target)
}
