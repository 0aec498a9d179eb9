//! Compares the functions of a bitfield type with a model of bit packing, and the inline functions
//! with those of libsel4.a.
//!
//! The model knows only the definition: where each field lies, how wide it is, and whether it holds
//! the high bits of an address. selfe-sys generates its inline functions from the same definitions,
//! with the same reader; libsel4.a depends on neither. The build script implements [`Bitfield`] for
//! both kinds of functions of each type.
//!
//! selfe-on-target compiles this module for other processors, so it uses no operating system.

extern crate alloc;

use alloc::borrow::ToOwned;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use alloc::{format, vec};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

/// The position of a field.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// Its name, for messages.
    pub name: &'static str,
    /// Its lowest bit, counted from the lowest bit of the type.
    pub offset: u32,
    /// Its width in bits.
    pub size: u32,
    /// Whether it holds the high bits of an address whose low bits are zero.
    pub high: bool,
}

/// The definition of a type.
#[derive(Debug, Clone, Copy)]
pub struct Layout {
    /// The bits of a word.
    pub base: u32,
    /// How many bits of an address are stored, and whether the highest of them is sign-extended.
    pub canonical: (u32, bool),
    /// The words of a value.
    pub words: usize,
    /// The fields in the order of the constructor's arguments, without the tag.
    pub fields: &'static [Field],
    /// The field that distinguishes the blocks of a union, and its value for this block.
    pub tag: Option<(Field, u64)>,
}

/// The functions of one type, with words and field values as `u64` on every architecture.
pub trait Bitfield {
    /// The type in C.
    type Value: Copy;
    /// Its definition.
    const LAYOUT: Layout;
    /// Splits a value into words.
    fn words(value: &Self::Value) -> Vec<u64>;
    /// Makes a value of words.
    fn from_words(words: &[u64]) -> Self::Value;
    /// `…_new`
    fn new(fields: &[u64]) -> Self::Value;
    /// `…_ptr_new`
    fn ptr_new(value: &mut Self::Value, fields: &[u64]);
    /// `…_get_…` of the field with this index.
    fn get(value: Self::Value, nth: usize) -> u64;
    /// `…_ptr_get_…` of the field with this index.
    fn ptr_get(value: &mut Self::Value, nth: usize) -> u64;
    /// `…_set_…` of the field with this index.
    fn set(value: Self::Value, nth: usize, field: u64) -> Self::Value;
    /// `…_ptr_set_…` of the field with this index.
    fn ptr_set(value: &mut Self::Value, nth: usize, field: u64);
    /// The tag of the value, the tag read through a pointer, and 1 if the value has the given tag,
    /// else 0.
    fn tag(value: &mut Self::Value, tag: u64) -> (u64, u64, i64);
}

fn ones(bits: u32) -> u64 {
    if bits >= 64 { u64::MAX } else { (1 << bits) - 1 }
}

impl Layout {
    /// The value of a field in these words.
    pub fn get(&self, words: &[u64], field: &Field) -> u64 {
        let stored = words[(field.offset / self.base) as usize] >> (field.offset % self.base) & ones(field.size);
        if !field.high {
            return stored;
        }
        let (bits, sign_extend) = self.canonical;
        let address = stored << (bits - field.size);
        if sign_extend && address >> (bits - 1) & 1 == 1 {
            (address | !ones(bits)) & ones(self.base)
        } else {
            address
        }
    }

    /// Stores a value that fits into the field.
    pub fn set(&self, words: &mut [u64], field: &Field, value: u64) {
        let stored = if field.high {
            value >> (self.canonical.0 - field.size)
        } else {
            value
        } & ones(field.size);
        let shift = field.offset % self.base;
        let word = &mut words[(field.offset / self.base) as usize];
        *word = *word & !(ones(field.size) << shift) | stored << shift;
    }

    /// Some value that fits into a field: what the model reads from arbitrary bits.
    fn fitting(&self, field: &Field, bits: u64) -> u64 {
        let mut words = vec![0; self.words];
        let shift = field.offset % self.base;
        words[(field.offset / self.base) as usize] = (bits & ones(field.size)) << shift;
        self.get(&words, field)
    }

    /// Arbitrary words, with the right tag if the type has one.
    fn tagged(&self, words: &[u64]) -> Vec<u64> {
        let mut words: Vec<u64> = words.iter().map(|word| word & ones(self.base)).collect();
        if let Some((field, value)) = &self.tag {
            self.set(&mut words, field, *value);
        }
        words
    }
}

/// Bits in which the edges of the range are more frequent than in uniform ones.
fn bits() -> impl Strategy<Value = u64> {
    prop_oneof![4 => any::<u64>(), 1 => Just(0), 1 => Just(u64::MAX)]
}

/// A value has the width, in bits, that its definition gives.
///
/// # Errors
/// The width differs.
pub fn size<B: Bitfield>(bits: usize) -> Result<(), String> {
    match size_of::<B::Value>() * 8 {
        found if found == bits => Ok(()),
        found => Err(format!("{found} bits wide, defined with {bits}")),
    }
}

/// The constructors produce exactly the words of the model, whatever the memory held before.
///
/// # Errors
/// They do not. The message has the function, the field, and the smallest input that shows it.
pub fn constructors<B: Bitfield>() -> Result<(), String> {
    let layout = B::LAYOUT;
    let input = (vec(bits(), layout.fields.len()), vec(bits(), layout.words));
    run(input, |(values, garbage)| {
        let values: Vec<u64> = layout
            .fields
            .iter()
            .zip(&values)
            .map(|(field, bits)| layout.fitting(field, *bits))
            .collect();
        let mut expected = layout.tagged(&vec![0; layout.words]);
        for (field, value) in layout.fields.iter().zip(&values) {
            layout.set(&mut expected, field, *value);
        }
        prop_assert_eq!(B::words(&B::new(&values)), expected.clone(), "new");
        let mut value = B::from_words(&garbage);
        B::ptr_new(&mut value, &values);
        prop_assert_eq!(B::words(&value), expected, "ptr_new");
        Ok(())
    })
}

/// The getters read what the model reads, whatever the other bits are.
///
/// # Errors
/// They do not. The message has the function, the field, and the smallest input that shows it.
pub fn getters<B: Bitfield>() -> Result<(), String> {
    let layout = B::LAYOUT;
    run(vec(bits(), layout.words), |words| {
        let words = layout.tagged(&words);
        let mut value = B::from_words(&words);
        for (nth, field) in layout.fields.iter().enumerate() {
            let expected = layout.get(&words, field);
            prop_assert_eq!(B::get(value, nth), expected, "get {}", field.name);
            prop_assert_eq!(B::ptr_get(&mut value, nth), expected, "ptr_get {}", field.name);
        }
        prop_assert_eq!(B::words(&value), words, "a getter changed the value");
        Ok(())
    })
}

/// The setters change their own field and nothing else.
///
/// # Errors
/// They do not. The message has the function, the field, and the smallest input that shows it.
pub fn setters<B: Bitfield>() -> Result<(), String> {
    let layout = B::LAYOUT;
    run((vec(bits(), layout.words), bits()), |(words, bits)| {
        let words = layout.tagged(&words);
        for (nth, field) in layout.fields.iter().enumerate() {
            let new = layout.fitting(field, bits);
            let mut expected = words.clone();
            layout.set(&mut expected, field, new);
            let mut value = B::from_words(&words);
            let by_value = B::set(value, nth, new);
            prop_assert_eq!(B::words(&by_value), expected.clone(), "set {}", field.name);
            prop_assert_eq!(B::get(by_value, nth), new, "get {} after set", field.name);
            B::ptr_set(&mut value, nth, new);
            prop_assert_eq!(B::words(&value), expected, "ptr_set {}", field.name);
        }
        Ok(())
    })
}

/// The functions of a union recognise its tag and no other. `constant` is the tag's value in the
/// headers.
///
/// # Errors
/// They do not.
pub fn tags<B: Bitfield>(constant: u64) -> Result<(), String> {
    let layout = B::LAYOUT;
    let Some((field, tag)) = layout.tag else {
        return Err("not of a union".to_owned());
    };
    if constant != tag {
        return Err(format!("the headers have the tag {constant}, the definition {tag}"));
    }
    run((vec(bits(), layout.words), bits()), |(words, other)| {
        let mut value = B::from_words(&layout.tagged(&words));
        prop_assert_eq!(B::tag(&mut value, tag), (tag, tag, 1));
        let other = layout.fitting(&field, other);
        prop_assert_eq!(B::tag(&mut value, other).2, i64::from(other == tag));
        Ok(())
    })
}

/// Every function returns exactly what the function of the same name in libsel4.a returns.
///
/// With assertions enabled, in Rust and in C, the values fit into their fields. Without them the
/// values may be too large, and both truncate them alike.
///
/// # Errors
/// A function does not. The message has the function, the field, and the smallest input.
pub fn as_in_c<B: Bitfield, C: Bitfield<Value = B::Value>>() -> Result<(), String> {
    let layout = B::LAYOUT;
    let input = (vec(bits(), layout.fields.len()), vec(bits(), layout.words), bits());
    run(input, |(values, words, other)| {
        let values = layout.fields.iter().zip(&values).map(|(field, bits)| {
            if cfg!(debug_assertions) {
                layout.fitting(field, *bits)
            } else {
                bits & ones(layout.base)
            }
        });
        let values: Vec<u64> = values.collect();
        let words = layout.tagged(&words);
        let new = || (B::from_words(&words), B::from_words(&words));
        prop_assert_eq!(B::words(&B::new(&values)), B::words(&C::new(&values)), "new");
        let (mut in_rust, mut in_c) = new();
        B::ptr_new(&mut in_rust, &values);
        C::ptr_new(&mut in_c, &values);
        prop_assert_eq!(B::words(&in_rust), B::words(&in_c), "ptr_new");
        for (nth, (field, value)) in layout.fields.iter().zip(&values).enumerate() {
            let (mut in_rust, mut in_c) = new();
            prop_assert_eq!(B::get(in_rust, nth), C::get(in_c, nth), "get {}", field.name);
            let (read, expected) = (B::ptr_get(&mut in_rust, nth), C::ptr_get(&mut in_c, nth));
            prop_assert_eq!(read, expected, "ptr_get {}", field.name);
            let (set, expected) = (B::set(in_rust, nth, *value), C::set(in_c, nth, *value));
            prop_assert_eq!(B::words(&set), B::words(&expected), "set {}", field.name);
            B::ptr_set(&mut in_rust, nth, *value);
            C::ptr_set(&mut in_c, nth, *value);
            prop_assert_eq!(B::words(&in_rust), B::words(&in_c), "ptr_set {}", field.name);
        }
        if let Some((field, tag)) = &layout.tag {
            for tag in [*tag, layout.fitting(field, other)] {
                let (mut in_rust, mut in_c) = new();
                prop_assert_eq!(B::tag(&mut in_rust, tag), C::tag(&mut in_c, tag), "tag {}", tag);
            }
        }
        Ok(())
    })
}

fn run<S: Strategy>(input: S, test: impl Fn(S::Value) -> Result<(), TestCaseError>) -> Result<(), String> {
    let mut runner = TestRunner::new(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    runner.run(&input, test).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LAYOUT: Layout = Layout {
        base: 64,
        canonical: (48, true),
        words: 1,
        fields: &[],
        tag: None,
    };

    #[test]
    fn high_fields_are_addresses() {
        let field = Field {
            name: "to",
            offset: 4,
            size: 44,
            high: true,
        };
        let mut words = [0xF];
        LAYOUT.set(&mut words, &field, 0xFFFF_8000_0000_1230);
        assert_eq!(words, [0x8000_0000_123F]);
        assert_eq!(LAYOUT.get(&words, &field), 0xFFFF_8000_0000_1230);
    }

    #[test]
    fn plain_fields_keep_to_their_bits() {
        let field = Field {
            name: "depth",
            offset: 60,
            size: 4,
            high: false,
        };
        let mut words = [1];
        LAYOUT.set(&mut words, &field, 0x1F);
        assert_eq!(words, [0xF000_0000_0000_0001]);
        assert_eq!(LAYOUT.get(&words, &field), 0xF);
    }
}
