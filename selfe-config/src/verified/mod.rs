//! The configurations that the kernel's proofs are about.
//!
//! seL4's proofs hold for certain configurations of the kernel, each on one board. The kernel's own
//! tree names them: a file `configs/NAME_verified.cmake` for each. selfe reads them from the very
//! kernel that is built, whatever its release.
//!
//! # What selfe can tell, and what it can't
//!
//! selfe compares configurations. It does not prove anything, and it does not read the proofs:
//!
//! * A file of that name says that a configuration is kept for the proofs. How far they have come
//!   for it differs: from seL4 13.0.0 on the kernel's `CAVEATS.md` says for which boards the C
//!   code's correctness is proved, and which security properties are. Some configurations with MCS,
//!   and some boards, have a file before they have a finished proof.
//! * The proofs are about the C code of the release, which a fork or a changed folder does not
//!   have.
//! * They take the compiler, the linker, assembly, start-up code, caches and the hardware as
//!   correct, beside other assumptions; the proofs' own repository, l4v, has the list. libsel4, the
//!   elfloader and the root task are not part of them.

//! # What is compared
//!
//! The kernel is configured twice: as sel4.toml says, and as the verified configuration says, with
//! the same compiler and for the same board. Compared are every option of the kernel
//! as CMake settled it, asked for or not; the configuration that the C code is compiled with; and
//! what was generated from the device tree. Not compared, since it does not change the kernel's C
//! code: libsel4's options, the elfloader's, `CMAKE_BUILD_TYPE` and the compiler with its flags.
//!
//! `KernelNumDomains` and the domains' schedule may differ if the kernel's `CAVEATS.md` says
//! that the proofs bear it.

mod check;
mod compare;
mod nearest;
mod reference;
mod settle;

pub(crate) use check::{check_plan, check_result};
pub use compare::{Allowed, Comparison, allowed};
pub use nearest::{Nearest, nearest};
pub use settle::SettledKernel;
