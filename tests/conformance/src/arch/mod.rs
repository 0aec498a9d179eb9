//! What differs by architecture. Each file defines the same names.
//!
//! - `PAGE`, `map`, `table`, `map_table`: pages, and the tables that they hang in, as the example
//!   application has them; `unmap`,
//! - `VSPACE_OBJECT`: what an address space is,
//! - `context`: the registers with which a thread enters a function,
//! - `NAMES`: the words of `seL4_UserContext`, in their order,
//! - `prepare`: gives those registers that can't hold any number one of their own,
//! - `kept`: what the kernel makes of a register's value, and the bits of it that are a thread's
//!   own,
//! - `kept_in_fault`: the same after a fault, where the processor may have set bits itself,
//! - `probe`, `probe_end`: a program that stores its registers above its stack pointer, and the end
//!   of it, which faults,
//! - `USED`: the register that it changes,
//! - `SEEN`: what it stores, in its order, and `seen`: what it is to find in a register,
//! - `KEPT_BYTES`, `keep`: floating-point registers, see `checks/floating_point.rs`,
//! - `unknown`, `unknown_end`: a function that makes a system call of any number, and what follows
//!   the call,
//! - `UNKNOWN_ARGUMENT`: the message word of that call's argument, which is its result as well,
//!   `SYSTEM_CALL_BYTES`: its length,
//! - `forbid_execution`: maps a page once more, as one that can't be executed, if the kernel
//!   knows such pages,
//! - `tells_fetches`: whether a fault's message says that it was an instruction's fetch,
//! - `software_break`: the instruction for a breakpoint.

#[cfg(target_arch = "x86_64")]
#[path = "x86_64.rs"]
mod registers;
#[cfg(target_arch = "x86")]
#[path = "x86.rs"]
mod registers;
#[cfg(target_arch = "aarch64")]
#[path = "aarch64.rs"]
mod registers;
#[cfg(target_arch = "arm")]
#[path = "arm.rs"]
mod registers;
#[cfg(any(target_arch = "riscv32", target_arch = "riscv64"))]
#[path = "riscv.rs"]
mod registers;

#[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
#[path = "../../../../example_application/src/pages/x86.rs"]
mod pages;
#[cfg(any(target_arch = "arm", target_arch = "aarch64"))]
#[path = "../../../../example_application/src/pages/arm.rs"]
mod pages;
#[cfg(any(target_arch = "riscv32", target_arch = "riscv64"))]
#[path = "../../../../example_application/src/pages/riscv.rs"]
mod pages;

#[cfg(any(target_arch = "arm", target_arch = "aarch64"))]
pub use selfe_sys::seL4_ARM_Page_Unmap as unmap;
#[cfg(any(target_arch = "riscv32", target_arch = "riscv64"))]
pub use selfe_sys::seL4_RISCV_Page_Unmap as unmap;
#[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
pub use selfe_sys::seL4_X86_Page_Unmap as unmap;

pub use pages::*;
pub use registers::*;

#[cfg(not(any(target_arch = "x86", target_arch = "x86_64")))]
use crate::root::{VSPACE, read_write};
#[cfg(not(any(target_arch = "x86", target_arch = "x86_64")))]
use selfe_sys as sys;
use selfe_sys::{seL4_CPtr, seL4_Error};

/// Memory for the registers' check.
pub struct Place {
    /// Where the stack pointer points to: registers are stored from here on, and there is room
    /// below.
    pub stack: usize,
    /// Two words of memory that hold different numbers, for registers that have to hold an address.
    pub words: [usize; 2],
}

unsafe extern "C" {
    /// Stores the registers above the stack pointer, without changing one before it has been
    /// stored.
    #[link_name = "selfe_conformance_probe"]
    static PROBE: u8;
    /// The instruction that ends it, by a fault.
    #[link_name = "selfe_conformance_probe_end"]
    static PROBE_END: u8;
    /// Loads floating-point registers, counts at the place to store them to until the word at
    /// `until` is not zero, then stores them.
    #[link_name = "selfe_conformance_keep"]
    pub fn keep(load: *const u8, store: *mut u8, until: *const u32);
}

unsafe extern "C" {
    /// Makes the system call of a number with an argument, and returns what then is in the
    /// argument's register.
    #[link_name = "selfe_conformance_unknown"]
    pub fn unknown(number: usize, argument: usize) -> usize;
    /// What follows the system call.
    #[link_name = "selfe_conformance_unknown_end"]
    static UNKNOWN_END: u8;
}

/// The address of what follows the system call of `unknown`.
pub fn unknown_end() -> usize {
    (&raw const UNKNOWN_END).addr()
}

/// The kernel maps all memory executable.
#[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
pub fn forbid_execution(_: seL4_CPtr, _: usize) -> Option<seL4_Error> {
    None
}

/// The kernel's answer.
#[cfg(any(target_arch = "arm", target_arch = "aarch64"))]
pub fn forbid_execution(frame: seL4_CPtr, address: usize) -> Option<seL4_Error> {
    let attributes = sys::seL4_ARM_Default_VMAttributes | sys::seL4_ARM_ExecuteNever;
    // SAFETY: the page holds no code of this program.
    Some(unsafe { sys::seL4_ARM_Page_Map(frame, VSPACE, address, read_write(), attributes) })
}

/// The kernel's answer.
#[cfg(any(target_arch = "riscv32", target_arch = "riscv64"))]
pub fn forbid_execution(frame: seL4_CPtr, address: usize) -> Option<seL4_Error> {
    let attributes = sys::seL4_RISCV_Default_VMAttributes | sys::seL4_RISCV_ExecuteNever;
    // SAFETY: the page holds no code of this program.
    Some(unsafe { sys::seL4_RISCV_Page_Map(frame, VSPACE, address, read_write(), attributes) })
}

/// Executes the processor's instruction for a breakpoint.
#[cfg(HardwareDebugAPI)]
pub fn software_break() {
    // SAFETY: it is a fault, and nothing else.
    unsafe {
        #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
        core::arch::asm!("int3");
        #[cfg(target_arch = "aarch64")]
        core::arch::asm!("brk #0");
        #[cfg(target_arch = "arm")]
        core::arch::asm!("bkpt #0");
    }
}

/// The kind of object that an address space is.
pub const VSPACE_OBJECT: u32 = {
    #[cfg(target_arch = "arm")]
    use selfe_sys::seL4_ARM_PageDirectoryObject as kind;
    #[cfg(all(target_arch = "aarch64", not(sel4_release_at_least = "13")))]
    use selfe_sys::seL4_ARM_PageGlobalDirectoryObject as kind;
    #[cfg(all(target_arch = "aarch64", sel4_release_at_least = "13"))]
    use selfe_sys::seL4_ARM_VSpaceObject as kind;
    #[cfg(any(target_arch = "riscv32", target_arch = "riscv64"))]
    use selfe_sys::seL4_RISCV_PageTableObject as kind;
    #[cfg(target_arch = "x86_64")]
    use selfe_sys::seL4_X64_PML4Object as kind;
    #[cfg(target_arch = "x86")]
    use selfe_sys::seL4_X86_PageDirectoryObject as kind;
    kind
};

/// The address of the probe.
pub fn probe() -> usize {
    (&raw const PROBE).addr()
}

/// The address of its last instruction.
pub fn probe_end() -> usize {
    (&raw const PROBE_END).addr()
}
