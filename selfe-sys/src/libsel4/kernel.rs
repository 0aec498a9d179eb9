//! The kernel build that this crate was made for.

/// The kernel's version, such as `16.0.0`.
pub const VERSION: &str = env!("SELFE_KERNEL_VERSION");

/// The platform, as sel4.toml and `SEL4_PLATFORM` name it.
pub const PLATFORM: &str = env!("SELFE_KERNEL_PLATFORM");

/// The architecture family: `arm`, `riscv` or `x86`.
pub const ARCH: &str = env!("SELFE_KERNEL_ARCH");

/// The exact architecture, such as `x86_64`.
pub const SEL4_ARCH: &str = env!("SELFE_KERNEL_SEL4_ARCH");

/// The name of the build: SHA-256 of all that went into it, in hexadecimal; where `build_dir` of
/// sel4.toml names a ready build, SHA-256 of that folder's path.
pub const KEY: &str = env!("SELFE_KERNEL_KEY");

/// SHA-256 of the build's `kernel.elf`, in hexadecimal: the same on every machine with the same
/// sources, options and compiler. All zeros where `build_dir` of sel4.toml names a ready build
/// without a kernel.
pub const KERNEL_SHA256: &str = env!("SELFE_KERNEL_SHA256");
