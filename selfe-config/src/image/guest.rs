//! What is known about the root task in an image, for booting it and reading its console.

use super::{ImageError, Program};
use crate::kernel::Manifest;
use object::{Object, ObjectSegment, ObjectSymbol};
use std::ops::Range;

/// What is known about the root task in an image.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Guest {
    /// The proof with which its messages to selfe are signed; none if it has no place for it, or if
    /// the image is not for one boot.
    pub(crate) nonce: Option<String>,
    /// The address range of its first thread's stack with the guard page below, if its symbols show
    /// it.
    pub(crate) stack: Option<Range<u64>>,
    /// The size in bytes of the pages that the kernel maps for it.
    pub(crate) loaded: u64,
    /// The size in bytes of its loaded segments.
    pub(crate) in_file: u64,
}

const PAGE: u64 = 4096;
/// Slots of the root CNode that no page can have: the initial capabilities.
const INITIAL_SLOTS: u64 = 16;

impl Guest {
    pub(super) fn of(program: &Program) -> Self {
        let Ok(file) = object::File::parse(&*program.bytes) else {
            return Guest::default();
        };
        let symbol = |name| {
            file.symbols()
                .find(|symbol| symbol.name() == Ok(name))
                .map(|s| s.address())
        };
        let stack = symbol("__selfe_stack_guard").zip(symbol("__selfe_stack_top"));
        let pages = file.segments().filter(|segment| segment.size() > 0).map(|segment| {
            let end = segment.address().saturating_add(segment.size());
            segment.address() / PAGE * PAGE..end.div_ceil(PAGE).saturating_mul(PAGE)
        });
        let pages = pages.reduce(|all, next| all.start.min(next.start)..all.end.max(next.end));
        Guest {
            nonce: None,
            stack: stack.map(|(guard, top)| guard..top).filter(|stack| !stack.is_empty()),
            loaded: pages.map_or(0, |pages| pages.end - pages.start),
            in_file: file.segments().map(|segment| segment.file_range().1).sum(),
        }
    }

    /// Whether the kernel has a slot for each of its pages. It maps every page from the first to
    /// the last, gaps included.
    pub(super) fn check(&self, program: &Program, manifest: &Manifest) -> Result<(), ImageError> {
        let bits = manifest.gen_config.get("ROOT_CNODE_SIZE_BITS");
        let Some(bits) = bits.and_then(|bits| bits.parse::<u32>().ok()).filter(|bits| *bits < 64) else {
            return Ok(());
        };
        let pages = self.loaded / PAGE;
        if pages + INITIAL_SLOTS <= 1 << bits {
            return Ok(());
        }
        // A quarter more, for page tables and untyped memory.
        let enough = (pages + pages / 4).next_power_of_two().trailing_zeros();
        Err(ImageError::Slots {
            path: program.path.clone(),
            pages,
            bits,
            enough,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    #[test]
    fn this_test_is_a_program_with_pages() {
        let program = Program::read(&std::env::current_exe().unwrap()).unwrap();
        let guest = Guest::of(&program);
        assert!(
            guest.loaded > 4 * PAGE && guest.loaded.is_multiple_of(PAGE) && guest.in_file > 0,
            "{guest:?}"
        );
        assert_eq!(guest.stack, None);
        assert_ne!(program.path, PathBuf::new());
    }
}
