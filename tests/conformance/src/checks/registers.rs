//! Every word of `seL4_UserContext`: written, read back, found by the thread in its registers, and read again from it.

use crate::arch::{self, Place};
use crate::ensure;
use crate::failure::{Checked, Failure, Outcome};
use crate::message::{label, receive};
use crate::root::{PAGE, Root};
use crate::thread::{REGISTERS, Thread};
use selfe_sys as sys;
use selfe_sys::seL4_UserContext;

const WORD: usize = size_of::<usize>();

/// A register's number, different from every other's in each of its bytes.
fn pattern(index: usize) -> usize {
    (index + 1).wrapping_mul(usize::MAX / 255)
}

fn words(context: &seL4_UserContext) -> &[usize; REGISTERS] {
    // SAFETY: the context is made of words, and of nothing else.
    unsafe { &*(&raw const *context).cast() }
}

fn written(place: &Place) -> seL4_UserContext {
    let mut context = seL4_UserContext::default();
    // SAFETY: the context is made of words, and of nothing else.
    let all: &mut [usize; REGISTERS] = unsafe { &mut *(&raw mut context).cast() };
    for (index, word) in all.iter_mut().enumerate() {
        *word = pattern(index);
    }
    arch::prepare(&mut context, place);
    context
}

fn compare(when: &str, written: &[usize; REGISTERS], found: &[usize; REGISTERS], but: &[&str]) -> Result<(), Failure> {
    for (index, name) in arch::NAMES.iter().enumerate().filter(|(_, name)| !but.contains(name)) {
        let (wanted, bits) = arch::kept(name, written[index]);
        let found = found[index];
        ensure!(
            found & bits == wanted & bits,
            "{when}: {name} is {found:#x}; written {:#x}, to be kept {wanted:#x}",
            written[index]
        );
    }
    Ok(())
}

/// On a thread that has not run, on one that runs, and after it.
pub fn check(root: &mut Root) -> Checked {
    ensure!(
        arch::NAMES.len() == REGISTERS,
        "seL4_UserContext has {REGISTERS} words, not {}",
        arch::NAMES.len()
    );
    let endpoint = root.create(sys::seL4_EndpointObject)?;
    let (_, page) = root.page()?;
    let place = Place {
        stack: page + PAGE / 2,
        words: [page, page + 64],
    };
    for (index, address) in place.words.iter().enumerate() {
        // SAFETY: the page is ours.
        unsafe { (*address as *mut usize).write(pattern(100 + index)) };
    }
    let thread = Thread::new(root, endpoint)?;
    let mut context = written(&place);
    let before = *words(&context);
    thread.write_registers(&mut context)?;
    compare("before it runs", &before, words(&thread.read_registers()?), &[])?;

    thread.resume()?;
    let (message, _) = receive(endpoint, root.reply);
    let (found, wanted) = (label(message), sys::seL4_Fault_UserException as usize);
    ensure!(
        found == wanted,
        "the probe ended by a fault of kind {found}, not {wanted}"
    );
    for (index, name) in arch::SEEN.iter().enumerate() {
        let Some(at) = arch::NAMES.iter().position(|other| other == name) else {
            return Err(Failure::new(format_args!("seL4_UserContext has no {name}")));
        };
        let (wanted, bits) = arch::seen(name, before[at]);
        // SAFETY: the thread has stored its registers there, and stands still.
        let found = unsafe { ((place.stack + index * WORD) as *const usize).read_volatile() };
        ensure!(
            found & bits == wanted & bits,
            "the thread found {found:#x} in {name}, not {wanted:#x}"
        );
    }

    let after = thread.read_registers()?;
    let [counter, ..] = *words(&after);
    ensure!(
        counter == arch::probe_end(),
        "the thread stands at {counter:#x}, not at {:#x}",
        arch::probe_end()
    );
    // The probe has used one register itself.
    compare("after it ran", &before, words(&after), &[arch::NAMES[0], arch::USED])?;
    thread.suspend()?;
    Ok(Outcome::Ok)
}
