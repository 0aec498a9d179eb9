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
