//! Object invocations: the inline form of each sends the same message as libsel4.a, and decodes the
//! answer alike.
//!
//! Both forms are called on an endpoint capability. Another thread records the message and answers,
//! so every method can be compared whatever it would do to a kernel object, and whether or not the
//! machine has such an object.

mod call;
mod difference;
mod server;

use crate::ensure;
use crate::failure::{Checked, Failure, Outcome};
use crate::root::Root;
use crate::thread::Thread;
use call::{Call, FIRST_BADGE, MOST_STRUCTS};
use difference::Difference;

/// A method with its two forms.
pub struct Method {
    /// The name of its function.
    name: &'static str,
    /// The names of its results.
    results: &'static [&'static str],
    /// Its arguments that are pointers to structs, each with the number of words in the struct.
    structs: &'static [(&'static str, usize)],
    /// Whether an argument gives the number of valid words in the struct.
    is_counted: bool,
    /// Whether the two forms differ.
    is_inline: fn() -> bool,
    inline: fn(&mut Call),
    in_c: fn(&mut Call),
}

/// All methods of this kernel.
const METHODS: &[Method] = &include!(concat!(env!("OUT_DIR"), "/invocations.rs"));

/// The labels of the answers: success, and an error.
const LABELS: [usize; 2] = [
    selfe_sys::seL4_NoError as usize,
    selfe_sys::seL4_IllegalOperation as usize,
];

/// Calls each method in both forms, with all values and with their complements.
pub fn check(root: &mut Root) -> Checked {
    if !METHODS.iter().any(|method| (method.is_inline)()) {
        return Ok(Outcome::Skipped("the functions of this program are libsel4.a's"));
    }
    let endpoint = root.create(selfe_sys::seL4_EndpointObject)?;
    let mut call = Call::new(root.mint(endpoint, FIRST_BADGE)?);
    for (nth, cap) in call.caps.iter_mut().enumerate() {
        *cap = root.mint(endpoint, FIRST_BADGE + 1 + nth)?;
    }
    let reply = root.new_reply()?;
    let thread = Thread::new(root, 0)?;
    server::will_serve(endpoint);
    thread.start(server::serve, reply)?;
    for method in METHODS {
        ensure!((method.is_inline)(), "{} is not inline", method.name);
        ensure!(
            method.structs.len() <= MOST_STRUCTS,
            "{} has more structs than this check",
            method.name
        );
        for label in LABELS {
            for flip in [0, u64::MAX] {
                call.flip = flip;
                compare(method, &mut call, label)?;
            }
        }
    }
    thread.suspend()?;
    Ok(Outcome::Ok)
}

/// Calls a method in both forms; if an argument counts words, with every count up to one beyond the
/// struct.
fn compare(method: &Method, call: &mut Call, label: usize) -> Result<(), Failure> {
    let counts = match method.is_counted {
        true => 0..=2 + method.structs.iter().map(|&(_, words)| words).max().unwrap_or(0),
        false => 0..=0,
    };
    for count in counts {
        call.count = count;
        let inline = call.exchange(method.inline, label);
        let in_c = call.exchange(method.in_c, label);
        if let Some(difference) = Difference::find(method, call, &inline, &in_c) {
            let name = method.name;
            return Err(match method.is_counted {
                true => Failure::new(format_args!("{name}: {difference} (count {count}, answer {label})")),
                false => Failure::new(format_args!("{name}: {difference} (answer {label})")),
            });
        }
    }
    Ok(())
}
