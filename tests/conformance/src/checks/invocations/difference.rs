//! The differences between two calls of a method.

use super::Method;
use super::call::{Call, Seen};
use core::fmt;

/// A mismatch, with both values.
pub struct Difference {
    what: What,
    inline: u64,
    in_c: u64,
}

enum What {
    /// A property of the message.
    Message(&'static str),
    /// The badge of the capability with this index in the message.
    Badge(usize),
    /// The message word with this index.
    Word(usize),
    /// A returned value.
    Result(&'static str),
    /// The struct behind a pointer, and the index of the word.
    Memory(&'static str, usize),
    /// The index of a word beyond the struct's end.
    Behind(&'static str, usize),
    /// The message word with this index that the answer left in the caller's IPC buffer.
    Left(usize),
}

impl Difference {
    /// The first difference between the two forms for these arguments.
    pub fn find(method: &Method, call: &Call, inline: &Seen, in_c: &Seen) -> Option<Self> {
        let (left, right) = (&inline.message, &in_c.message);
        let mut pairs = Pairs { found: None };
        for (what, left, right) in [
            ("label", left.label, right.label),
            ("length", left.length, right.length),
            ("number of capabilities", left.caps, right.caps),
            ("set of badges", left.unwrapped, right.unwrapped),
            ("own badge", left.badge, right.badge),
        ] {
            pairs.compare(left, right, || What::Message(what));
        }
        for (index, (&left, &right)) in left.badges.iter().zip(&right.badges).enumerate() {
            pairs.compare(left, right, || What::Badge(index));
        }
        // If a message cannot hold more than a struct, its length ends the struct.
        let sent = method.structs.iter().filter(|&&(_, words)| words <= right.length);
        let sparing = sent.map(|&(_, words)| spared(method, call, words));
        let counting = right.length - sparing.max().unwrap_or(0);
        for (index, (&left, &right)) in left.words.iter().zip(&right.words).enumerate().take(counting) {
            pairs.compare(left, right, || What::Word(index));
        }
        let results = inline.results.iter().zip(&in_c.results);
        for (&name, (&left, &right)) in method.results.iter().zip(results) {
            // After an error nothing is returned; the C form leaves stack garbage in the rest.
            if name == "error" || in_c.results[0] == 0 {
                pairs.compare_wide(left, right, || What::Result(name));
            }
        }
        for (nth, &(name, words)) in method.structs.iter().enumerate() {
            let (left, right) = (&inline.memory[nth], &in_c.memory[nth]);
            for index in 0..words - spared(method, call, words) {
                pairs.compare(left[index], right[index], || What::Memory(name, index));
            }
            // libsel4.a does not check the count.
            for (index, &left) in left.iter().enumerate().skip(words) {
                pairs.compare(left, call.before(nth, index), || What::Behind(name, index));
            }
        }
        for (index, (&left, &right)) in inline.buffer.iter().zip(&in_c.buffer).enumerate() {
            pairs.compare(left, right, || What::Left(index));
        }
        pairs.found
    }
}

/// Whether libsel4.a sends and returns only the valid words of a struct. Before release 16, and on
/// ia32 with KernelIsMCS, it transfers all of them; the inline form never does.
const C_COUNTS: bool = cfg!(sel4_release_at_least = "16") && !cfg!(all(target_arch = "x86", KernelIsMCS));

/// How many words of a struct are not valid.
fn spared(method: &Method, call: &Call, words: usize) -> usize {
    match method.is_counted && !C_COUNTS {
        true => words.saturating_sub(call.count),
        false => 0,
    }
}

/// Comparisons, of which the first mismatch is kept.
struct Pairs {
    found: Option<Difference>,
}

impl Pairs {
    fn compare(&mut self, inline: usize, in_c: usize, what: impl FnOnce() -> What) {
        self.compare_wide(inline as u64, in_c as u64, what);
    }

    fn compare_wide(&mut self, inline: u64, in_c: u64, what: impl FnOnce() -> What) {
        if inline != in_c && self.found.is_none() {
            let what = what();
            self.found = Some(Difference { what, inline, in_c });
        }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Difference { inline, in_c, .. } = self;
        match self.what {
            What::Message(what) => write!(f, "the message's {what}"),
            What::Badge(index) => write!(f, "the badge of capability {index}"),
            What::Word(index) => write!(f, "message word {index}"),
            What::Result(name) => write!(f, "the result {name}"),
            What::Memory(name, index) => write!(f, "word {index} of {name}"),
            What::Behind(name, index) => {
                return write!(f, "the inline form writes behind {name}: word {index} is {inline:#x}");
            }
            What::Left(index) => write!(f, "buffer word {index}"),
        }?;
        write!(f, " is {inline:#x} inline, {in_c:#x} in libsel4.a")
    }
}
