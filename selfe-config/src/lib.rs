//! Reads sel4.toml, obtains and builds the seL4 kernel, and makes and boots images of root tasks.
//!
//! A root task is the program that the kernel starts first. Its `build.rs` calls one function of
//! this crate:
//!
//! ```no_run
//! # // The line stands alone in a build.rs.
//! selfe_config::build_helpers::root_task();
//! ```
//!
//! Before that call, selfe-sys's build script has read sel4.toml, obtained the kernel's sources and
//! built the kernel. [`build_helpers`] lists what else a build script can ask. With the feature
//! `bin` this crate is also the command `selfe`, which packs kernel and root task into an image and
//! boots it in QEMU: `cargo install selfe-config --features bin`.
//!
//! # From sel4.toml to a kernel
//!
//! Data flows one way:
//!
//! 1. [`model::Document`] reads sel4.toml and remembers where everything stands in it;
//!    [`model::full::Full`] is its content.
//! 2. [`model::Document::contextualize`] resolves it for one architecture, platform and profile:
//!    [`model::contextualized::Contextualized`].
//! 3. [`platform`] adds what selfe knows about the board.
//! 4. [`source`] fetches the sources.
//! 5. [`build`] configures and builds the kernel. [`kernel::Manifest`] describes the result:
//!    headers, libsel4.a, kernel.elf, and the options as the kernel settled on them.
//!
//! With selfe-sys's feature `vendored` the sources come from a crate instead: see [`vendored`].
//!
//! Sources and kernel builds are kept in the [`cache`], which all projects of a user share. Entries
//! that are unused for 90 days are removed automatically. `selfe cache` lists the entries,
//! `selfe cache prune` removes unused ones, and `selfe cache verify` removes damaged ones.
//!
//! # The modules
//!
//! ```text
//! layers, from the top down: a module imports from those below it alone
//!     build_helpers  compilation    (what a build.rs calls; what `selfe build` does)
//!     testing                       (tests on the target: their list, runs and results)
//!     boot                          (booting and watching: the console, QEMU)
//!     symbols                       (functions, files and lines of a program)
//!     image  listing  build         (bootable images; options listed; a kernel as sel4.toml asks for it)
//!     verified                      (configurations that the proofs are about)
//!     kernel  vendored              (plan, configure, build, collect; the sources as a crate)
//!     options  lock                 (declared, asked for, settled on; sel4.lock)
//!     source                        (sources on disk)
//!     model                         (sel4.toml as types)
//!     tools                         (the programs of the host)
//!     platform  release             (data on boards and on releases)
//!     cache  repository             (the cache of sources and builds; where sources come from)
//!     arch  value  nearest  progress  text_file
//!     error_kind                    (usage, missing tool, build, …)
//! ```
//!
//! # sel4.toml
//!
//! ```toml
//! [sel4]
//! kernel = { git = "https://github.com/seL4/seL4", tag = "16.0.0" }
//!
//! [sel4.config]
//! KernelPrinting = true
//! KernelVerificationBuild = false
//!
//! [sel4.config.debug]
//! KernelDebugBuild = true
//!
//! [sel4.config.x86_64]
//! KernelFSGSBase = "msr"
//!
//! [build.pc99.debug]
//! make_root_task = "cargo build"
//! root_task_image = "target/debug/hello"
//! ```
//!
//! | key | meaning |
//! | --- | --- |
//! | `[sel4] kernel` | the kernel's source tree: `{ path = "…" }`, relative to the file, or `{ git = "URL", … }` with exactly one of `branch`, `tag` and `rev` |
//! | `[sel4] tools`, `util_libs` | the source trees of the elfloader, in the same form. If they are missing, those that fit the kernel's release are used: see [`release`]. They are fetched only if an elfloader is built, so never for x86 |
//! | `[sel4] build_dir` | a finished CMake build directory of seL4. Bindings and libsel4.a come from it, and nothing is built |
//! | `[sel4] verified` | the name of a configuration that the kernel's proofs are about, such as `"AARCH64_zynqmp"`. The build starts from it and refuses options that leave it: see below |
//! | `[sel4] deny_ignored_options` | `true` makes it an error if the kernel does not use an option as requested |
//! | `[sel4.config]` | the kernel's CMake options: strings, integers and booleans |
//! | `[sel4.config.debug]`, `[sel4.config.release]` | options for that profile only |
//! | `[sel4.config.NAME]` | options for one arch (`arm`, `x86`, `riscv`), sel4_arch (`aarch32`, `aarch64`, `arm_hyp`, `ia32`, `x86_64`, `riscv32`, `riscv64`) or platform |
//! | `[build.PLATFORM]` | required for each platform that you build for; may be empty |
//! | `[build.PLATFORM] cross_compiler_prefix`, `toolchain_dir` | the C cross compiler: the part of its name before `gcc`, such as `aarch64-linux-gnu-`, and the folder that holds it |
//! | `[build.PLATFORM] compiler` | `"gcc"` or `"clang"`. If it is missing, the first gcc that is installed is used, or else clang. clang compiles for every architecture; it links with lld, and on x86 with GNU ld |
//! | `[build.PLATFORM.debug]`, `[build.PLATFORM.release]` | `root_task_image`, the root task's file, and optionally `make_root_task`, the shell command that makes it. `selfe build` uses both |
//! | `[metadata]` | values of your own, with the same sub-tables as `[sel4.config]` |
//! | `[platform.NAME]` | a board of your own, or other data for one of selfe's, in the form of [`platform::PlatformData`]; [`platform`] has an example |
//!
//! For one build the tables apply in this order: shared, profile, arch, sel4_arch, platform. A
//! later table overrides an earlier one, and sel4.toml overrides what selfe knows about the
//! platform. `selfe config` prints the result and where each value came from.
//!
//! `selfe options [WORD]` lists every option that the kernel has for a platform: its type, values,
//! default, description and dependencies. A value of the wrong type is an error before anything is
//! built. If the kernel does not know an option, or uses another value, a warning says so: no
//! option is dropped silently. Former names of options (`KernelX86Sel4Arch`, `KernelUseLogcalIDs`,
//! …) are translated, with a warning. If `tools` or `util_libs` name another release than the
//! kernel's, those that fit the kernel are used, with a warning.
//!
//! Some options name files: `KernelCustomDTS`, `KernelCustomDTSOverlay`, `KernelDomainSchedule` up
//! to 14.0.0, `QEMU_DTB`, and lists of these with `;`. A relative path counts from the folder of
//! sel4.toml. If the file's content changes, the kernel is built again. A path in `/include/` or
//! `/incbin/` of a device tree counts from the file that contains it.
//!
//! # sel4.lock
//!
//! Branches move, and tags can be moved. `sel4.lock` beside sel4.toml records which commit each one
//! stands for, as Cargo.lock does for crates:
//!
//! ```toml
//! version = 1
//!
//! [kernel]
//! git = "https://github.com/seL4/seL4"
//! branch = "master"
//! commit = "6e7c3b733d296cfd88d5fbf635c96e447a882374"
//! ```
//!
//! The first build that needs a source writes its entry. selfe and the build scripts use that
//! commit from then on, and need no network once it is in the cache. Keep the file in version
//! control.
//!
//! An entry is valid as long as sel4.toml asks for the same; if you edit one source there, only its
//! entry is renewed. `selfe update` moves all entries to what branches and tags stand for today,
//! and `selfe update kernel` only that one. `--locked`, and `SELFE_LOCKED=1` for cargo's builds,
//! make it an error to change the file. Folders, full commit ids, and sources that follow from the
//! kernel's release have no entry. See [`lock`].
//!
//! # Which sel4.toml
//!
//! `SEL4_CONFIG_PATH` names the file. If it is not set, selfe looks beside each crate of the
//! workspace that depends on selfe-sys, and in the folders above it up to the workspace's root,
//! wherever cargo was started. A warning says which file is used. If there is none, selfe uses an
//! embedded configuration: the newest release that it knows, for each of its own platforms.
//!
//! Keep one sel4.toml per workspace: cargo compiles selfe-sys once for all members. With several,
//! build one member at a time (`cargo run -p member`); selfe then uses the file nearest to that
//! member and compiles selfe-sys again each time. Setting `SEL4_CONFIG_PATH` avoids both. A
//! `build.rs` that calls [`build_helpers::root_task`] stops if selfe-sys was built for another
//! member's file, or for another project's in a shared target folder. The same command, run again,
//! builds selfe-sys for the right one.
//!
//! # The kernel's release
//!
//! selfe recognises a kernel by its `VERSION` file, or else by the files that came with each
//! release. The release decides which elfloader fits and what the build needs: see [`release`]. A
//! kernel that is newer than every known release is built with the newest one's data, and a warning
//! says so.
//!
//! ## Verified configurations
//!
//! seL4's proofs are about certain configurations of the kernel, each for one board. `selfe
//! verified` lists those of the kernel in sel4.toml. `selfe config` says whether a configuration is
//! one of them, or what separates it from the nearest one.
//!
//! `verified = "NAME"` in `[sel4]` starts from such a configuration. Its options replace those of
//! selfe and the platform, and an option in sel4.toml with another value is an error. [`verified`]
//! describes what is compared, and what selfe can't know.
//!
//! * A verified kernel is not a debug build. It prints nothing, and a root task can't print through
//!   it, so `selfe run` shows nothing. Develop without `verified`, on the same board.
//! * `X64` requires PCID, which QEMU lacks without hardware virtualisation. The platform `pc99`
//!   switches it off if `verified` is not set.
//! * `RISCV64` has no floating point: compile its programs for `riscv64imac-unknown-none-elf`.
//!
//! # The environment
//!
//! | variable | meaning |
//! | --- | --- |
//! | `SEL4_CONFIG_PATH` | the sel4.toml to use. If it is not set, the workspace's, or else the embedded default |
//! | `SEL4_PLATFORM` | the platform. If it is not set, it follows from the target and from the platforms in sel4.toml |
//! | `SEL4_OVERRIDE_ARCH`, `SEL4_OVERRIDE_SEL4_ARCH` | the arch and sel4_arch, instead of those of cargo's target |
//! | `SELFE_LOCKED` | `1`: a build script that would have to change sel4.lock fails, as `selfe --locked` does. (Build scripts can't see cargo's own `--locked`.) |
//! | `SELFE_CACHE_DIR` | the cache's folder |
//!
//! # As a library
//!
//! ```
//! use selfe_config::model::{Arch, Document, Platform, SeL4Arch};
//!
//! # fn main() -> Result<(), selfe_config::model::ImportError> {
//! let document = Document::embedded();
//! let config = document.contextualize(Arch::X86, SeL4Arch::X86_64, true, &Platform("pc99".to_owned()))?;
//! assert_eq!(config.sel4_config["KernelDebugBuild"].to_string(), "ON");
//! # Ok(())
//! # }
//! ```

mod arch;
#[cfg(feature = "run")]
pub mod boot;
pub mod build;
pub mod build_helpers;
pub mod cache;
pub mod compilation;
mod error_kind;
#[cfg(feature = "run")]
pub mod image;
pub mod kernel;
pub mod lock;
pub mod model;
mod nearest;
pub mod platform;
pub mod progress;
pub mod release;
mod repository;
#[cfg(feature = "run")]
pub mod symbols;
#[cfg(feature = "run")]
pub mod testing;
mod text_file;
mod value;
pub mod vendored;
pub mod verified;

pub use error_kind::ErrorKind;

// For the command `selfe` and the tests. These may change in any release.
#[doc(hidden)]
pub mod listing;
#[doc(hidden)]
pub mod options;
#[doc(hidden)]
pub mod source;
#[doc(hidden)]
pub mod tools;
