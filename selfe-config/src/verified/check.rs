//! `[sel4] verified` in sel4.toml: a build that starts from a verified configuration and keeps to
//! it.

use super::compare::{Comparison, allowed};
use super::reference::reference;
use super::settle::{self, SettledKernel};
use crate::cache::Cache;
use crate::kernel::{KernelError, Manifest, Plan};
use crate::model::contextualized::{AskedAt, Contextualized};
use crate::options::Origin;
use crate::options::cmake_cache::canonical;
use crate::options::verified_config::{Difference, Leaving, VerifiedError, is_of_kernel};
use crate::progress::Progress;
use std::collections::BTreeSet;

/// Rejects options of sel4.toml with another value than the verified configuration's.
///
/// # Errors
/// There are such options, or the kernel can't be configured.
pub(crate) fn check_plan(
    cache: &Cache,
    plan: &Plan,
    config: &Contextualized,
    progress: &dyn Progress,
) -> Result<(), KernelError> {
    let (Some(asked), Some(verified)) = (&config.verified, &plan.verified) else {
        return Ok(());
    };
    let there = settle::settle(cache, &reference(plan, verified, config), config, progress)?;
    let allowed = allowed(&plan.kernel.dir);
    let own = plan.options.options.iter().filter(|(name, option)| {
        option.origin == Origin::Sel4Toml
            && is_of_kernel(name, &plan.declared)
            && allowed.iter().all(|one| one.option != name.as_str())
    });
    let leaving = own.filter_map(|(name, option)| {
        let value = option.value.to_string();
        let settled = there.options.get(name);
        // An option that this kernel does not have, or not here, is reported after the build as
        // usual.
        let leaves = settled.is_some_and(|settled| canonical(settled) != canonical(&value));
        leaves.then(|| leaving(&config.asked_at, name, value, settled))
    });
    let options: Vec<Leaving> = leaving.collect();
    if options.is_empty() {
        return Ok(());
    }
    let (at, name) = (asked.at.clone(), asked.name.clone());
    Err(VerifiedError::Leaves { at, name, options }.into())
}

fn leaving(asked: &AskedAt, name: &str, value: String, settled: Option<&String>) -> Leaving {
    let place = asked.options.get(name);
    Leaving {
        at: asked.place(name).unwrap_or_else(|| "sel4.toml".to_owned()),
        table: place.map_or_else(|| "sel4.config".to_owned(), |place| place.table.clone()),
        name: name.to_owned(),
        asked: value,
        there: settled.cloned(),
    }
}

/// Rejects a build that is not the verified configuration that was requested.
///
/// # Errors
/// It differs.
pub(crate) fn check_result(
    cache: &Cache,
    plan: &Plan,
    config: &Contextualized,
    manifest: &Manifest,
    progress: &dyn Progress,
) -> Result<(), KernelError> {
    let (Some(asked), Some(verified)) = (&config.verified, &plan.verified) else {
        return Ok(());
    };
    let there = settle::settle(cache, &reference(plan, verified, config), config, progress)?;
    let comparison = Comparison::new(
        &SettledKernel::of_build(manifest),
        &there,
        &BTreeSet::new(),
        allowed(&plan.kernel.dir),
    );
    if comparison.is_same() {
        return Ok(());
    }
    let mut differences = comparison.differences;
    differences.extend(comparison.consequences);
    if comparison.hardware {
        differences.push(Difference {
            name: "the device tree".to_owned(),
            here: Some("another".to_owned()),
            there: Some("the board's own".to_owned()),
        });
    }
    Err(VerifiedError::NotReached {
        at: asked.at.clone(),
        name: asked.name.clone(),
        differences,
    }
    .into())
}
