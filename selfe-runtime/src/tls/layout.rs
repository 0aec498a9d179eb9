//! Where the parts of a thread's block are: arithmetic that is the same on every host.

/// Where thread-local variables are in relation to the thread pointer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(not(test), expect(dead_code, reason = "each architecture has one of the two"))]
pub enum Variant {
    /// The variables end at the thread pointer (x86).
    Below {
        /// The number of words at the thread pointer that belong to the block; the first one
        /// contains the thread pointer itself.
        words_at_pointer: usize,
    },
    /// The variables come after the thread pointer (arm, aarch64, riscv).
    Above {
        /// The number of words between the thread pointer and the variables, before alignment.
        words_at_pointer: usize,
    },
}

/// The parts of a block, as offsets from its start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parts {
    /// The variables.
    pub variables: usize,
    /// The target of the thread pointer.
    pub pointer: usize,
    /// The block's size.
    pub size: usize,
    /// The block's alignment, a power of two.
    pub align: usize,
}

const WORD: usize = size_of::<usize>();

/// More than any program has, and small enough that no sum below overflows.
const LIMIT: usize = isize::MAX as usize / 4;

/// The program's thread-local variables, as its headers describe them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// The variables' size in memory.
    pub size: usize,
    /// Their alignment; 0 stands for 1.
    pub align: usize,
    /// The address of their initial values in the program. A linker script may place them at an
    /// address that is not a multiple of the alignment: each thread's copy must have the same
    /// misalignment.
    pub address: usize,
}

impl Parts {
    /// The parts of a block for variables of a shape; none if it does not fit an address space, or
    /// the alignment is not a power of two.
    ///
    /// The linkers define the distance between thread pointer and variables: the smallest one that
    /// keeps the variables' alignment.
    #[inline]
    pub fn of(variant: Variant, Shape { size, align, address }: Shape) -> Option<Parts> {
        let own_align = align.max(1);
        if !own_align.is_power_of_two() || own_align > LIMIT || size > LIMIT {
            return None;
        }
        // The compiler assumes that the thread pointer is aligned as the variables are.
        let align = own_align.max(2 * WORD);
        let (variables, pointer, size) = match variant {
            Variant::Below { words_at_pointer } => {
                // If the thread pointer were 0, the variables would end at their end address in the
                // program modulo the alignment.
                let gap = address.wrapping_add(size).wrapping_neg() & (own_align - 1);
                let pointer = round_up(size + gap, align);
                (pointer - gap - size, pointer, pointer + words_at_pointer * WORD)
            }
            Variant::Above { words_at_pointer } => {
                let words = words_at_pointer * WORD;
                let start = words + (address.wrapping_sub(words) & (own_align - 1));
                (start, 0, start + size)
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

/// Rounds up to the next multiple of a power of two.
#[inline]
pub fn round_up(size: usize, align: usize) -> usize {
    (size + (align - 1)) & !(align - 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const fn aligned(size: usize, align: usize) -> Shape {
        Shape {
            size,
            align,
            address: 0,
        }
    }

    #[test]
    fn libsel4_s_own_variables_on_x86_64() {
        let parts = Parts::of(Variant::Below { words_at_pointer: 8 }, aligned(9, 8)).unwrap();
        assert_eq!((parts.variables, parts.pointer), (0, 16));
        assert_eq!((parts.size, parts.align), (16 + 64, 16));
    }

    #[test]
    fn aarch64_keeps_two_words_before_the_variables() {
        let parts = Parts::of(Variant::Above { words_at_pointer: 2 }, aligned(8, 64)).unwrap();
        assert_eq!((parts.variables, parts.pointer), (64, 0));
    }

    #[test]
    fn a_program_without_thread_locals_still_has_a_pointer() {
        let parts = Parts::of(Variant::Below { words_at_pointer: 8 }, aligned(0, 0)).unwrap();
        assert_eq!((parts.pointer, parts.size), (0, 64));
    }

    /// The offsets from the thread pointer that lld 14 and 22 used for such variables, which a
    /// linker script placed at 0x20a6c4. Without a script, lld and GNU ld place them at a multiple
    /// of their alignment.
    #[test]
    fn variables_that_begin_between_multiples_of_their_alignment() {
        let of = |variant, size| {
            let address = 0x20_a6c4;
            let parts = Parts::of(
                variant,
                Shape {
                    size,
                    align: 64,
                    address,
                },
            )
            .unwrap();
            parts.variables as isize - parts.pointer as isize
        };
        assert_eq!(of(Variant::Below { words_at_pointer: 8 }, 0x1c), -60, "x86_64");
        assert_eq!(of(Variant::Below { words_at_pointer: 8 }, 0x7c), -124, "x86_64, GNU ld");
        let aarch64 = 16 / WORD;
        assert_eq!(
            of(
                Variant::Above {
                    words_at_pointer: aarch64
                },
                4
            ),
            68,
            "aarch64"
        );
        assert_eq!(of(Variant::Above { words_at_pointer: 0 }, 4), 4, "riscv64");
    }

    #[test]
    fn what_can_t_be_laid_out_is_refused() {
        let below = Variant::Below { words_at_pointer: 8 };
        let above = Variant::Above { words_at_pointer: 2 };
        assert_eq!(Parts::of(below, aligned(8, 3)), None);
        assert_eq!(Parts::of(below, aligned(usize::MAX, 8)), None);
        assert_eq!(Parts::of(above, aligned(isize::MAX as usize, 1)), None);
        assert_eq!(Parts::of(above, aligned(8, 1 << (usize::BITS - 1))), None);
    }

    proptest! {
        #[test]
        fn parts_are_aligned_and_do_not_overlap(
            size in 0usize..5000, shift in 0u32..13, words in 0usize..9, below: bool, address: usize,
        ) {
            let align = 1 << shift;
            let variant = match below {
                true => Variant::Below { words_at_pointer: words },
                false => Variant::Above { words_at_pointer: words },
            };
            let parts = Parts::of(variant, Shape { size, align, address }).unwrap();
            prop_assert_eq!(parts.variables % align, address % align, "each variable keeps its own alignment");
            prop_assert_eq!(parts.pointer % align, 0);
            prop_assert!(parts.align >= align);
            if below {
                prop_assert!(parts.variables + size <= parts.pointer);
                prop_assert!(parts.pointer - parts.variables - size < align, "the linker's offset of the last variable");
                prop_assert_eq!(parts.pointer + words * WORD, parts.size);
            } else {
                prop_assert!(parts.pointer + words * WORD <= parts.variables);
                prop_assert!(parts.variables - words * WORD < align, "the linker's offset of the first variable");
                prop_assert_eq!(parts.variables + size, parts.size);
            }
        }
    }
}
