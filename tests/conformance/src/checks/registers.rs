//! Every word of `seL4_UserContext`: written, read back, found by the thread in its registers, and
//! read from them again.

use crate::arch::{self, Place};
use crate::ensure;
use crate::failure::{Checked, Failure, Outcome};
use crate::handler::Handler;
use crate::message::word;
use crate::root::{PAGE, Root};
use crate::thread::{REGISTERS, Thread};
use selfe_sys as sys;
use selfe_sys::seL4_UserContext;

const WORD: usize = size_of::<usize>();

/// A number for a register; every byte differs from those of all other registers.
fn pattern(index: usize) -> usize {
    (index + 1).wrapping_mul(usize::MAX / 255)
}

fn words(context: &seL4_UserContext) -> &[usize; REGISTERS] {
    // SAFETY: the context consists of words only.
    unsafe { &*(&raw const *context).cast() }
}

fn written(place: &Place) -> seL4_UserContext {
    let mut context = seL4_UserContext::default();
    // SAFETY: the context consists of words only.
    let all: &mut [usize; REGISTERS] = unsafe { &mut *(&raw mut context).cast() };
    for (index, word) in all.iter_mut().enumerate() {
        *word = pattern(index);
    }
    arch::prepare(&mut context, place);
    context
}

/// The value read after writing a register, and the mask of the bits to compare.
type Kept = fn(&str, usize) -> (usize, usize);

fn compare(
    when: &str,
    written: &[usize; REGISTERS],
    found: &[usize; REGISTERS],
    kept: Kept,
    but: &[&str],
) -> Result<(), Failure> {
    for (index, name) in arch::NAMES.iter().enumerate().filter(|(_, name)| !but.contains(name)) {
        let (wanted, bits) = kept(name, written[index]);
        let found = found[index];
        ensure!(
            found & bits == wanted & bits,
            "{when}: {name} is {found:#x}; written {:#x}, to be kept {wanted:#x}",
            written[index]
        );
    }
    Ok(())
}

/// Writes and reads the registers of a thread before it runs, while it runs and after it.
pub fn check(root: &mut Root) -> Checked {
    ensure!(
        arch::NAMES.len() == REGISTERS,
        "seL4_UserContext has {REGISTERS} words, not {}",
        arch::NAMES.len()
    );
    let handler = Handler::new(root)?;
    let (_, page) = root.page()?;
    let place = Place {
        stack: page + PAGE / 2,
        words: [page, page + 64],
    };
    for (index, address) in place.words.iter().enumerate() {
        // SAFETY: the page belongs to this check.
        unsafe { (*address as *mut usize).write(pattern(100 + index)) };
    }
    let thread = Thread::new(root, handler.cap)?;
    let mut context = written(&place);
    let before = *words(&context);
    thread.write_registers(&mut context)?;
    let found = thread.read_registers()?;
    compare("before it runs", &before, words(&found), arch::kept, &[])?;

    thread.resume()?;
    let fault = handler.wait(sys::seL4_Fault_UserException)?;
    let at = word(sys::seL4_UserException_FaultIP as usize);
    ensure!(at == arch::probe_end(), "the fault is of {at:#x}");
    let found = sys::seL4_Fault_UserException_get_FaultIP(fault) as usize;
    ensure!(
        found == at,
        "seL4_getFault's counter is {found:#x}, the message's {at:#x}"
    );
    for (index, name) in arch::SEEN.iter().enumerate() {
        let Some(at) = arch::NAMES.iter().position(|other| other == name) else {
            return Err(Failure::new(format_args!("seL4_UserContext has no {name}")));
        };
        let (wanted, bits) = arch::seen(name, before[at]);
        // SAFETY: the thread has stored its registers there, and is stopped.
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
    // The probe overwrites one register itself.
    let used = [arch::NAMES[0], arch::USED];
    compare("after it ran", &before, words(&after), arch::kept_in_fault, &used)?;
    thread.suspend()?;
    Ok(Outcome::Ok)
}
