//! How the types of parameters are passed in a message.
//!
//! An unknown type is an error: read as a capability, or as a word, it would produce another
//! message than the kernel expects.

use super::types::{Method, Parameter};
use std::collections::BTreeSet;

/// How a parameter's type is passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PassedAs {
    /// A capability: not in the message's words.
    Capability,
    /// That many bits of a word, or a word, or two words.
    Bits(usize),
    /// The one word of a bitfield.
    Bitfield,
    /// A struct of words, by pointer.
    Struct,
}

/// Types of capabilities that have no methods of their own, and so no interface.
const CAPABILITIES: &[&str] = &[
    "seL4_CPtr",
    "seL4_ARM_IOSpace",
    "seL4_X64_PML4",
    "seL4_X86_EPTPML4",
    "seL4_X86_IOSpace",
];

/// Numbers of one word.
const WORDS: &[&str] = &[
    "seL4_Word",
    "long",
    "seL4_VCPUReg",
    "seL4_ARM_VMAttributes",
    "seL4_RISCV_VMAttributes",
    "seL4_X86_VMAttributes",
    "seL4_X86_EPT_VMAttributes",
];

/// Numbers that are smaller than a word, or may be larger, with their sizes in bits.
const NUMBERS: &[(&str, usize)] = &[
    ("seL4_Bool", 1),
    ("seL4_Uint8", 8),
    ("seL4_Uint16", 16),
    ("seL4_Uint32", 32),
    ("int", 32),
    ("seL4_Uint64", 64),
    ("seL4_Time", 64),
];

/// Bitfields of one word.
const BITFIELDS: &[&str] = &["seL4_CapRights_t"];

/// The types of one kernel's interface files.
#[derive(Debug)]
pub struct Kinds {
    /// The bits of a word.
    word: usize,
    /// The interfaces: each is also the type of the capabilities with its methods.
    interfaces: BTreeSet<String>,
    /// The structs that the files define.
    structs: BTreeSet<String>,
}

impl Kinds {
    /// The types for a word of that many bits, with the names of the interfaces and structs that
    /// the files define.
    pub fn new(
        word: usize,
        interfaces: impl IntoIterator<Item = String>,
        structs: impl IntoIterator<Item = String>,
    ) -> Self {
        Kinds {
            word,
            interfaces: interfaces.into_iter().collect(),
            structs: structs.into_iter().collect(),
        }
    }

    /// How a method's parameter is passed.
    ///
    /// # Errors
    /// Its type is unknown, or the kernel never passes it this way.
    pub fn of(&self, method: &Method, parameter: &Parameter) -> Result<PassedAs, String> {
        let Parameter { name, kind, is_output } = parameter;
        let found = self.named(kind).ok_or_else(|| {
            format!(
                "{}: the parameter `{name}` has the type `{kind}`, which selfe-sys does not know\n\
                 help: the feature `libsel4-functions` of selfe-sys has libsel4.a's function in its place",
                method.name
            )
        })?;
        match found {
            PassedAs::Capability | PassedAs::Bitfield if *is_output => Err(format!(
                "{}: the result `{name}` has the type `{kind}`, which no release of seL4 returns",
                method.name
            )),
            PassedAs::Capability | PassedAs::Bits(_) | PassedAs::Bitfield | PassedAs::Struct => Ok(found),
        }
    }

    fn named(&self, name: &str) -> Option<PassedAs> {
        if self.structs.contains(name) {
            Some(PassedAs::Struct)
        } else if self.interfaces.contains(name) || CAPABILITIES.contains(&name) {
            Some(PassedAs::Capability)
        } else if WORDS.contains(&name) {
            Some(PassedAs::Bits(self.word))
        } else if BITFIELDS.contains(&name) {
            Some(PassedAs::Bitfield)
        } else {
            let number = NUMBERS.iter().find(|(known, _)| *known == name)?;
            Some(PassedAs::Bits(number.1))
        }
    }
}
