//! The verified configuration nearest to a build, and the differences.

use super::compare::{Comparison, allowed};
use super::reference::reference;
use super::settle::{self, SettledKernel};
use crate::cache::Cache;
use crate::kernel::{KernelError, Manifest, Plan};
use crate::model::contextualized::Contextualized;
use crate::options::verified_config::{VerifiedConfig, VerifiedError, board_of, list};
use crate::progress::Progress;
use std::collections::BTreeSet;

/// The verified configuration nearest to a build.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nearest {
    /// The configuration.
    pub verified: VerifiedConfig,
    /// Whether it is for the build's board. If it is not, the board's options are not compared.
    pub is_for_board: bool,
    /// The differences.
    pub comparison: Comparison,
}

impl Nearest {
    /// Whether the build is that configuration.
    pub fn is_it(&self) -> bool {
        self.is_for_board && self.comparison.is_same()
    }
}

/// The verified configuration nearest to a build or a plan, with the differences; none if the
/// kernel has none for the architecture. Configures the kernel both ways, if that was not done
/// before; nothing is built or fetched.
///
/// # Errors
/// The kernel's configurations can't be read, or the kernel can't be configured.
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

/// The configuration for the board, or else for the architecture, that shares the most options; and
/// whether it is for the board.
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
        // MCS makes a different kernel: no number of other options outweighs it. The usual
        // configurations have short names.
        let other_kind = one.is_mcs() != here.options.get("KernelIsMCS").is_some_and(|value| value == "ON");
        ((!is_for_board, other_kind, others, one.name.len()), one, is_for_board)
    });
    let best = rated.min_by(|a, b| a.0.cmp(&b.0))?;
    Some((best.1, best.2))
}
