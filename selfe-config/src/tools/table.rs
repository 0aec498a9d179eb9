//! Every program that selfe may run: its purpose and its package.

/// One program of the host.
#[cfg_attr(not(feature = "bin"), expect(dead_code, reason = "`selfe doctor` reads all of it"))]
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tool {
    /// Its name on `PATH`; `libclang` and `python3-venv` are not programs, but are installed in the
    /// same way.
    pub program: &'static str,
    /// Its purpose.
    pub purpose: &'static str,
    /// Its package on Debian and Ubuntu; if there are several, joined by `|`, the first one that
    /// apt knows.
    pub(crate) apt: &'static str,
    /// Its package on Fedora.
    pub(crate) dnf: &'static str,
    /// Its package on Arch.
    pub(crate) pacman: &'static str,
    /// Which builds need it.
    pub(crate) needed: Needed,
}

/// Which builds need a tool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Needed {
    /// All.
    Always,
    /// Builds for architectures whose hardware a device tree describes.
    DeviceTree,
    /// Builds for platforms that boot through the elfloader.
    Elfloader,
    /// Only builds whose platform names it.
    ByName,
}

macro_rules! tools {
    ($($needed:ident $program:literal: $purpose:literal, $apt:literal, $dnf:literal, $pacman:literal;)+) => {
        &[$(Tool { program: $program, purpose: $purpose, apt: $apt, dnf: $dnf, pacman: $pacman, needed: Needed::$needed }),+]
    };
}

/// The programs, in the order in which a build needs them. The columns are the name, the purpose,
/// and the packages for apt, dnf and pacman. Debian moved the RISC-V emulators out of
/// `qemu-system-misc`.
pub(crate) const TOOLS: &[Tool] = tools! {
    Always "git": "fetches the sources", "git", "git", "git";
    Always "cmake": "configures the kernel", "cmake", "cmake", "cmake";
    Always "ninja": "builds the kernel", "ninja-build", "ninja-build", "ninja";
    Always "python3": "runs the kernel's generators", "python3", "python3", "python";
    Always "python3-venv": "holds the Python packages that they import", "python3-venv", "python3", "python";
    Always "xmllint": "checks the kernel's interface definitions", "libxml2-utils", "libxml2", "libxml2";
    Always "libclang": "reads libsel4's headers for the bindings", "libclang-dev", "clang-devel", "clang";
    DeviceTree "dtc": "compiles device trees", "device-tree-compiler", "dtc", "dtc";
    Elfloader "cpio": "packs kernel and root task for the elfloader", "cpio", "cpio", "cpio";
    ByName "mkimage": "packs images for U-Boot", "u-boot-tools", "uboot-tools", "uboot-tools";
    ByName "make": "builds OpenSBI", "make", "make", "make";
    ByName "gcc": "compiles the kernel", "gcc", "gcc", "gcc";
    ByName "arm-linux-gnueabihf-gcc": "compiles the kernel", "gcc-arm-linux-gnueabihf", "gcc-arm-linux-gnu", "arm-none-eabi-gcc";
    ByName "aarch64-linux-gnu-gcc": "compiles the kernel", "gcc-aarch64-linux-gnu", "gcc-aarch64-linux-gnu", "aarch64-linux-gnu-gcc";
    ByName "riscv64-linux-gnu-gcc": "compiles the kernel", "gcc-riscv64-linux-gnu", "gcc-riscv64-linux-gnu", "riscv64-linux-gnu-gcc";
    ByName "clang": "compiles the kernel", "clang", "clang", "clang";
    ByName "ld.lld": "links the kernel where clang compiles it", "lld", "lld", "lld";
    ByName "i686-linux-gnu-gcc": "compiles the kernel", "gcc-i686-linux-gnu", "gcc", "gcc";
    ByName "gdb": "debugs root tasks", "gdb", "gdb", "gdb";
    ByName "gdb-multiarch": "debugs root tasks", "gdb-multiarch", "gdb", "gdb";
    ByName "qemu-system-x86_64": "boots the root task", "qemu-system-x86", "qemu-system-x86-core", "qemu-system-x86";
    ByName "qemu-system-i386": "boots the root task", "qemu-system-x86", "qemu-system-x86-core", "qemu-system-x86";
    ByName "qemu-system-arm": "boots the root task", "qemu-system-arm", "qemu-system-arm-core", "qemu-system-arm";
    ByName "qemu-system-aarch64": "boots the root task", "qemu-system-arm", "qemu-system-aarch64-core", "qemu-system-aarch64";
    ByName "qemu-system-riscv64": "boots the root task", "qemu-system-riscv|qemu-system-misc", "qemu-system-riscv-core", "qemu-system-riscv";
    ByName "qemu-system-riscv32": "boots the root task", "qemu-system-riscv|qemu-system-misc", "qemu-system-riscv-core", "qemu-system-riscv";
};

/// The tool of that name.
pub(crate) fn lookup(program: &str) -> Option<&'static Tool> {
    TOOLS.iter().find(|tool| tool.program == program)
}
