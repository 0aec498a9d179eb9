//! Backtraces: the registers and the top of the stack, sent to `selfe run`, which has the program's
//! file and knows what they mean.
//!
//! Nothing is sent if something else booted the program.

use crate::arch::{self, CAPTURED};
use crate::protocol;
use core::fmt;
use core::ops::Range;
use core::sync::atomic::{AtomicUsize, Ordering};
use selfe_sys::{seL4_CPtr, seL4_TCB_ReadRegisters, seL4_UserContext};

/// The bytes of stack that are sent at most: enough for some dozens of calls.
const MOST: usize = 8 * 1024;
const PAGE: usize = 4096;
/// The size of a first thread's stack at most.
const LARGEST: usize = 1024 * 1024;

/// A known stack: its first address, 0 for the first thread's, and the address behind it, 0 for
/// none.
struct Known {
    start: AtomicUsize,
    end: AtomicUsize,
}

/// The stacks of the program, as far as there is space.
static KNOWN: [Known; 8] = [const {
    Known {
        start: AtomicUsize::new(0),
        end: AtomicUsize::new(0),
    }
}; 8];

/// Makes a stack known, by its addresses. Of a thread with an unknown stack only the page with the
/// stack pointer is sent.
pub fn add_stack(stack: Range<usize>) {
    for known in &KNOWN {
        let found = known
            .end
            .compare_exchange(0, stack.end, Ordering::Relaxed, Ordering::Relaxed);
        if found.is_ok() || found == Err(stack.end) {
            known.start.store(stack.start, Ordering::Relaxed);
            return;
        }
    }
}

/// The same for the program's first thread, before there is another one, by the address behind its
/// stack. Every program contains it, so it does no more than it has to.
#[inline]
pub fn set_first_stack(end: usize) {
    KNOWN[0].end.store(end, Ordering::Relaxed);
}

/// Sends a backtrace of this place.
#[inline(never)]
pub fn send() {
    if !protocol::is_read() {
        return;
    }
    let mut registers = [0; CAPTURED];
    arch::capture(&mut registers);
    let pointer = pointer(&registers);
    // The page that the stack pointer of a running thread points into is mapped.
    let page = pointer..(pointer / PAGE + 1) * PAGE;
    send_registers(&registers, known(pointer, true).unwrap_or(page));
}

/// Sends a backtrace of another thread of this program, which is stopped: after a fault. Nothing is
/// sent if its stack is not known.
///
/// # Safety
/// The capability is to the control block of a thread that does not run and that uses this
/// program's address space.
pub unsafe fn send_thread(tcb: seL4_CPtr) {
    let mut context = seL4_UserContext::default();
    let count = size_of_val(&context) / size_of::<usize>();
    // SAFETY: the kernel writes as many words as the structure has.
    let code = unsafe { seL4_TCB_ReadRegisters(tcb, 0, 0, count, &mut context) };
    let registers = arch::captured(&context);
    if code == selfe_sys::seL4_NoError
        && let Some(stack) = known(pointer(&registers), false)
    {
        send_registers(&registers, stack);
    }
}

/// The stack pointer: it comes second in the order of `capture`.
fn pointer(registers: &[usize; CAPTURED]) -> usize {
    registers[1] & !(size_of::<usize>() - 1)
}

fn send_registers(registers: &[usize; CAPTURED], stack: Range<usize>) {
    protocol::send(
        "backtrace",
        format_args!(
            "{},{:x},{}",
            Words(registers.as_ptr(), CAPTURED),
            stack.start,
            Words(stack.start as *const usize, stack.len() / size_of::<usize>())
        ),
    );
}

/// The part of a known stack that is sent: from the stack pointer up, which may be in the guard
/// page below the stack.
fn known(pointer: usize, runs: bool) -> Option<Range<usize>> {
    let found = KNOWN.iter().find_map(|known| {
        let end = known.end.load(Ordering::Relaxed);
        let start = match known.start.load(Ordering::Relaxed) {
            // All that is known is that the thread is running on it.
            0 if runs => end.saturating_sub(LARGEST),
            0 => return None,
            start => start,
        };
        let is_it = (start.saturating_sub(PAGE)..end).contains(&pointer);
        is_it.then_some(start..end)
    })?;
    let start = pointer.max(found.start);
    Some(start..found.end.min(start + MOST))
}

/// Words of memory in hexadecimal.
struct Words(*const usize, usize);

impl fmt::Display for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for index in 0..self.1 {
            // SAFETY: `send` names mapped memory: an array of its own, and the stack in use.
            let word = unsafe { self.0.add(index).read_volatile() };
            let comma = if index == 0 { "" } else { "," };
            write!(f, "{comma}{word:x}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stack_is_sent_from_its_pointer_up() {
        add_stack(0x10_0000..0x10_4000);
        add_stack(0x10_0000..0x10_4000);
        assert_eq!(known(0x10_3f00, false), Some(0x10_3f00..0x10_4000));
        assert_eq!(known(0x10_0010, false), Some(0x10_0010..0x10_0010 + MOST));
        // It grew into its guard page, which is not mapped.
        assert_eq!(known(0x0f_f800, false), Some(0x10_0000..0x10_0000 + MOST));
        assert_eq!(known(0x0f_e000, false), None);
        assert_eq!(known(0x10_4000, false), None);
        set_first_stack(0x20_0000);
        KNOWN[0].start.store(0, Ordering::Relaxed);
        assert_eq!(known(0x1f_ff00, true), Some(0x1f_ff00..0x20_0000));
        assert_eq!(known(0x1f_ff00, false), None);
        let count = KNOWN.iter().filter(|known| known.end.load(Ordering::Relaxed) != 0);
        assert_eq!(count.count(), 1);
    }

    #[test]
    fn words_are_hexadecimal() {
        let words = [0, 0x1f, usize::MAX];
        let text = Words(words.as_ptr(), 3).to_string();
        assert_eq!(text, format!("0,1f,{:x}", usize::MAX));
    }
}
