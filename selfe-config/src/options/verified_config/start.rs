//! `[sel4] verified` in sel4.toml: options that start from a verified configuration.
//!
//! The configuration's options replace everything that selfe and the platform's data say about the
//! kernel. Any other option in sel4.toml must have the value that the configuration settles on
//! anyway: `crate::verified` checks that.

use super::board::{Board, VerifiedConfig};
use super::error::VerifiedError;
use super::read::list;
use crate::model::contextualized::{Contextualized, Verified};
use crate::nearest::nearest;
use crate::options::asked::{KernelOption, KernelOptions, Origin, is_of_loader, platform_arch};
use crate::options::declared::Declarations;
use crate::platform::{self, PlatformData};
use crate::release::recognise;
use crate::value::SingleValue;
use std::path::Path;

/// The options with which the kernel's configurations name a board.
pub(crate) const BOARD: &[&str] = &[
    "KernelPlatform",
    "KernelSel4Arch",
    "KernelARMPlatform",
    "KernelRiscVPlatform",
];

/// Makes the options start from the verified configuration that sel4.toml names, if it names one,
/// and returns it.
///
/// # Errors
/// The kernel has no such configuration, it is for another board, or the programs' target does not
/// fit it.
pub fn start(
    options: &mut KernelOptions,
    config: &Contextualized,
    platform: &PlatformData,
    kernel: &Path,
    declared: &Declarations,
) -> Result<Option<VerifiedConfig>, Box<VerifiedError>> {
    let Some(asked) = &config.verified else {
        return Ok(None);
    };
    let all = list(kernel)?;
    let chosen = find(asked, &all, config, kernel)?;
    let board = board_of(options);
    if !board.takes(&chosen.board()) {
        return Err(other_board(asked, &chosen, &all, &board, platform).into());
    }
    check_target(asked, &chosen, config, platform)?;
    let own = |option: &KernelOption| option.origin == Origin::Sel4Toml;
    options
        .options
        .retain(|name, option| own(option) || BOARD.contains(&name.as_str()) || !is_of_kernel(name, declared));
    put(options, &chosen, |_| true);
    Ok(Some(chosen))
}

/// Whether an option decides what the kernel is: all except those of the compiler, libsel4 and the
/// elfloader.
pub(crate) fn is_of_kernel(name: &str, declared: &Declarations) -> bool {
    // The device tree's options are the kernel's, although it does not declare them.
    let is_declared = declared.contains(name) || name.starts_with("Kernel");
    is_declared && !name.starts_with("LibSel4") && !is_of_loader(name)
}

/// Adds a configuration's options, except those that sel4.toml sets itself.
pub fn put(options: &mut KernelOptions, verified: &VerifiedConfig, wanted: impl Fn(&str) -> bool) {
    for (name, value) in verified.options.iter().filter(|(name, _)| wanted(name)) {
        let is_own = options
            .options
            .get(name)
            .is_some_and(|old| old.origin == Origin::Sel4Toml);
        if !is_own {
            let (value, origin) = (SingleValue::String(value.clone()), Origin::Verified);
            options.options.insert(name.clone(), KernelOption { value, origin });
        }
    }
}

/// The board that some options name.
pub(crate) fn board_of(options: &KernelOptions) -> Board {
    Board::of(|name| options.options.get(name).map(|option| option.value.to_string()))
}

fn find(
    asked: &Verified,
    all: &[VerifiedConfig],
    config: &Contextualized,
    kernel: &Path,
) -> Result<VerifiedConfig, Box<VerifiedError>> {
    if let Some(found) = all.iter().find(|one| one.name == asked.name) {
        return Ok(found.clone());
    }
    let sel4_arch = config.context.sel4_arch.as_str();
    let known = all
        .iter()
        .filter(|one| one.board().sel4_arch.as_deref() == Some(sel4_arch));
    Err(Box::new(VerifiedError::NoSuch {
        at: asked.at.clone(),
        version: recognise(kernel).version,
        name: asked.name.clone(),
        sel4_arch: sel4_arch.to_owned(),
        known: known.map(|one| one.name.clone()).collect(),
        nearest: nearest(&asked.name, all.iter().map(|one| one.name.as_str())).map(str::to_owned),
    }))
}

fn other_board(
    asked: &Verified,
    chosen: &VerifiedConfig,
    all: &[VerifiedConfig],
    board: &Board,
    platform: &PlatformData,
) -> VerifiedError {
    let words = |board: &Board| {
        let sel4_arch = board.sel4_arch.as_deref().unwrap_or("no sel4_arch");
        format!("{} ({sel4_arch})", board.words())
    };
    let here = all.iter().filter(|one| board.takes(&one.board()));
    let of_arch = all.iter().filter(|one| one.board().sel4_arch == board.sel4_arch);
    let elsewhere = of_arch.filter_map(|one| {
        let (_, platform) = platform::all()
            .iter()
            .flat_map(|platform| platform.sel4_arch.values().map(move |arch| (arch, platform)))
            .find(|(arch, platform)| {
                let value = |name: &str| arch.options.get(name).or_else(|| platform.options.get(name));
                Board::of(|name| value(name).map(ToString::to_string)).takes(&one.board())
            })?;
        Some(format!("{} ({})", one.name, platform.name))
    });
    VerifiedError::OtherBoard {
        at: asked.at.clone(),
        name: chosen.name.clone(),
        its_board: words(&chosen.board()),
        platform: platform.name.clone(),
        board: words(board),
        here: here.map(|one| one.name.clone()).collect(),
        elsewhere: elsewhere.collect(),
    }
}

fn check_target(
    asked: &Verified,
    chosen: &VerifiedConfig,
    config: &Contextualized,
    platform: &PlatformData,
) -> Result<(), Box<VerifiedError>> {
    let arch = platform_arch(config, platform)?;
    let Some(target) = &config.rust_target else {
        return Ok(());
    };
    let wanted = arch.target_options.get(target).into_iter().flatten();
    for (option, wanted) in wanted {
        let Some(value) = chosen.options.get(option).filter(|value| **value != wanted.to_string()) else {
            continue;
        };
        let fits = arch
            .target_options
            .iter()
            .filter(|(_, options)| options.get(option).is_some_and(|wanted| wanted.to_string() == *value));
        return Err(Box::new(VerifiedError::Target {
            at: asked.at.clone(),
            name: chosen.name.clone(),
            option: option.clone(),
            value: value.clone(),
            wanted: wanted.to_string(),
            target: target.clone(),
            fitting: fits.map(|(target, _)| target.clone()).collect(),
        }));
    }
    Ok(())
}
