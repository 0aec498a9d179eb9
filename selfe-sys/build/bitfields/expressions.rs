//! Rust expressions that read, write and check a field, and a description of its place.

use super::pbf::{Block, Field};
use crate::rust::{mask, number};
use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, quote};
use syn::LitInt;

/// A field, with the properties of its block.
#[derive(Clone, Copy)]
pub struct FieldPlace<'a> {
    /// The field.
    pub field: &'a Field,
    /// The bits of a word.
    base: u32,
    /// The words of the whole block.
    words: u32,
    /// How many bits of an address are significant, and whether the highest of them is repeated
    /// above.
    canonical: (u32, bool),
}

/// A number with that many low bits set, at most 64.
pub fn ones(bits: u32) -> u64 {
    64u32
        .checked_sub(bits)
        .and_then(|above| u64::MAX.checked_shr(above))
        .unwrap_or(0)
}

fn bits(count: u32) -> Literal {
    number(count as usize)
}

impl<'a> FieldPlace<'a> {
    /// The place of a field in its block.
    pub fn new(block: &Block, field: &'a Field) -> Self {
        FieldPlace {
            field,
            base: block.base,
            words: block.size / block.base,
            canonical: block.canonical,
        }
    }

    /// Which of the block's words has it.
    pub fn word(&self) -> usize {
        (self.field.offset / self.base) as usize
    }

    fn shift(&self) -> u32 {
        self.field.offset % self.base
    }

    /// The bits of an address below those that the field contains.
    fn below(&self) -> u32 {
        self.canonical.0.saturating_sub(self.field.size)
    }

    /// The bits of an address above the significant ones, if they repeat the highest of these.
    fn above(&self) -> u64 {
        match self.canonical {
            (bits, true) => ones(self.base) & !ones(bits),
            _ => 0,
        }
    }

    /// The field's value in a word.
    pub fn read(&self, word: impl ToTokens) -> TokenStream {
        let (shift, size) = (self.shift(), self.field.size);
        let (by, mask) = (bits(shift), mask(ones(size)));
        let stored = match (shift, shift + size == self.base) {
            (0, true) => quote!(#word),
            (0, false) => quote!(#word & #mask),
            (_, true) => quote!(#word >> #by),
            (_, false) => quote!(#word >> #by & #mask),
        };
        if !self.field.high {
            return stored;
        }
        let below = bits(self.below());
        let address = quote!((#stored) << #below);
        match self.sign() {
            None => address,
            Some((highest, above)) => quote!({
                let address = #address;
                if address >> #highest & 1 == 1 { address | #above } else { address }
            }),
        }
    }

    /// If the highest significant bit of an address is repeated: which bit that is, and the bits
    /// above.
    fn sign(&self) -> Option<(Literal, LitInt)> {
        let above = self.above();
        (above != 0).then(|| (bits(self.canonical.0 - 1), mask(above)))
    }

    /// The bits of a word that contain this value.
    pub fn stored(&self, value: impl ToTokens) -> TokenStream {
        let (shift, mask) = (self.shift(), mask(ones(self.field.size)));
        let own = if self.field.high {
            let below = bits(self.below());
            quote!(((#value >> #below) & #mask))
        } else if self.field.size == self.base {
            quote!(#value)
        } else {
            quote!((#value & #mask))
        };
        let by = bits(shift);
        if shift == 0 { own } else { quote!((#own << #by)) }
    }

    /// The word with another value in the field.
    pub fn replaced(&self, word: impl ToTokens, value: impl ToTokens) -> TokenStream {
        let stored = self.stored(value);
        match ones(self.base) & !(ones(self.field.size) << self.shift()) {
            0 => stored,
            others => {
                let others = mask(others);
                quote!(#word & #others | #stored)
            }
        }
    }

    /// The assertion that a value fits, if it may not; its message begins with the function's name.
    pub fn assertion(&self, value: impl ToTokens, function: &str) -> Option<TokenStream> {
        let Field { name, size, high, .. } = self.field;
        let condition = if *high {
            let lost = mask(ones(self.base) & !(ones(*size) << self.below()));
            let sign = match self.sign() {
                None => quote!(0),
                Some((highest, above)) => quote!((if #value >> #highest & 1 == 1 { #above } else { 0 })),
            };
            quote!(#value & #lost == #sign)
        } else if *size == self.base {
            return None;
        } else {
            let largest = mask(ones(*size));
            quote!(#value <= #largest)
        };
        let message = format!("{function}: `{name}` is not {}", self.limit());
        Some(quote!(debug_assert!(#condition, #message);))
    }

    /// The values that fit.
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

    /// Its place, for the documentation.
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
