//! The tests that the host asks for: indices into the program's list.

use core::ops::RangeInclusive;

/// The indices in a text such as `0-3,7`, in its order.
pub fn indices(text: &str) -> impl Iterator<Item = usize> + '_ {
    text.split(',').filter_map(range).flatten()
}

fn range(part: &str) -> Option<RangeInclusive<usize>> {
    let (first, last) = part.split_once('-').unwrap_or((part, part));
    Some(first.parse().ok()?..=last.parse().ok()?)
}
