//! Where the parts of a thread's block lie: arithmetic alone, the same on every host.

use core::alloc::Layout;

/// How thread-local variables lie around the thread pointer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(not(test), expect(dead_code, reason = "each architecture has one of the two"))]
pub enum Variant {
    /// The variables end at the thread pointer (x86).
    Below {
        /// How many words from the thread pointer on belong to the block; the first holds the thread pointer itself.
        words_at_pointer: usize,
    },
    /// The variables come after the thread pointer (arm, aarch64, riscv).
    Above {
        /// How many words lie between the thread pointer and the variables, before alignment.
        words_at_pointer: usize,
    },
}

/// The parts of a block, as offsets from its start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parts {
    /// The variables.
    pub variables: usize,
    /// Where the thread pointer points.
    pub pointer: usize,
    /// The block's size and alignment.
    pub block: Layout,
}

const WORD: usize = size_of::<usize>();

impl Parts {
    /// The parts of a block for variables of a size and alignment; none where it would not fit an address space, or the
    /// alignment is no power of two.
    pub fn of(variant: Variant, variables: usize, align: usize) -> Option<Parts> {
        let variables = Layout::from_size_align(variables, align.max(1)).ok()?;
        // The compiler takes it for granted that the thread pointer is aligned as the variables are.
        let align = variables.align().max(2 * WORD);
        let parts = match variant {
            Variant::Below { words_at_pointer } => {
                let pointer = round_up(variables.size(), align)?;
                // The linker counts the variables' offsets down from the pointer, in steps of their own alignment.
                let start = pointer - round_up(variables.size(), variables.align())?;
                let end = pointer.checked_add(words_at_pointer.checked_mul(WORD)?)?;
                (start, pointer, end)
            }
            Variant::Above { words_at_pointer } => {
                let start = round_up(words_at_pointer.checked_mul(WORD)?, variables.align())?;
                (start, 0, start.checked_add(variables.size())?)
            }
        };
        let (variables, pointer, end) = parts;
        Some(Parts {
            variables,
            pointer,
            block: Layout::from_size_align(end, align).ok()?,
        })
    }
}

fn round_up(size: usize, align: usize) -> Option<usize> {
    size.checked_next_multiple_of(align)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn libsel4_s_own_variables_on_x86_64() {
        let parts = Parts::of(Variant::Below { words_at_pointer: 8 }, 9, 8).unwrap();
        assert_eq!((parts.variables, parts.pointer), (0, 16));
        assert_eq!(parts.block, Layout::from_size_align(16 + 64, 16).unwrap());
    }

    #[test]
    fn aarch64_keeps_two_words_before_the_variables() {
        let parts = Parts::of(Variant::Above { words_at_pointer: 2 }, 8, 64).unwrap();
        assert_eq!((parts.variables, parts.pointer), (64, 0));
    }

    #[test]
    fn a_program_without_thread_locals_still_has_a_pointer() {
        let parts = Parts::of(Variant::Below { words_at_pointer: 8 }, 0, 0).unwrap();
        assert_eq!((parts.pointer, parts.block.size()), (0, 64));
    }

    #[test]
    fn what_can_t_be_laid_out_is_refused() {
        let below = Variant::Below { words_at_pointer: 8 };
        assert_eq!(Parts::of(below, 8, 3), None);
        assert_eq!(Parts::of(below, usize::MAX, 8), None);
        assert_eq!(
            Parts::of(Variant::Above { words_at_pointer: 2 }, isize::MAX as usize, 1),
            None
        );
    }

    proptest! {
        #[test]
        fn parts_are_aligned_and_do_not_overlap(size in 0usize..5000, shift in 0u32..13, words in 0usize..9, below: bool) {
            let align = 1 << shift;
            let variant = match below {
                true => Variant::Below { words_at_pointer: words },
                false => Variant::Above { words_at_pointer: words },
            };
            let parts = Parts::of(variant, size, align).unwrap();
            prop_assert_eq!(parts.variables % align, 0);
            prop_assert_eq!(parts.pointer % align, 0);
            prop_assert!(parts.block.align() >= align);
            if below {
                prop_assert!(parts.variables + size <= parts.pointer);
                prop_assert!(parts.pointer - parts.variables - size < align, "the linker's offset of the last variable");
                prop_assert_eq!(parts.pointer + words * WORD, parts.block.size());
            } else {
                prop_assert!(parts.pointer + words * WORD <= parts.variables);
                prop_assert_eq!(parts.variables + size, parts.block.size());
            }
        }
    }
}
