//! A thread that reads where nothing is mapped: its handler learns where, and lets it go on, with the page or elsewhere.

use crate::ensure;
use crate::failure::{Checked, Failure, Outcome};
use crate::message::{answer, info, label, receive, word};
use crate::root::Root;
use crate::thread::Thread;
use core::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use selfe_sys as sys;

static NOTIFICATION: AtomicUsize = AtomicUsize::new(0);
static READ: AtomicUsize = AtomicUsize::new(0);

const VALUE: usize = 0x5e14_c0de;
const ELSEWHERE: usize = 0x0e15_e44e;

/// Waits for a fault and returns the address that it names.
pub fn address(root: &Root, endpoint: usize) -> Result<usize, Failure> {
    let (message, _) = receive(endpoint, root.reply);
    let (found, wanted) = (label(message), sys::seL4_Fault_VMFault as usize);
    ensure!(found == wanted, "a fault of kind {found}, not {wanted}");
    Ok(word(sys::seL4_VMFault_Addr as usize))
}

/// Maps the page for one thread, and moves another one's registers.
pub fn check(root: &mut Root) -> Checked {
    let endpoint = root.create(sys::seL4_EndpointObject)?;
    let notification = root.create(sys::seL4_NotificationObject)?;
    NOTIFICATION.store(notification, SeqCst);
    let place = root.address(1) + 0x128;
    let thread = Thread::new(root, endpoint)?;
    thread.start(reads, place)?;
    let found = address(root, endpoint)?;
    ensure!(found == place, "the fault was at {found:#x}, not {place:#x}");
    let at = word(sys::seL4_VMFault_IP as usize);
    let context = thread.read_registers()?;
    // The first word is the program counter on every architecture.
    // SAFETY: the context is made of words.
    let counter = unsafe { (&raw const context).cast::<usize>().read() };
    ensure!(at == counter, "the fault was of {at:#x}, the thread is at {counter:#x}");
    let reply = root.reply;
    root.page_at(place & !0xfff)?;
    // SAFETY: the page is mapped now, and the thread stands still.
    unsafe { (place as *mut usize).write_volatile(VALUE) };
    answer(reply, info(0, 0));
    wait(notification);
    let read = READ.load(SeqCst);
    ensure!(read == VALUE, "the thread went on and read {read:#x}, not {VALUE:#x}");

    let thread = Thread::new(root, endpoint)?;
    let place = root.address(1) + 0x40;
    thread.start(reads, place)?;
    let found = address(root, endpoint)?;
    ensure!(found == place, "the second fault was at {found:#x}, not {place:#x}");
    thread.jump(goes_on as *const () as usize, ELSEWHERE)?;
    thread.resume()?;
    spin_until(|| READ.load(SeqCst) == ELSEWHERE);
    let read = READ.load(SeqCst);
    ensure!(read == ELSEWHERE, "the moved thread left {read:#x}, not {ELSEWHERE:#x}");
    thread.suspend()?;
    Ok(Outcome::Ok)
}

fn reads(place: usize) {
    // SAFETY: whether there is memory is what the handler decides.
    READ.store(unsafe { (place as *const usize).read_volatile() }, SeqCst);
    // SAFETY: a signal passes no message.
    unsafe { sys::seL4_Signal(NOTIFICATION.load(SeqCst)) };
}

/// Where the moved thread goes on. It has no thread-local variables set up here, so it makes no call.
extern "C" fn goes_on(value: usize) -> ! {
    READ.store(value, SeqCst);
    loop {
        core::hint::spin_loop();
    }
}

fn wait(notification: usize) {
    let mut badge = 0;
    // SAFETY: the badge is ours.
    unsafe { sys::seL4_Wait(notification, &mut badge) };
}

/// Lets other threads run until something holds, for a while.
pub fn spin_until(mut holds: impl FnMut() -> bool) {
    for _ in 0..1000 {
        if holds() {
            return;
        }
        // SAFETY: it only gives up time.
        unsafe { sys::seL4_Yield() };
    }
}
