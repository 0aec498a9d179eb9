//! Rust expressions that read, write and check one field, and words for where it lies.

use super::pbf::{Block, Field};

/// A field, with what its block says of words and addresses.
#[derive(Clone, Copy)]
pub struct Place<'a> {
    /// The field.
    pub field: &'a Field,
    /// The bits of a word.
    base: u32,
    /// The words of the whole block.
    words: u32,
    /// How many bits of an address count, and whether the highest of them is repeated above.
    canonical: (u32, bool),
}

/// The number whose bits are so many ones, of at most 64.
pub fn ones(bits: u32) -> u64 {
    64u32
        .checked_sub(bits)
        .and_then(|above| u64::MAX.checked_shr(above))
        .unwrap_or(0)
}

impl<'a> Place<'a> {
    /// The place of a field in its block.
    pub fn new(block: &Block, field: &'a Field) -> Self {
        Place {
            field,
            base: block.base,
            words: block.size / block.base,
            canonical: block.canonical,
        }
    }

    /// Which of the block's words has it.
    pub fn word(&self) -> u32 {
        self.field.offset / self.base
    }

    fn shift(&self) -> u32 {
        self.field.offset % self.base
    }

    /// The bits of an address below those that the field holds.
    fn below(&self) -> u32 {
        self.canonical.0.saturating_sub(self.field.size)
    }

    /// The bits of an address above those that count, where they repeat the highest one.
    fn above(&self) -> u64 {
        match self.canonical {
            (bits, true) => ones(self.base) & !ones(bits),
            _ => 0,
        }
    }

    /// The field's value in a word.
    pub fn read(&self, word: &str) -> String {
        let (shift, size) = (self.shift(), self.field.size);
        let mask = ones(size);
        let stored = match (shift, shift + size == self.base) {
            (0, true) => word.to_owned(),
            (0, false) => format!("{word} & {mask:#x}"),
            (_, true) => format!("{word} >> {shift}"),
            (_, false) => format!("{word} >> {shift} & {mask:#x}"),
        };
        if !self.field.high {
            return stored;
        }
        let address = format!("({stored}) << {}", self.below());
        match self.above() {
            0 => address,
            above => {
                let highest = self.canonical.0 - 1;
                format!(
                    "{{ let address = {address}; \
                     if address >> {highest} & 1 == 1 {{ address | {above:#x} }} else {{ address }} }}"
                )
            }
        }
    }

    /// The bits of a word that hold this value.
    pub fn stored(&self, value: &str) -> String {
        let shift = self.shift();
        let own = match self.field {
            Field { high: true, size, .. } => format!("(({value} >> {}) & {:#x})", self.below(), ones(*size)),
            Field { size, .. } if *size == self.base => value.to_owned(),
            Field { size, .. } => format!("({value} & {:#x})", ones(*size)),
        };
        if shift == 0 { own } else { format!("({own} << {shift})") }
    }

    /// The word with another value in the field.
    pub fn replaced(&self, word: &str, value: &str) -> String {
        match ones(self.base) & !(ones(self.field.size) << self.shift()) {
            0 => self.stored(value),
            others => format!("{word} & {others:#x} | {}", self.stored(value)),
        }
    }

    /// The assertion that a value fits, where any can fail to; the message begins with the
    /// function's name.
    pub fn assertion(&self, value: &str, function: &str) -> Option<String> {
        let Field { name, size, high, .. } = self.field;
        let condition = match (*high, self.above()) {
            (false, _) if *size == self.base => return None,
            (false, _) => format!("{value} <= {:#x}", ones(*size)),
            (true, above) => {
                let lost = ones(self.base) & !(ones(*size) << self.below());
                let sign = match above {
                    0 => "0".to_owned(),
                    above => format!(
                        "(if {value} >> {} & 1 == 1 {{ {above:#x} }} else {{ 0 }})",
                        self.canonical.0 - 1
                    ),
                };
                format!("{value} & {lost:#x} == {sign}")
            }
        };
        let limit = self.limit();
        Some(format!(
            "debug_assert!({condition}, \"{function}: `{name}` is not {limit}\");\n"
        ))
    }

    /// What values fit.
    fn limit(&self) -> String {
        match self.field {
            Field { high: false, size, .. } => format!("a number of {size} bits"),
            Field { high: true, .. } => match self.canonical {
                (bits, true) => format!(
                    "a multiple of 2^{} of {bits} bits, the highest repeated above",
                    self.below()
                ),
                (bits, false) => format!("a multiple of 2^{} of {bits} bits", self.below()),
            },
        }
    }

    /// Where it lies, for people.
    pub fn describe(&self) -> String {
        let (first, last) = (self.shift(), self.shift() + self.field.size - 1);
        let bits = match (first == last, self.field.size == self.base) {
            (_, true) => None,
            (true, _) => Some(format!("bit {first}")),
            _ => Some(format!("bits {first} to {last}")),
        };
        let place = match (bits, self.words) {
            (None, 1) => "the whole word".to_owned(),
            (None, _) => format!("word {}", self.word()),
            (Some(bits), 1) => bits,
            (Some(bits), _) => format!("{bits} of word {}", self.word()),
        };
        if self.field.high {
            let (from, to) = (self.below(), self.canonical.0 - 1);
            format!("{place}, which hold bits {from} to {to} of an address")
        } else {
            place
        }
    }
}
