//! The kernel that the program was built for: `selfe run` boots this one and no other.

/// Its release, such as `16.0.0`.
pub const VERSION: &str = env!("SELFE_KERNEL_VERSION");

/// Its exact architecture in seL4's words, such as `x86_64`.
pub const SEL4_ARCH: &str = env!("SELFE_KERNEL_SEL4_ARCH");

/// The platform, by its name in sel4.toml, such as `pc99`.
pub const PLATFORM: &str = env!("SELFE_KERNEL_PLATFORM");
