//! The plan of a verified configuration, to compare another plan with.

use crate::kernel::Plan;
use crate::model::contextualized::Contextualized;
use crate::options::Origin;
use crate::options::verified_config::{BOARD, VerifiedConfig, board_of, is_of_kernel, put};

/// The plan of a verified configuration with the tools of another plan: on its own board, or else
/// with as much as applies to the other's.
pub(crate) fn reference(plan: &Plan, verified: &VerifiedConfig, config: &Contextualized) -> Plan {
    let is_own_board = board_of(&plan.options).takes(&verified.board());
    let mut options = plan.options.clone();
    options.translated.clear();
    options.options.retain(|name, option| {
        let names_board = BOARD.contains(&name.as_str());
        !is_of_kernel(name, &plan.declared) || (names_board && (!is_own_board || option.origin == Origin::Platform))
    });
    put(&mut options, verified, |name| is_own_board || !BOARD.contains(&name));
    plan.with_options(options, config)
}
