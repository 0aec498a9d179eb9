//! Where the parts of a thread's block lie: arithmetic alone, the same on every host.

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
    /// The block's size.
    pub size: usize,
    /// The block's alignment, a power of two.
    pub align: usize,
}

const WORD: usize = size_of::<usize>();

/// More than any program has, and so little that no sum below overflows.
const LIMIT: usize = isize::MAX as usize / 4;

impl Parts {
    #[inline]
    /// The parts of a block for variables of a size and alignment; none where it would not fit an address space, or the
    /// alignment is no power of two.
    pub fn of(variant: Variant, variables: usize, align: usize) -> Option<Parts> {
        let own_align = align.max(1);
        if !own_align.is_power_of_two() || own_align > LIMIT || variables > LIMIT {
            return None;
        }
        // The compiler takes it for granted that the thread pointer is aligned as the variables are.
        let align = own_align.max(2 * WORD);
        let (variables, pointer, size) = match variant {
            Variant::Below { words_at_pointer } => {
                let pointer = round_up(variables, align);
                // The linker counts the variables' offsets down from the pointer, in steps of their own alignment.
                let start = pointer - round_up(variables, own_align);
                (start, pointer, pointer + words_at_pointer * WORD)
            }
            Variant::Above { words_at_pointer } => {
                let start = round_up(words_at_pointer * WORD, own_align);
                (start, 0, start + variables)
            }
        };
        Some(Parts {
            variables,
            pointer,
            size,
            align,
        })
    }
}

#[inline]
/// To the next multiple of a power of two.
pub fn round_up(size: usize, align: usize) -> usize {
    (size + (align - 1)) & !(align - 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn libsel4_s_own_variables_on_x86_64() {
        let parts = Parts::of(Variant::Below { words_at_pointer: 8 }, 9, 8).unwrap();
        assert_eq!((parts.variables, parts.pointer), (0, 16));
        assert_eq!((parts.size, parts.align), (16 + 64, 16));
    }

    #[test]
    fn aarch64_keeps_two_words_before_the_variables() {
        let parts = Parts::of(Variant::Above { words_at_pointer: 2 }, 8, 64).unwrap();
        assert_eq!((parts.variables, parts.pointer), (64, 0));
    }

    #[test]
    fn a_program_without_thread_locals_still_has_a_pointer() {
        let parts = Parts::of(Variant::Below { words_at_pointer: 8 }, 0, 0).unwrap();
        assert_eq!((parts.pointer, parts.size), (0, 64));
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
            prop_assert!(parts.align >= align);
            if below {
                prop_assert!(parts.variables + size <= parts.pointer);
                prop_assert!(parts.pointer - parts.variables - size < align, "the linker's offset of the last variable");
                prop_assert_eq!(parts.pointer + words * WORD, parts.size);
            } else {
                prop_assert!(parts.pointer + words * WORD <= parts.variables);
                prop_assert_eq!(parts.variables + size, parts.size);
            }
        }
    }
}
