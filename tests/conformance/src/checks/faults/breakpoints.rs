//! Breakpoints, watchpoints, breakpoint instructions and single-stepping, on kernels with
//! `HardwareDebugAPI`.

use crate::failure::Checked;
#[cfg(not(HardwareDebugAPI))]
use crate::failure::Outcome;
use crate::root::Root;

#[cfg(HardwareDebugAPI)]
pub use with_api::check;

/// The check does not apply.
#[cfg(not(HardwareDebugAPI))]
pub fn check(_: &mut Root) -> Checked {
    Ok(Outcome::Skipped("the kernel is without HardwareDebugAPI"))
}

#[cfg(HardwareDebugAPI)]
mod with_api {
    use super::{Checked, Root};
    use crate::arch;
    use crate::ensure;
    use crate::failure::{Failure, Outcome, kernel};
    use crate::handler::Handler;
    use crate::message::{set_word, word};
    use crate::thread::{Thread, give_way};
    use core::sync::atomic::{AtomicU32, AtomicUsize, Ordering::SeqCst};
    use selfe_sys as sys;
    use selfe_sys::{seL4_CPtr, seL4_Error};

    /// The numbers of the first instruction breakpoint and of the first watchpoint. On x86 every
    /// register can serve as either.
    const BREAKPOINT: u16 = first(sys::seL4_FirstBreakpoint as i64, 0);
    const WATCHPOINT: u16 = first(sys::seL4_FirstWatchpoint as i64, 1);

    const fn first(number: i64, otherwise: u16) -> u16 {
        if number < 0 { otherwise } else { number as u16 }
    }

    static WATCHED: AtomicU32 = AtomicU32::new(0);
    static COUNT: AtomicUsize = AtomicUsize::new(0);

    const INSTRUCTION: usize = sys::seL4_InstructionBreakpoint as usize;
    const DATA: usize = sys::seL4_DataBreakpoint as usize;
    const READ: usize = sys::seL4_BreakOnRead as usize;
    const WRITE: usize = sys::seL4_BreakOnWrite as usize;

    /// The setting of a breakpoint: address, kind, size in bytes, and access.
    type Setting = (usize, usize, usize, usize);

    pub fn check(root: &mut Root) -> Checked {
        errors(root)?;
        instruction(root)?;
        data(root)?;
        software(root)?;
        steps(root)?;
        Ok(Outcome::Ok)
    }

    fn set(tcb: seL4_CPtr, number: u16, (address, kind, size, access): Setting) -> seL4_Error {
        // SAFETY: the thread then only sends a fault.
        unsafe { sys::seL4_TCB_SetBreakpoint(tcb, number, address, kind, size, access) }
    }

    /// Sets a breakpoint and reads it back.
    fn set_and_get(tcb: seL4_CPtr, number: u16, setting: Setting) -> Result<(), Failure> {
        kernel("setting a breakpoint", set(tcb, number, setting))?;
        let found = get(tcb, number)?;
        ensure!(
            found == (setting, true),
            "breakpoint {number} is {found:x?}, set to {setting:x?}"
        );
        Ok(())
    }

    fn get(tcb: seL4_CPtr, number: u16) -> Result<(Setting, bool), Failure> {
        // SAFETY: it changes nothing.
        let found = unsafe { sys::seL4_TCB_GetBreakpoint(tcb, number) };
        kernel("reading a breakpoint", found.error as seL4_Error)?;
        let setting = (found.vaddr, found.type_, found.size, found.rw);
        Ok((setting, found.is_enabled != 0))
    }

    /// Removes a breakpoint and reads it back.
    fn unset(tcb: seL4_CPtr, number: u16) -> Result<(), Failure> {
        // SAFETY: no thread depends on it.
        kernel("unsetting a breakpoint", unsafe {
            sys::seL4_TCB_UnsetBreakpoint(tcb, number)
        })?;
        let (_, is_enabled) = get(tcb, number)?;
        ensure!(!is_enabled, "breakpoint {number} is left enabled");
        Ok(())
    }

    /// Settings that the kernel refuses.
    fn errors(root: &mut Root) -> Result<(), Failure> {
        let tcb = root.create(sys::seL4_TCBObject)?;
        let code = stops_here as *const () as usize;
        let watched = (&raw const WATCHED).addr();
        for (what, number, setting, wanted) in [
            (
                "one that the processor has not",
                sys::seL4_NumHWBreakpoints as u16,
                (watched, DATA, 4, WRITE),
                sys::seL4_RangeError,
            ),
            (
                "one of the kernel's code",
                BREAKPOINT,
                (usize::MAX - 0xfff, INSTRUCTION, 0, READ),
                sys::seL4_InvalidArgument,
            ),
            (
                "one at an instruction with a size",
                BREAKPOINT,
                (code, INSTRUCTION, 4, READ),
                sys::seL4_InvalidArgument,
            ),
            (
                "one of data without a size",
                WATCHPOINT,
                (watched, DATA, 0, WRITE),
                sys::seL4_InvalidArgument,
            ),
            (
                "one of data that is not aligned",
                WATCHPOINT,
                (watched + 1, DATA, 4, WRITE),
                sys::seL4_AlignmentError,
            ),
            (
                "one of single steps",
                BREAKPOINT,
                (code, sys::seL4_SingleStep as usize, 0, READ),
                sys::seL4_InvalidArgument,
            ),
        ] {
            let answer = set(tcb, number, setting);
            ensure!(answer == wanted, "{what}: the kernel answered {answer}, not {wanted}");
        }
        Ok(())
    }

    /// The program counter and the reason in a debug fault's message.
    fn told(handler: &Handler) -> Result<(usize, usize), Failure> {
        let fault = handler.wait(sys::seL4_Fault_DebugException)?;
        let found = [
            word(sys::seL4_DebugException_FaultIP as usize),
            word(sys::seL4_DebugException_ExceptionReason as usize),
        ];
        let told = [
            sys::seL4_Fault_DebugException_get_FaultIP(fault) as usize,
            sys::seL4_Fault_DebugException_get_ExceptionReason(fault) as usize,
        ];
        ensure!(told == found, "seL4_getFault says {told:x?}, the message {found:x?}");
        Ok((found[0], found[1]))
    }

    /// Checks that the message names this breakpoint.
    fn triggered(number: u16, address: usize, reason: usize, kind: usize) -> Result<(), Failure> {
        let found = (
            word(sys::seL4_DebugException_TriggerAddress as usize),
            word(sys::seL4_DebugException_BreakpointNumber as usize),
            reason,
        );
        let wanted = (address, usize::from(number), kind);
        ensure!(
            found == wanted,
            "a breakpoint's address, number and kind are {found:x?}, not {wanted:x?}"
        );
        Ok(())
    }

    /// A breakpoint on an instruction; after its removal the thread continues there.
    fn instruction(root: &mut Root) -> Result<(), Failure> {
        let handler = Handler::new(root)?;
        let thread = Thread::new(root, handler.cap)?;
        let place = stops_here as *const () as usize;
        set_and_get(thread.tcb, BREAKPOINT, (place, INSTRUCTION, 0, READ))?;
        COUNT.store(0, SeqCst);
        thread.start(|_| stops_here(), 0)?;
        let (counter, reason) = told(&handler)?;
        triggered(BREAKPOINT, place, reason, INSTRUCTION)?;
        ensure!(counter == place, "the breakpoint at {place:#x} stopped at {counter:#x}");
        let count = COUNT.load(SeqCst);
        ensure!(count == 0, "the breakpoint let the thread count to {count}");
        unset(thread.tcb, BREAKPOINT)?;
        handler.answer(0, 0);
        give_way(|| COUNT.load(SeqCst) != 0);
        let count = COUNT.load(SeqCst);
        ensure!(count == 1, "after the breakpoint the thread counted to {count}");
        thread.suspend()
    }

    #[inline(never)]
    extern "C" fn stops_here() {
        COUNT.fetch_add(1, SeqCst);
    }

    /// A watchpoint on writes, which reads do not trigger.
    fn data(root: &mut Root) -> Result<(), Failure> {
        let handler = Handler::new(root)?;
        let thread = Thread::new(root, handler.cap)?;
        let place = (&raw const WATCHED).addr();
        set_and_get(thread.tcb, WATCHPOINT, (place, DATA, 4, WRITE))?;
        COUNT.store(0, SeqCst);
        thread.start(reads_and_writes, 0)?;
        let (_, reason) = told(&handler)?;
        triggered(WATCHPOINT, place, reason, DATA)?;
        let count = COUNT.load(SeqCst);
        ensure!(count == 1, "the watchpoint stopped the thread at its step {count}");
        unset(thread.tcb, WATCHPOINT)?;
        handler.answer(0, 0);
        give_way(|| COUNT.load(SeqCst) == 2);
        let (count, written) = (COUNT.load(SeqCst), WATCHED.load(SeqCst));
        ensure!(
            (count, written) == (2, 7),
            "after the watchpoint the thread came to step {count}, and wrote {written}"
        );
        thread.suspend()
    }

    fn reads_and_writes(_: usize) {
        COUNT.store(1 + WATCHED.load(SeqCst) as usize, SeqCst);
        WATCHED.store(7, SeqCst);
        COUNT.store(2, SeqCst);
    }

    /// The processor's breakpoint instruction.
    fn software(root: &mut Root) -> Result<(), Failure> {
        let handler = Handler::new(root)?;
        let thread = Thread::new(root, handler.cap)?;
        thread.start(|_| arch::software_break(), 0)?;
        let (_, reason) = told(&handler)?;
        let wanted = sys::seL4_SoftwareBreakRequest as usize;
        ensure!(
            reason == wanted,
            "a breakpoint's instruction is reason {reason}, not {wanted}"
        );
        thread.suspend()
    }

    /// Steps through a few instructions, then lets the thread run.
    fn steps(root: &mut Root) -> Result<(), Failure> {
        const STEPS: usize = 5;
        let handler = Handler::new(root)?;
        let thread = Thread::new(root, handler.cap)?;
        // SAFETY: the thread then only sends faults.
        let answer = unsafe { sys::seL4_TCB_ConfigureSingleStepping(thread.tcb, BREAKPOINT, 1) };
        kernel("having a thread step", answer.error as seL4_Error)?;
        COUNT.store(0, SeqCst);
        thread.start(|_| stops_here(), 0)?;
        let mut last = 0;
        for step in 1..=STEPS {
            let (counter, reason) = told(&handler)?;
            let wanted = sys::seL4_SingleStep as usize;
            ensure!(reason == wanted, "step {step}: reason {reason}, not {wanted}");
            ensure!(counter != last, "step {step}: the thread is left at {counter:#x}");
            last = counter;
            let count = COUNT.load(SeqCst);
            ensure!(count == 0, "step {step}: the thread has come to its end");
            set_word(0, usize::from(step != STEPS));
            set_word(1, BREAKPOINT.into());
            handler.answer(0, 2);
        }
        give_way(|| COUNT.load(SeqCst) != 0);
        let count = COUNT.load(SeqCst);
        ensure!(count == 1, "after {STEPS} steps the thread counted to {count}");
        thread.suspend()
    }
}
