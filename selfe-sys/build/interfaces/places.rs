//! The places of a method's arguments in its message.
//!
//! Arguments follow one another. Those smaller than a word are aligned to their own size, so that
//! several share a word; larger ones begin a new word.

/// One argument's place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WordPlace {
    /// The first message word that it is in.
    pub word: usize,
    /// The bits of that word below it.
    pub shift: usize,
    /// Its size in bits.
    pub bits: usize,
}

/// The places of arguments of these sizes in bits, for words of `word_bits`, and the number of
/// words.
pub fn places(sizes: &[usize], word_bits: usize) -> (Vec<WordPlace>, usize) {
    let mut used = 0usize;
    let mut places = Vec::new();
    for &bits in sizes {
        used = used.next_multiple_of(bits.clamp(1, word_bits));
        places.push(WordPlace {
            word: used / word_bits,
            shift: used % word_bits,
            bits,
        });
        used += bits;
    }
    (places, used.div_ceil(word_bits))
}

#[cfg(test)]
mod tests {
    use super::{WordPlace, places};

    fn shape(sizes: &[usize], word_bits: usize) -> (Vec<(usize, usize)>, usize) {
        let (places, words) = places(sizes, word_bits);
        let of = |place: &WordPlace| (place.word, place.shift);
        (places.iter().map(of).collect(), words)
    }

    #[test]
    fn small_arguments_share_a_word() {
        assert_eq!(shape(&[1, 8, 64], 64), (vec![(0, 0), (0, 8), (1, 0)], 2));
        assert_eq!(shape(&[1, 8, 32], 32), (vec![(0, 0), (0, 8), (1, 0)], 2));
        assert_eq!(shape(&[8, 32, 16], 64), (vec![(0, 0), (0, 32), (1, 0)], 2));
    }

    #[test]
    fn large_arguments_begin_a_word() {
        assert_eq!(shape(&[8, 64, 8], 32), (vec![(0, 0), (1, 0), (3, 0)], 4));
        assert_eq!(shape(&[1, 64, 64 * 20], 64), (vec![(0, 0), (1, 0), (2, 0)], 22));
        assert_eq!(shape(&[], 64), (vec![], 0));
    }
}
