//! Rust bindings of libsel4, generated from the headers of the kernel that `sel4.toml` describes.
//!
//! The build script obtains seL4's sources and builds the kernel, or finds that build in the cache.
//! It generates these bindings from the build's headers and links its `libsel4.a`. The bindings,
//! the library and the kernel therefore always agree: this page lists what the chosen kernel
//! version, architecture and options have.
//!
//! Everything in libsel4 has its C name here. [`seL4_Word`] and [`seL4_CPtr`] are `usize`; C's own
//! types are in [`ctypes`]. What bindgen can't bind, such as macros with arguments, is written in
//! Rust, and a test compares this crate with the headers. [`kernel`] describes the kernel.
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
//! Most programs also use selfe-start, which sets up what the functions here rely on.
//!
//! # Inline functions
//!
//! The functions that C compiles into their caller are inline Rust here: system calls, message
//! registers, object invocations and bit patterns. They cost what they cost in C. The functions for
//! bit patterns are `const`:
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
//! The module [`c`] has libsel4.a's own version of each of these functions, under the same name.
//! With the feature `libsel4-functions` that version is at the top of the crate instead. A program
//! compiles with either, except for such constants.
//!
//! # Safety
//!
//! Functions that only build values or read their fields, such as [`seL4_MessageInfo_new`], are
//! safe. Every other function is `unsafe`:
//!
//! - A system call requires the seL4 kernel that [`kernel::KEY`] names. On another system it is a
//!   different system call.
//! - Functions that read or write message registers require the thread's IPC buffer. Call
//!   `seL4_SetIPCBuffer` first, with the address from the kernel's boot info. If
//!   `LibSel4UseThreadLocals` is on, that address is thread-local: set up the thread's TLS first.
//! - System calls and invocations overwrite message registers: read an answer before the next call.
//! - A function may compute only once where its thread keeps the buffer's address. A function that
//!   sets the thread pointer must not use message registers itself; it calls another one for that,
//!   which is `#[inline(never)]`.
//! - Pointers must be valid for what the function reads or writes. `seL4_Recv` and similar
//!   functions accept null for a badge that you don't need.
//! - Align an IPC buffer of your own to its size: C's type requires it, and Rust's type does not.
//!
//! # The build
//!
//! `SEL4_CONFIG_PATH` names the `sel4.toml`. If it is not set, the workspace's is used, or else an
//! embedded one with the newest release: see `selfe_config::build_helpers::kernel_build`.
//! `SEL4_PLATFORM` names the platform. If it is not set, the platform follows from cargo's target.
//! `SEL4_OVERRIDE_ARCH` and `SEL4_OVERRIDE_SEL4_ARCH` override what follows from the target, and
//! `SELFE_CACHE_DIR` is the folder of sources and kernel builds. bindgen needs libclang; set
//! `LIBCLANG_PATH` to its folder if it is in an unusual place.
//!
//! The kernel's options are constants in [`config`], and those that are on are `cfg`s here and in a
//! root task whose `build.rs` calls `root_task()`, such as `#[cfg(KernelPrinting)]`. An option that
//! a release renamed keeps a deprecated constant with its former name.
//!
//! Code for several releases of seL4 can use `#[cfg(sel4_release_at_least = "15")]`, which is true
//! for that release and every later one. Give the number in full (`15.0.0`) or without the zeros at
//! its end; the compiler warns about a number that is not a release. [`KERNEL_VERSION`] is the
//! version as the kernel itself states it.
//!
//! With `links = "sel4"`, the build scripts of direct dependents see `DEP_SEL4_MANIFEST`, the
//! description of the kernel's build, and `DEP_SEL4_INCLUDE`, its include folders, joined by `:`.
//! `selfe_config::build_helpers::linked_kernel()` reads them.
//!
//! docs.rs has neither a network nor all Python packages that the kernel's scripts import. It can't
//! build a kernel, and shows only this page. `cargo doc --package selfe-sys` in your project shows
//! everything, for its kernel.
//!
//! A linked program contains an ELF note with [`kernel::KEY`], by which `selfe run` finds the
//! kernel to boot, and a second one with [`kernel::KERNEL_SHA256`].
//!
//! # The sources as a crate
//!
//! With the feature `vendored` the kernel's sources, and the elfloader's, come from the crate
//! sel4-src. They need neither git nor a network, and `cargo vendor` and a company's registry work
//! as for any other crate. sel4.toml still names the kernel; it is an error if the crate holds
//! another:
//!
//! - sel4-src's version is the kernel's. `cargo update -p sel4-src --precise 15.0.0` chooses it,
//!   Cargo.lock keeps it, and sel4.toml says `kernel = { git = "…", tag = "15.0.0" }`. Without a
//!   sel4.toml, the crate's kernel is used, whichever it is.
//! - `selfe run` boots what cargo has built, also if that needs an elfloader. `selfe build` and
//!   `selfe simulate` build the kernel outside cargo, from the repository in sel4.toml.
//! - The kernel's scripts need Python packages. They come from the system or from PyPI, not with
//!   the crate. OpenSBI, which riscv32 needs, comes from git.

#![no_std]
#![cfg_attr(docsrs, allow(rustdoc::broken_intra_doc_links))]

pub mod ctypes;
#[cfg(not(docsrs))]
mod libsel4;

#[cfg(not(docsrs))]
pub use libsel4::*;
