//! arm (seL4's aarch32 and arm_hyp): the thread pointer is the register TPIDRURW, which the program
//! writes, or TPIDRURO, which the kernel writes for it, depending on the option `KernelArmTLSReg`.

use crate::thread::First;
use crate::tls::Variant;
use core::arch::global_asm;
use core::mem::MaybeUninit;
use selfe_sys::seL4_UserContext;

/// Two words at the thread pointer, followed by thread-local storage.
pub const VARIANT: Variant = Variant::Above { words_at_pointer: 2 };

/// Makes `pointer` the thread pointer of the running thread.
///
/// # Safety
/// It was prepared as one, and nothing still uses the thread-local variables of the previous one.
pub unsafe fn set_thread_pointer(pointer: usize) {
    #[cfg(KernelSetTLSBaseSelf)]
    // SAFETY: as the caller promises.
    unsafe {
        selfe_sys::seL4_SetTLSBase(pointer);
    }
    #[cfg(not(KernelSetTLSBaseSelf))]
    // SAFETY: as the caller promises; the kernel saves the register for each thread.
    unsafe {
        core::arch::asm!("mcr p15, 0, {}, c13, c0, 2", in(reg) pointer, options(nostack, preserves_flags));
    }
}

/// The last operand of the instruction that reads the register: 2 for TPIDRURW, 3 for TPIDRURO.
const REGISTER: u32 = if cfg!(KernelSetTLSBaseSelf) { 3 } else { 2 };

// C code that was compiled without knowledge of the register (`-mtp=soft`), as libsel4.a is, calls
// this for the thread pointer. It returns it in r0, and changes no other register.
global_asm!(
    ".section .text.__aeabi_read_tp, \"ax\", %progbits",
    ".global __aeabi_read_tp",
    ".type __aeabi_read_tp, %function",
    "__aeabi_read_tp:",
    "mrc p15, 0, r0, c13, c0, {register}",
    "bx lr",
    ".size __aeabi_read_tp, . - __aeabi_read_tp",
    ".previous",
    register = const REGISTER,
);

/// The flag of a thread that runs Thumb code.
const THUMB: usize = 0x20;

/// The registers of a thread that starts with `first` and three words as its arguments.
pub fn registers(first: First, stack: &mut [MaybeUninit<u8>], arguments: [usize; 3]) -> seL4_UserContext {
    let top = stack.as_mut_ptr_range().end.expose_provenance();
    let first = first as usize;
    seL4_UserContext {
        pc: first & !1,
        // The lowest bit of a function's address marks Thumb code.
        cpsr: if first & 1 == 1 { THUMB } else { 0 },
        sp: top & !7,
        r0: arguments[0],
        r1: arguments[1],
        r2: arguments[2],
        ..Default::default()
    }
}

/// The number of registers that [`capture`] stores.
pub const CAPTURED: usize = 11;

/// Stores what a debugger needs to find the callers of this place: the place itself, sp, r4 to r11,
/// and lr.
///
/// It is part of the caller, whose frame the registers describe.
#[inline(always)]
pub fn capture(registers: &mut [usize; CAPTURED]) {
    let to = registers.as_mut_ptr();
    // SAFETY: it writes as many words as the array has.
    unsafe {
        core::arch::asm!(
            "str sp, [{to}, #4]",
            "str r4, [{to}, #8]",
            "str r5, [{to}, #12]",
            "str r6, [{to}, #16]",
            "str r7, [{to}, #20]",
            "str r8, [{to}, #24]",
            "str r9, [{to}, #28]",
            "str r10, [{to}, #32]",
            "str r11, [{to}, #36]",
            "str lr, [{to}, #40]",
            "mov {place}, pc",
            "str {place}, [{to}]",
            to = in(reg) to,
            place = out(reg) _,
            options(nostack, preserves_flags),
        );
    }
}

/// The same registers of another thread.
pub fn captured(thread: &seL4_UserContext) -> [usize; CAPTURED] {
    [
        thread.pc, thread.sp, thread.r4, thread.r5, thread.r6, thread.r7, thread.r8, thread.r9, thread.r10, thread.r11,
        thread.r14,
    ]
}
