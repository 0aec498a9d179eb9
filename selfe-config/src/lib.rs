//! Everything that knows about sel4.toml, the seL4 kernel's sources and build, bootable images and
//! QEMU.
//!
//! A root task, a Rust program that the kernel starts first, needs one line of this crate, in its
//! `build.rs`:
//!
//! ```no_run
//! # // The line stands alone in a build.rs.
//! selfe_config::build_helpers::root_task();
//! ```
//!
//! selfe-sys's build script has by then read sel4.toml, obtained the kernel's sources and built the
//! kernel; see [`build_helpers`] for what else a build script can ask. With the feature `bin` this
//! crate is also the command `selfe` (`cargo install selfe-config --features bin`), which packs
//! kernel and root task into an image and boots it in QEMU.
//!
//! # From sel4.toml to a kernel
//!
//! Data flows one way:
//!
//! 1. [`model::Document`] reads sel4.toml, with the place of everything in it;
//!    [`model::full::Full`] is what it says.
//! 2. [`model::Document::contextualize`] resolves it for one architecture, platform and profile:
//!    [`model::contextualized::Contextualized`].
//! 3. [`platform`] adds what selfe knows about the board.
//! 4. [`source`] brings the sources to disk.
//! 5. [`kernel`] configures and builds; [`kernel::Manifest`] says what came out: headers,
//!    libsel4.a, kernel.elf, and the options as the kernel settled on them.
//!
//! A kernel's sources may also come as a crate, with selfe-sys's feature `vendored`: see
//! [`vendored`].
//!
//! Sources and kernel builds lie in the [`cache`], which all projects of a user share. Entries
//! unused for 90 days are removed automatically. `selfe cache` lists what is in it; `prune` removes
//! what is unused, `verify` removes what is damaged.
//!
//! # The modules
//!
//! ```text
//! layers, from the top down: a module imports from those below it alone
//!     build_helpers  compilation    (what a build.rs calls; what `selfe build` does)
//!     boot                          (booting and watching: the console, QEMU)
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
//! | `[sel4] tools`, `util_libs` | the source trees of the elfloader, in the same form; left out, those that fit the kernel's release, as [`release`] knows it. They are fetched only where an elfloader is built: never for x86 |
//! | `[sel4] build_dir` | a ready CMake build directory of seL4: bindings and libsel4.a come from it, nothing is built |
//! | `[sel4] verified` | such as `"AARCH64_zynqmp"`: starts from a configuration that the kernel's proofs are about, and refuses options that leave it: see below |
//! | `[sel4] deny_ignored_options` | `true` makes it an error that the kernel does not take an option as asked |
//! | `[sel4.config]` | the kernel's CMake options: strings, integers and booleans |
//! | `[sel4.config.debug]`, `[sel4.config.release]` | options for that profile only |
//! | `[sel4.config.NAME]` | options where NAME is the arch (`arm`, `x86`, `riscv`), the sel4_arch (`aarch32`, `aarch64`, `arm_hyp`, `ia32`, `x86_64`, `riscv32`, `riscv64`) or the platform |
//! | `[build.PLATFORM]` | has to be there for each platform that is built for, and may be empty |
//! | `[build.PLATFORM] cross_compiler_prefix`, `toolchain_dir` | the C cross compiler: what stands before `gcc` in its name, such as `aarch64-linux-gnu-`, and the folder that holds it |
//! | `[build.PLATFORM.debug]`, `[build.PLATFORM.release]` | `root_task_image`, the root task's file, and optionally `make_root_task`, the shell command that makes it; `selfe build` uses both |
//! | `[metadata]` | values of your own, with the same sub-tables as `[sel4.config]` |
//! | `[build.PLATFORM] compiler` | `"gcc"` or `"clang"`; unset, the first gcc that is there, else clang, which compiles for every architecture and links with lld, on x86 with GNU ld |
//! | `[platform.NAME]` | a board of your own, or one of selfe's in another way: the form of [`platform::PlatformData`]; [`platform`] has an example |
//!
//! For one build the tables apply in this order, a later one overriding an earlier: shared,
//! profile, arch, sel4_arch, platform. What the user gives overrides what selfe knows about the
//! platform. `selfe config` prints the result, and where each value came from.
//!
//! `selfe options [WORD]` lists every option that the kernel has for a platform: its type, values,
//! default, what it is for and what it needs. A value of the wrong type is refused before anything
//! is built. An option that the kernel does not know, or takes otherwise than asked, is told in a
//! warning: nothing is dropped in silence. Names of other releases (`KernelX86Sel4Arch`,
//! `KernelUseLogcalIDs`, …) are translated where today's kernel has the option under another one,
//! and told. `tools` and `util_libs` that are named for another release give way to what fits the
//! kernel.
//!
//! Where an option names a file (`KernelCustomDTS`, `KernelCustomDTSOverlay`,
//! `KernelDomainSchedule` up to 14.0.0, `QEMU_DTB`, lists with `;`), a relative path counts from
//! the folder of sel4.toml, and another content is another kernel. What a device tree takes in with
//! `/include/` and `/incbin/` counts from the file that does, and belongs to it.
//!
//! # sel4.lock
//!
//! A branch moves on, and a tag can be moved. `sel4.lock` beside sel4.toml says which commit each
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
//! The first build that needs a source writes its entry; selfe and the build scripts obey it from
//! then on, and with the commit in the cache nothing asks the network. Keep the file in version
//! control. An entry serves as long as sel4.toml asks for the same; where that was edited, that
//! entry alone is asked for anew. `selfe update` moves entries to what branches and tags stand for
//! today, `selfe update kernel` that one alone. `--locked`, and `SELFE_LOCKED=1` for cargo's
//! builds, refuse whatever would change the file. Folders, full commit ids, and what follows from
//! the kernel's release need no entry. [`lock`] is the module.
//!
//! # Which sel4.toml
//!
//! `SEL4_CONFIG_PATH` names it. Where it is not set, the one of the workspace that cargo was asked
//! to build serves: beside a crate that depends on selfe-sys, or above it up to the workspace's
//! root, wherever cargo was started. A warning says which one it is.
//!
//! Keep one sel4.toml per workspace: cargo compiles selfe-sys once for all members. With several,
//! build one member at a time (`cargo run -p member`); selfe then uses the file nearest to that
//! member and compiles selfe-sys again each time. Setting `SEL4_CONFIG_PATH` avoids both. A
//! `build.rs` that calls [`build_helpers::root_task`] stops if selfe-sys was built for another
//! file: for another member's, or, in a target folder that projects share, for another project's.
//! The same command, run again, builds selfe-sys for the right one.
//!
//! Where there is none an embedded configuration serves: the newest release that selfe knows, for
//! every platform that `selfe platforms` lists as selfe's own.
//!
//! # The kernel's release
//!
//! A kernel is recognised by its `VERSION` file, else by the files that came with each release:
//! [`release`] has what selfe knows about them. That decides which elfloader fits where sel4.toml
//! names none, and what a build needs besides. A kernel that is newer than every known release is
//! tried with the newest one's data, and a warning says so.
//!
//! ## Is it the proved kernel?
//!
//! seL4's proofs are about certain configurations of the kernel, each for one board; `selfe
//! verified` lists those of the kernel in sel4.toml, and `selfe config` says whether a
//! configuration is one of them or what separates it from the nearest. `verified = "NAME"` in
//! `[sel4]` starts from one: its options take the place of selfe's and the platform's for the
//! kernel, and an option of sel4.toml that comes to something else is an error. [`verified`] has
//! what is compared, and what selfe can't tell.
//!
//! * A verified kernel is not a debug build and prints nothing, and neither does a root task
//!   through it: `selfe run` shows silence. Develop without `verified`, on the same board.
//! * `X64` insists on PCID, which QEMU without hardware virtualisation lacks: platform `pc99`
//!   switches that off where `verified` is not set.
//! * `RISCV64` has no floating point: its programs are `riscv64imac-unknown-none-elf`.
//!
//! # The environment
//!
//! | variable | meaning |
//! | --- | --- |
//! | `SEL4_CONFIG_PATH` | the sel4.toml to use; unset, that of the workspace, else the embedded default |
//! | `SEL4_PLATFORM` | the platform; unset, it follows from the target and from what sel4.toml sets up |
//! | `SEL4_OVERRIDE_ARCH`, `SEL4_OVERRIDE_SEL4_ARCH` | the arch and sel4_arch, instead of those of cargo's target |
//! | `SELFE_LOCKED` | `1`: a build script that would have to change sel4.lock fails, as `selfe --locked` does; cargo's own `--locked` is not told to build scripts |
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

pub mod arch;
#[cfg(feature = "run")]
pub mod boot;
pub mod build;
pub mod build_helpers;
pub mod cache;
pub mod compilation;
#[cfg(feature = "run")]
pub mod image;
pub mod kernel;
pub mod listing;
pub mod lock;
pub mod model;
mod nearest;
pub mod options;
pub mod platform;
pub mod progress;
pub mod release;
pub mod repository;
pub mod source;
mod text_file;
pub mod tools;
pub mod value;
pub mod vendored;
pub mod verified;
