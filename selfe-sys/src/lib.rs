//! Rust bindings of libsel4, made from the headers of the very kernel that `sel4.toml` describes.
//!
//! The build script obtains seL4's sources, configures and builds the kernel, or finds that build
//! in the cache, generates these bindings from its headers and links its `libsel4.a`. So the
//! bindings, the library and the kernel always agree: what this page lists is what the chosen
//! kernel version, architecture and options have.
//!
//! Everything of libsel4 is here under its name in C. [`seL4_Word`] and [`seL4_CPtr`] are `usize`;
//! C's own types are in [`ctypes`]. What bindgen can't bind, such as macros that take arguments, is
//! written out in Rust; a test compares this crate with the headers. [`kernel`] tells which kernel
//! it is.
//!
//! # Use
//!
//! ```toml
//! [dependencies]
//! selfe-sys = "0.2"
//!
//! [build-dependencies]
//! selfe-config = "0.3"
//! ```
//!
//! A root task's `build.rs` is one call, `selfe_config::build_helpers::root_task()`. Then:
//!
//! ```no_run
//! use selfe_sys::*;
//!
//! /// Sends one word to an endpoint and returns the first word of the answer.
//! fn ask(endpoint: seL4_CPtr, question: seL4_Word) -> seL4_Word {
//!     unsafe {
//!         seL4_SetMR(0, question);
//!         seL4_Call(endpoint, seL4_MessageInfo_new(0, 0, 0, 1));
//!         seL4_GetMR(0)
//!     }
//! }
//! # ask(1, 2);
//! ```
//!
//! Most programs take selfe-start beside this crate, which sets up what the functions here rely on.
//!
//! # Inline functions
//!
//! What libsel4's headers have C compile into its caller is Rust here, and compiled into its caller
//! as well: system calls, message registers, object invocations and bit patterns. They cost what
//! they cost in C. Those of bit patterns can be used where a constant is made:
//!
//! ```
//! use selfe_sys::*;
//!
//! # #[cfg(not(feature = "libsel4-functions"))]
//! const TWO_WORDS: seL4_MessageInfo_t = seL4_MessageInfo_new(0, 0, 0, 2);
//! # #[cfg(not(feature = "libsel4-functions"))]
//! assert_eq!(seL4_MessageInfo_get_length(TWO_WORDS), 2);
//! ```
//!
//! libsel4.a's own form of each of these functions is in [`c`], under the same name. With the
//! feature `libsel4-functions` it stands at the top of the crate instead: a program compiles with
//! either, but for such constants.
//!
//! # Safety
//!
//! Functions that only make values or take them apart, such as [`seL4_MessageInfo_new`], are safe.
//! Every other call is `unsafe`; what it needs:
//!
//! - A system call needs an seL4 kernel underneath, the one that [`kernel::KEY`] names. Elsewhere
//!   it is another system's call.
//! - Whatever reads or writes message registers needs the thread's IPC buffer: `seL4_SetIPCBuffer`
//!   comes first, with the address that the kernel gives in its boot info. Where
//!   `LibSel4UseThreadLocals` is on, that address is thread-local, and the thread's TLS has to be
//!   set up before it.
//! - A system call or an invocation overwrites message registers: read an answer before the next
//!   one.
//! - A function works out once where its thread keeps the buffer's address: one that sets the
//!   thread pointer does not itself use message registers, but calls another for it that is
//!   `#[inline(never)]`.
//! - Pointers must be valid for what the function reads or writes; `seL4_Recv` and its like take
//!   null for a badge that is not wanted.
//! - An IPC buffer of your own has to lie on a multiple of its size, which C says of the type and
//!   Rust's type does not.
//!
//! # The build
//!
//! `SEL4_CONFIG_PATH` names the `sel4.toml`; unset, that of the workspace serves, else an embedded
//! one with seL4 16.0.0: see `selfe_config::build_helpers::kernel_build`. `SEL4_PLATFORM` names the
//! platform; unset, it follows from cargo's target. `SEL4_OVERRIDE_ARCH` and
//! `SEL4_OVERRIDE_SEL4_ARCH` override what follows from the target, and `SELFE_CACHE_DIR` says
//! where sources and kernel builds are kept. bindgen needs libclang; `LIBCLANG_PATH` names its
//! folder where it is in none of the usual ones.
//!
//! The kernel's options are constants in [`config`], and those that are on are `cfg`s here and in a
//! root task whose `build.rs` calls `root_task()`, such as `#[cfg(KernelPrinting)]`. Code for
//! several releases of seL4 asks `#[cfg(sel4_release_at_least = "15")]`: it holds for a kernel of
//! that release and of every later one. A number may be given in full (`15.0.0`) or without the
//! zeros at its end; one that is not a release gets the compiler's warning. [`KERNEL_VERSION`] has
//! the kernel's own word. With `links = "sel4"`, the build scripts of direct dependents see
//! `DEP_SEL4_MANIFEST`, the description of the kernel's build, and `DEP_SEL4_INCLUDE`, its include
//! folders, joined by `:`; `selfe_config::build_helpers::linked_kernel()` reads them.
//!
//! docs.rs has no network, nor all Python packages that the kernel's scripts import, and so no
//! kernel: it shows this page alone. `cargo doc --package selfe-sys` in a project of your own shows
//! everything, for its kernel.
//!
//! A linked program carries an ELF note with [`kernel::KEY`], by which `selfe run` finds the kernel
//! to boot it on, and a second one with [`kernel::KERNEL_SHA256`].
//!
//! # The sources as a crate
//!
//! With the feature `vendored` the kernel's sources, and those of the elfloader around it, come as
//! the crate sel4-src: neither git nor a network is needed for them, and `cargo vendor` and a
//! company's registry work as for any other crate. sel4.toml still says which kernel it is to be,
//! and where it says another than the crate holds, that is an error:
//!
//! - sel4-src's version is the kernel's. `cargo update -p sel4-src --precise 15.0.0` chooses it,
//!   Cargo.lock keeps it, and sel4.toml says `kernel = { git = "…", tag = "15.0.0" }`. Without a
//!   sel4.toml it is the kernel of the crate, whichever that is.
//! - `selfe run` boots what cargo has built, also where that takes an elfloader. `selfe build` and
//!   `selfe simulate` build the kernel outside cargo: from the repository that sel4.toml names.
//! - The kernel's scripts need Python packages, which are tools like CMake and come from the system
//!   or from PyPI, not with the crate. OpenSBI, which riscv32 has below the kernel, comes from git.

#![no_std]
#![cfg_attr(docsrs, allow(rustdoc::broken_intra_doc_links))]

pub mod ctypes;
#[cfg(not(docsrs))]
mod libsel4;

#[cfg(not(docsrs))]
pub use libsel4::*;
