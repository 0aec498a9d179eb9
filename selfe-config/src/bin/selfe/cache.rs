//! `selfe cache`: the contents of the cache, their size, and whether they are undamaged.

use crate::exit::Failure;
use anstream::println;
use clap::{Args, Subcommand};
use selfe_config::cache::{Cache as SharedCache, Listed, UNUSED, Verdict};
use std::process::ExitCode;
use std::time::{Duration, SystemTime};

/// List, remove and check the entries of the cache
///
/// All projects share one cache of sources and kernel builds: SELFE_CACHE_DIR, or else `selfe` in
/// the user's cache folder. Entries that are unused for 90 days are removed automatically, once a
/// day.
#[derive(Args)]
#[command(after_help = crate::exit::HELP, args_conflicts_with_subcommands = true)]
pub struct Cache {
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Subcommand)]
enum What {
    /// List each entry with its size and last use; the same as `selfe cache`
    List,
    /// Remove unused entries; without a flag, those unused for 90 days
    Prune(Prune),
    /// Read every file and compare it with the recorded state; remove damaged entries, so that the
    /// next build makes them again
    ///
    /// Ends with exit code 1 if something was damaged.
    Verify,
}

#[derive(Args)]
struct Prune {
    /// Remove entries that were unused for this many days
    #[arg(long, value_name = "DAYS")]
    older_than: Option<u32>,
    /// Remove the entries unused for the longest, until the rest takes at most this much space: in
    /// bytes, or with K, M or G, such as 500M
    #[arg(long, value_name = "SIZE", value_parser = bytes)]
    max_size: Option<u64>,
    /// Only print what would be removed
    #[arg(long)]
    dry_run: bool,
}

const DAY: u64 = 24 * 60 * 60;

impl Cache {
    pub fn run(self) -> Result<ExitCode, Failure> {
        let cache = SharedCache::open()?;
        match self.what.unwrap_or(What::List) {
            What::List => {
                let all = cache.entries();
                all.iter().for_each(|one| println!("{}", line(one)));
                println!("{} in {}", total(&all), cache.root().display());
                Ok(ExitCode::SUCCESS)
            }
            What::Prune(prune) => {
                let days = prune.older_than.map(|days| Duration::from_secs(u64::from(days) * DAY));
                let unused = days.or_else(|| prune.max_size.is_none().then_some(UNUSED));
                let removed = cache.prune(unused, prune.max_size, prune.dry_run);
                removed.iter().for_each(|one| println!("{}", line(one)));
                let done = if prune.dry_run {
                    "would be removed: this was a dry run"
                } else {
                    "removed"
                };
                println!("{} {done}", total(&removed));
                Ok(ExitCode::SUCCESS)
            }
            What::Verify => verify(&cache),
        }
    }
}

fn verify(cache: &SharedCache) -> Result<ExitCode, Failure> {
    const SHOWN: usize = 10;
    let all = cache.entries();
    let mut damaged = 0;
    for one in &all {
        let name = format!("{}/{}", one.kind, one.key);
        let verdict = one.verify()?;
        match verdict {
            Verdict::Whole => {}
            Verdict::InUse => println!("{name} is being made: not checked"),
            Verdict::Unreadable(ref error) => {
                damaged += 1;
                println!("{name} can't be read: {error}");
            }
            Verdict::Removed(ref damages) | Verdict::Damaged(ref damages) => {
                damaged += 1;
                let state = match verdict {
                    Verdict::Removed(_) => "was damaged, and was removed",
                    _ => "is damaged, and can't be removed by this user",
                };
                println!("{name} {state}: {}", one.what.as_deref().unwrap_or_default());
                damages.iter().take(SHOWN).for_each(|damage| println!("  {damage}"));
                if damages.len() > SHOWN {
                    println!("  and {} more", damages.len() - SHOWN);
                }
            }
        }
    }
    println!("{} checked, {damaged} damaged", total(&all));
    Ok(ExitCode::from(u8::from(damaged > 0)))
}

fn line(one: &Listed) -> String {
    let kind = one.kind.split('/').next().unwrap_or_default();
    let key: String = one.key.chars().take(12).collect();
    let what = one.what.as_deref().unwrap_or("not complete");
    format!(
        "{:>9}  {:<14}  {kind:<10}  {key:<12}  {what}",
        size(one.size),
        used(one.last_use)
    )
}

fn total(all: &[Listed]) -> String {
    let entries = if all.len() == 1 { "entry" } else { "entries" };
    format!(
        "{} {entries}, {}",
        all.len(),
        size(all.iter().map(|one| one.size).sum())
    )
}

fn used(last: Option<SystemTime>) -> String {
    let past = last.map(|last| SystemTime::now().duration_since(last).unwrap_or_default());
    match past.map(|past| past.as_secs() / DAY) {
        None => "never used".to_owned(),
        Some(0) => "used today".to_owned(),
        Some(1) => "1 day ago".to_owned(),
        Some(days) => format!("{days} days ago"),
    }
}

fn size(bytes: u64) -> String {
    let mut value = bytes as f64 / 1024.0;
    for unit in ["KiB", "MiB"] {
        if value < 1000.0 {
            return format!("{value:.1} {unit}");
        }
        value /= 1024.0;
    }
    format!("{value:.1} GiB")
}

fn bytes(text: &str) -> Result<u64, String> {
    let wrong = || "expected a number of bytes, or one with K, M or G, such as 500M".to_owned();
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let shift = match unit.to_uppercase().trim_end_matches('B').trim_end_matches('I') {
        "" => 0,
        "K" => 10,
        "M" => 20,
        "G" => 30,
        _ => return Err(wrong()),
    };
    let number: u64 = number.parse().map_err(|_| wrong())?;
    number.checked_mul(1 << shift).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read() {
        for (text, expected) in [
            ("0", 0),
            ("1k", 1024),
            ("500M", 500 << 20),
            ("2GiB", 2 << 30),
            ("1GB", 1 << 30),
            ("7B", 7),
        ] {
            assert_eq!(bytes(text), Ok(expected), "{text}");
        }
        for text in ["", "M", "-1", "1.5G", "1T", "99999999999999999999", "99999999999G"] {
            assert!(bytes(text).is_err(), "{text}");
        }
    }
}
