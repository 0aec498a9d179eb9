//! What differs by architecture. Each file defines the same names.
//!
//! - `PAGE`, `map`, `table`, `map_table`: pages, and the tables that they hang in, as the example application has them; `unmap`,
//! - `context`: the registers with which a thread enters a function,
//! - `NAMES`: the words of `seL4_UserContext`, in their order,
//! - `prepare`: gives those registers that can't hold any number one of their own,
//! - `kept`: what the kernel makes of a register's value, and the bits of it that are a thread's own,
//! - `probe`, `probe_end`: a program that stores its registers above its stack pointer, and the end of it, which faults,
//! - `USED`: the register that it changes,
//! - `SEEN`: what it stores, in its order, and `seen`: what it is to find in a register,
//! - `KEPT_BYTES`, `keep`: floating-point registers, see `checks/floating_point.rs`.

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

/// Memory for the registers' check.
pub struct Place {
    /// Where the stack pointer points to: registers are stored from here on, and there is room below.
    pub stack: usize,
    /// Two words of memory that hold different numbers, for registers that have to hold an address.
    pub words: [usize; 2],
}

unsafe extern "C" {
    /// Stores the registers above the stack pointer, without changing one before it has been stored.
    #[link_name = "selfe_conformance_probe"]
    static PROBE: u8;
    /// The instruction that ends it, by a fault.
    #[link_name = "selfe_conformance_probe_end"]
    static PROBE_END: u8;
    /// Loads floating-point registers, counts at the place to store them to until the word at `until` is not zero, then
    /// stores them.
    #[link_name = "selfe_conformance_keep"]
    pub fn keep(load: *const u8, store: *mut u8, until: *const u32);
}

/// The address of the probe.
pub fn probe() -> usize {
    (&raw const PROBE).addr()
}

/// The address of its last instruction.
pub fn probe_end() -> usize {
    (&raw const PROBE_END).addr()
}
