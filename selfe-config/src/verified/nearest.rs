//! The verified configuration that a build is nearest to, and what separates the two.

use super::compare::{Comparison, allowed};
use super::reference::reference;
use super::settle::{self, SettledKernel};
use crate::cache::Cache;
use crate::kernel::{KernelError, Manifest, Plan};
use crate::model::contextualized::Contextualized;
use crate::options::verified_config::{VerifiedConfig, VerifiedError, board_of, list};
use crate::progress::Progress;
use std::collections::BTreeSet;

/// The verified configuration that a build is nearest to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nearest {
    /// The configuration.
    pub verified: VerifiedConfig,
    /// Whether it is for the build's board. If it is not, only the rest is compared.
    pub is_for_board: bool,
    /// What separates the two.
    pub comparison: Comparison,
}

impl Nearest {
    /// Whether the build is that configuration.
    pub fn is_it(&self) -> bool {
        self.is_for_board && self.comparison.is_same()
    }
}

/// What separates a build, or what is planned, from the verified configuration nearest to it; none
/// if the kernel has none for the architecture. The kernel is configured as both say, where that
/// was not done before; nothing is built or fetched.
///
/// # Errors
/// The kernel's configurations can't be read, or it can't be configured as one says.
pub fn nearest(
    cache: &Cache,
    plan: &Plan,
    config: &Contextualized,
    built: Option<&Manifest>,
    progress: &dyn Progress,
) -> Result<Option<Nearest>, KernelError> {
    let here = match built {
        Some(manifest) => SettledKernel::of_build(manifest),
        None if plan.packages_are_at_hand(cache, config.context.arch) => settle::settle(cache, plan, config, progress)?,
        None => return Err(VerifiedError::Python.into()),
    };
    let all = list(&plan.kernel.dir)?;
    let Some((verified, is_for_board)) = choose(plan, &here, all) else {
        return Ok(None);
    };
    let there = settle::settle(cache, &reference(plan, &verified, config), config, progress)?;
    let asked: BTreeSet<String> = plan
        .options
        .options
        .keys()
        .chain(verified.options.keys())
        .cloned()
        .collect();
    let comparison = Comparison::new(&here, &there, &asked, allowed(&plan.kernel.dir));
    Ok(Some(Nearest {
        verified,
        is_for_board,
        comparison,
    }))
}

/// The one for the board, else for the architecture, that has most of its options; whether it is
/// for the board.
fn choose(plan: &Plan, here: &SettledKernel, all: Vec<VerifiedConfig>) -> Option<(VerifiedConfig, bool)> {
    let board = board_of(&plan.options);
    let of_arch = all.into_iter().filter(|one| one.board().sel4_arch == board.sel4_arch);
    let rated = of_arch.map(|one| {
        let is_for_board = board.takes(&one.board());
        let others = one
            .options
            .iter()
            .filter(|(name, value)| here.options.get(*name) != Some(value))
            .count();
        // MCS makes another kernel of it: no number of other options outweighs that. The names of
        // the usual ones are short.
        let other_kind = one.is_mcs() != here.options.get("KernelIsMCS").is_some_and(|value| value == "ON");
        ((!is_for_board, other_kind, others, one.name.len()), one, is_for_board)
    });
    let best = rated.min_by(|a, b| a.0.cmp(&b.0))?;
    Some((best.1, best.2))
}
