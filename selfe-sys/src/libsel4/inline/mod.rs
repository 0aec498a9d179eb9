//! System calls, invocations and bitfields as inline Rust: what they compile to stands where they
//! are used, as it does in C.

#![allow(non_snake_case)]

#[cfg(libsel4_has = "seL4_Call")]
mod arch;
mod bitfields;
#[cfg(libsel4_has = "seL4_Call")]
mod debug;
#[cfg(libsel4_has = "seL4_Call")]
mod invocations;
#[cfg(libsel4_has = "seL4_Call")]
mod ipc_buffer;
#[cfg(all(libsel4_has = "seL4_Call", KernelIsMCS))]
mod mcs;
#[cfg(libsel4_has = "seL4_Call")]
mod syscalls;
#[cfg(libsel4_has = "seL4_Call")]
mod with_mrs;
#[cfg(all(libsel4_has = "seL4_Call", not(KernelIsMCS)))]
mod without_mcs;

pub use bitfields::*;
#[cfg(libsel4_has = "seL4_Call")]
#[allow(unused_imports, reason = "a kernel that neither prints nor debugs has none of them")]
pub use debug::*;
#[cfg(libsel4_has = "seL4_Call")]
pub use invocations::*;
#[cfg(libsel4_has = "seL4_Call")]
pub use ipc_buffer::*;
#[cfg(all(libsel4_has = "seL4_Call", KernelIsMCS))]
pub use mcs::*;
#[cfg(libsel4_has = "seL4_Call")]
pub use syscalls::*;
#[cfg(libsel4_has = "seL4_Call")]
pub use with_mrs::*;
#[cfg(all(libsel4_has = "seL4_Call", not(KernelIsMCS)))]
pub use without_mcs::*;
