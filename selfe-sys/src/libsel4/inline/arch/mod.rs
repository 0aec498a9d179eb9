//! The instructions that enter the kernel, and where the thread keeps the address of its IPC
//! buffer: the same names for every architecture.
//!
//! | name | |
//! | --- | --- |
//! | `REGISTERS`, `Words` | how many message words travel in registers |
//! | `null` | nothing is passed |
//! | `send_null` | a capability and a message info |
//! | `send` | and message words |
//! | `reply` | no capability |
//! | `recv` | a capability; a message comes back |
//! | `send_recv` | a message goes, and one comes back |
//! | `nb_send_recv` | the same to and from different capabilities |
//! | `thread_slot` | the place of the IPC buffer's address |
//! | `thread_slot_now` | the same where the thread pointer may have been set in the same function |
//!
//! On kernels with `KernelIsMCS` a reply capability goes along with what receives; the others pass
//! 0 for it, which costs nothing.
//!
//! Each of the instructions is a barrier to the compiler: another thread may read and write memory
//! while this one is in the kernel.

#[cfg(not(any(target_arch = "x86", target_arch = "x86_64")))]
#[macro_use]
mod registers;

#[macro_use]
mod slot;

#[cfg_attr(target_arch = "aarch64", path = "aarch64.rs")]
#[cfg_attr(target_arch = "arm", path = "arm.rs")]
#[cfg_attr(any(target_arch = "riscv32", target_arch = "riscv64"), path = "riscv.rs")]
#[cfg_attr(target_arch = "x86", path = "x86.rs")]
#[cfg_attr(target_arch = "x86_64", path = "x86_64.rs")]
mod this;

pub use this::*;

/// The message words that travel in registers.
pub type Words = [usize; REGISTERS];

/// What the kernel hands back.
pub struct Received {
    /// The sender's badge, or another word that the system call returns.
    pub badge: usize,
    /// The message info.
    pub info: usize,
    /// The first words of the message.
    pub words: Words,
}
