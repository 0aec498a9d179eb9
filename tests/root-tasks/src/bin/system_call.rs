//! Calls an object in a function of its own, whose instructions a test examines.
#![no_std]
#![no_main]

use selfe_sys as sys;

selfe_start::entry!(main);

/// Sends a word and returns the label and the first word of the answer.
#[inline(never)]
#[unsafe(no_mangle)]
fn ask(cap: usize, word: usize) -> (usize, usize) {
    // SAFETY: this thread has an IPC buffer.
    unsafe {
        sys::seL4_SetMR(0, word);
        let answer = sys::seL4_Call(cap, sys::seL4_MessageInfo_new(0, 0, 0, 1));
        (sys::seL4_MessageInfo_get_label(answer) as usize, sys::seL4_GetMR(0))
    }
}

/// Signals. Without optimization this reads the thread's pointer to its IPC buffer.
#[inline(never)]
#[unsafe(no_mangle)]
fn signal(cap: usize) {
    // SAFETY: this thread has thread-local storage.
    unsafe { sys::seL4_Signal(cap) }
}

fn main() {
    signal(sys::seL4_CapNull as usize);
    let (label, _) = ask(sys::seL4_CapNull as usize, 5);
    selfe_start::debug_println!("the answer's label is {label}");
    selfe_start::exit(label as _);
}
