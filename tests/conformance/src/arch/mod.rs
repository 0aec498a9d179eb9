//! The differences between architectures. Each file defines the same names.
//!
//! - `PAGE`, `map`, `table`, `map_table`: pages and page tables, as in the example application;
//!   `unmap`,
//! - `VSPACE_OBJECT`: the object type of an address space,
//! - `context`: the registers with which a thread enters a function,
//! - `NAMES`: the words of `seL4_UserContext`, in order,
//! - `prepare`: gives registers that cannot hold any number a valid value,
//! - `kept`: the value that the kernel keeps of a register, and the mask of the bits that belong to
//!   the thread,
//! - `kept_in_fault`: the same after a fault, where the processor may have set bits itself,
//! - `probe`, `probe_end`: code that stores its registers above its stack pointer, and its last
//!   instruction, which faults,
//! - `USED`: the register that the probe overwrites,
//! - `SEEN`: the registers that it stores, in order, and `seen`: the expected value of a register,
//! - `KEPT_BYTES`, `keep`: floating-point registers, see `checks/floating_point.rs`,
//! - `unknown`, `unknown_end`: a function that makes a system call with any number, and the address
//!   after the system call,
//! - `UNKNOWN_ARGUMENT`: the message word of that system call's argument, which is also its result,
//!   `SYSTEM_CALL_BYTES`: the instruction's length,
//! - `forbid_execution`: maps a page again as not executable, if the kernel supports such mappings,
//! - `tells_fetches`: whether a fault's message says that an instruction fetch caused it,
//! - `software_break`: executes the breakpoint instruction.

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

/// Memory for the check of the registers.
pub struct Place {
    /// The target of the stack pointer: registers are stored above it, and there is free space
    /// below.
    pub stack: usize,
    /// Two words of memory with different numbers, for registers that have to hold an address.
    pub words: [usize; 2],
}

unsafe extern "C" {
    /// Stores the registers above the stack pointer. No register is changed before it has been
    /// stored.
    #[link_name = "selfe_conformance_probe"]
    static PROBE: u8;
    /// The last instruction of `selfe_probe`, which faults.
    #[link_name = "selfe_conformance_probe_end"]
    static PROBE_END: u8;
    /// Loads the floating-point registers, counts in the destination until the word at `until` is
    /// not zero, then stores the registers.
    #[link_name = "selfe_conformance_keep"]
    pub fn keep(load: *const u8, store: *mut u8, until: *const u32);
}

unsafe extern "C" {
    /// Makes the system call `number` with an argument, and returns the content of the argument's
    /// register afterwards.
    #[link_name = "selfe_conformance_unknown"]
    pub fn unknown(number: usize, argument: usize) -> usize;
    /// The address after the system call.
    #[link_name = "selfe_conformance_unknown_end"]
    static UNKNOWN_END: u8;
}

/// The address after the system call of `unknown`.
pub fn unknown_end() -> usize {
    (&raw const UNKNOWN_END).addr()
}

/// The kernel maps all memory as executable.
#[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
pub fn forbid_execution(_: seL4_CPtr, _: usize) -> Option<seL4_Error> {
    None
}

/// Returns the kernel's error code.
#[cfg(any(target_arch = "arm", target_arch = "aarch64"))]
pub fn forbid_execution(frame: seL4_CPtr, address: usize) -> Option<seL4_Error> {
    let attributes = sys::seL4_ARM_Default_VMAttributes | sys::seL4_ARM_ExecuteNever;
    // SAFETY: the page holds no code of this program.
    Some(unsafe { sys::seL4_ARM_Page_Map(frame, VSPACE, address, read_write(), attributes) })
}

/// Returns the kernel's error code.
#[cfg(any(target_arch = "riscv32", target_arch = "riscv64"))]
pub fn forbid_execution(frame: seL4_CPtr, address: usize) -> Option<seL4_Error> {
    let attributes = sys::seL4_RISCV_Default_VMAttributes | sys::seL4_RISCV_ExecuteNever;
    // SAFETY: the page holds no code of this program.
    Some(unsafe { sys::seL4_RISCV_Page_Map(frame, VSPACE, address, read_write(), attributes) })
}

/// Executes the processor's breakpoint instruction.
#[cfg(HardwareDebugAPI)]
pub fn software_break() {
    // SAFETY: it only raises a fault.
    unsafe {
        #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
        core::arch::asm!("int3");
        #[cfg(target_arch = "aarch64")]
        core::arch::asm!("brk #0");
        #[cfg(target_arch = "arm")]
        core::arch::asm!("bkpt #0");
    }
}

/// The object type of an address space.
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

/// The address of the probe's last instruction.
pub fn probe_end() -> usize {
    (&raw const PROBE_END).addr()
}
