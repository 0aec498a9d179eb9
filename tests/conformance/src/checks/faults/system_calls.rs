//! A thread that makes an unknown system call: the handler receives its registers, and answers with
//! those that it continues with. If the label of the answer is not 0, the thread stays stopped.

use super::goes_on_elsewhere;
use crate::arch;
use crate::ensure;
use crate::failure::{Checked, Failure, Outcome};
use crate::handler::Handler;
use crate::message::{set_word, word};
use crate::root::Root;
use crate::thread::{Thread, give_way, settle};
use core::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use selfe_sys as sys;

/// The kernel's own numbers are negative.
const NUMBER: usize = 99;

const ARGUMENT: usize = 0x0a49_0417;
const RESULT: usize = 0x4e50_1744;
const ELSEWHERE: usize = 0x0e15_e123;

const COUNTER: usize = sys::seL4_UnknownSyscall_FaultIP as usize;
const WORDS: usize = sys::seL4_UnknownSyscall_Length as usize;

static RETURNED: AtomicUsize = AtomicUsize::new(0);

/// One thread that gets a result, and one that stays stopped.
pub fn check(root: &mut Root) -> Checked {
    let handler = Handler::new(root)?;
    let thread = begin(root, &handler)?;
    set_word(arch::UNKNOWN_ARGUMENT, RESULT);
    set_word(COUNTER, arch::unknown_end());
    handler.answer(0, WORDS);
    give_way(|| RETURNED.load(SeqCst) != 0);
    let returned = RETURNED.load(SeqCst);
    ensure!(
        returned == RESULT,
        "the system call returned {returned:#x}, not {RESULT:#x}"
    );
    thread.suspend()?;

    let thread = begin(root, &handler)?;
    set_word(COUNTER, arch::unknown_end());
    handler.answer(1, WORDS);
    settle();
    let returned = RETURNED.load(SeqCst);
    ensure!(
        returned == 0,
        "a thread went on that was answered not to, and returned {returned:#x}"
    );
    goes_on_elsewhere(&thread, ELSEWHERE)?;
    Ok(Outcome::Ok)
}

/// A thread that has made such a system call, with the fault message in the buffer.
fn begin(root: &mut Root, handler: &Handler) -> Result<Thread, Failure> {
    RETURNED.store(0, SeqCst);
    let thread = Thread::new(root, handler.cap)?;
    thread.start(calls, 0)?;
    let fault = handler.wait(sys::seL4_Fault_UnknownSyscall)?;
    let number = word(sys::seL4_UnknownSyscall_Syscall as usize);
    ensure!(number == NUMBER, "the fault is of number {number:#x}, not {NUMBER:#x}");
    let found = sys::seL4_Fault_UnknownSyscall_get_Syscall(fault) as usize;
    ensure!(found == number, "seL4_getFault's number is {found:#x}");
    let argument = word(arch::UNKNOWN_ARGUMENT);
    ensure!(
        argument == ARGUMENT,
        "the argument's register is {argument:#x}, not {ARGUMENT:#x}"
    );
    let (at, wanted) = (word(COUNTER), arch::unknown_end() - arch::SYSTEM_CALL_BYTES);
    ensure!(at == wanted, "the fault is of {at:#x}, not {wanted:#x}");
    let found = sys::seL4_Fault_UnknownSyscall_get_FaultIP(fault) as usize;
    ensure!(
        found == at,
        "seL4_getFault's counter is {found:#x}, the message's {at:#x}"
    );
    Ok(thread)
}

fn calls(_: usize) {
    // SAFETY: the handler answers as a kernel would.
    RETURNED.store(unsafe { arch::unknown(NUMBER, ARGUMENT) }, SeqCst);
}
