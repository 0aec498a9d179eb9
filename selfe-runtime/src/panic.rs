//! What happens on a panic.

use crate::exit::{PANICKED, exit};
use core::panic::PanicInfo;
use core::sync::atomic::{AtomicPtr, Ordering};

/// What a panic does instead of ending the run.
pub type Hook = fn(&PanicInfo<'_>) -> !;

/// The hook; null for none.
static HOOK: AtomicPtr<()> = AtomicPtr::new(core::ptr::null_mut());

/// From now on [`debug_panic_handler`] calls this function, which decides what happens next, such
/// as stopping only the thread that panicked. The function itself must not panic.
pub fn set_hook(hook: Hook) {
    HOOK.store(hook as *mut (), Ordering::Release);
}

/// Prints a panic on the debug console and ends the run with code 101: for a panic handler of your
/// own.
///
/// If [`set_hook`] was called, its function is called instead.
///
/// Feature `panic_handler` makes this the program's panic handler.
pub fn debug_panic_handler(info: &PanicInfo<'_>) -> ! {
    let hook = HOOK.load(Ordering::Acquire);
    if !hook.is_null() {
        // SAFETY: `set_hook` stored it, and nothing else does.
        let hook = unsafe { core::mem::transmute::<*mut (), Hook>(hook) };
        hook(info)
    }
    crate::debug_println!("{info}");
    crate::backtrace::send();
    exit(PANICKED)
}

#[cfg(all(feature = "panic_handler", not(test)))]
#[panic_handler]
fn panic(info: &PanicInfo<'_>) -> ! {
    debug_panic_handler(info)
}
