//! Architectures and platforms, in seL4's words and in Rust's.
//!
//! seL4 names an architecture family (`Arch`), the exact instruction set and mode within it
//! (`SeL4Arch`) and the board (`Platform`); cargo names only its own architecture (`RustArch`).

use crate::error_kind::ErrorKind;
use std::fmt;
use std::str::FromStr;

/// An unknown name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{found}` is not {what}; expected one of {}", .known.join(", "))]
#[non_exhaustive]
pub struct UnknownName {
    /// What the name should be, with its article, such as "an arch".
    pub what: &'static str,
    /// The name that was found.
    pub found: String,
    /// The valid names.
    pub(crate) known: &'static [&'static str],
}

impl UnknownName {
    /// What kind of failure it is.
    pub fn kind(&self) -> ErrorKind {
        ErrorKind::Usage
    }
}

macro_rules! names {
    ($(#[$doc:meta])* $name:ident, $what:literal, { $($(#[$vdoc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$vdoc])* $variant),+ }

        impl $name {
            /// Every value, in the order of declaration.
            pub const ALL: &'static [$name] = &[$($name::$variant),+];
            /// The names of [`Self::ALL`], in the same order.
            pub const WORDS: &'static [&'static str] = &[$($word),+];

            /// The name of this value, as [`FromStr`] reads it.
            pub fn as_str(self) -> &'static str {
                match self { $($name::$variant => $word),+ }
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = UnknownName;

            fn from_str(s: &str) -> Result<Self, UnknownName> {
                match s {
                    $($word => Ok($name::$variant),)+
                    _ => Err(UnknownName { what: $what, found: s.to_owned(), known: Self::WORDS }),
                }
            }
        }
    };
}

names!(
    /// An architecture family, as seL4 groups them.
    Arch, "an arch", {
        /// 32-bit and 64-bit Arm.
        Arm = "arm",
        /// 32-bit and 64-bit x86.
        X86 = "x86",
        /// 32-bit and 64-bit RISC-V.
        Riscv = "riscv",
    }
);

names!(
    /// An architecture in the sense of the kernel's option `KernelSel4Arch`.
    SeL4Arch, "a sel4_arch", {
        /// 32-bit Arm.
        Aarch32 = "aarch32",
        /// 64-bit Arm.
        Aarch64 = "aarch64",
        /// 32-bit Arm with the kernel in hypervisor mode.
        ArmHyp = "arm_hyp",
        /// 32-bit x86.
        Ia32 = "ia32",
        /// 64-bit x86.
        X86_64 = "x86_64",
        /// 32-bit RISC-V.
        Riscv32 = "riscv32",
        /// 64-bit RISC-V.
        Riscv64 = "riscv64",
    }
);

names!(
    /// An architecture as cargo names it (`CARGO_CFG_TARGET_ARCH`).
    RustArch, "a Rust target architecture", {
        /// 64-bit Arm.
        Aarch64 = "aarch64",
        /// 32-bit Arm.
        Arm = "arm",
        /// 32-bit x86.
        X86 = "x86",
        /// 64-bit x86.
        X86_64 = "x86_64",
        /// 32-bit RISC-V.
        Riscv32 = "riscv32",
        /// 64-bit RISC-V.
        Riscv64 = "riscv64",
    }
);

impl SeL4Arch {
    /// The family that this architecture belongs to.
    pub fn arch(self) -> Arch {
        match self {
            SeL4Arch::Aarch32 | SeL4Arch::Aarch64 | SeL4Arch::ArmHyp => Arch::Arm,
            SeL4Arch::Ia32 | SeL4Arch::X86_64 => Arch::X86,
            SeL4Arch::Riscv32 | SeL4Arch::Riscv64 => Arch::Riscv,
        }
    }

    /// The debuggers that know this architecture, the usual one first. Distributions' `gdb` knows
    /// this computer's own, and where there is no `gdb-multiarch`, all of them.
    pub fn gdbs(self) -> &'static [&'static str] {
        let is_own = std::env::consts::ARCH
            .parse()
            .is_ok_and(|own: RustArch| match (own, self.rust_arch()) {
                (RustArch::X86_64, RustArch::X86) => true,
                (own, rust_arch) => own == rust_arch,
            });
        match is_own {
            true => &["gdb", "gdb-multiarch"],
            false => &["gdb-multiarch", "gdb"],
        }
    }

    /// The Rust architecture of programs that run on this kernel.
    pub fn rust_arch(self) -> RustArch {
        match self {
            SeL4Arch::Aarch32 | SeL4Arch::ArmHyp => RustArch::Arm,
            SeL4Arch::Aarch64 => RustArch::Aarch64,
            SeL4Arch::Ia32 => RustArch::X86,
            SeL4Arch::X86_64 => RustArch::X86_64,
            SeL4Arch::Riscv32 => RustArch::Riscv32,
            SeL4Arch::Riscv64 => RustArch::Riscv64,
        }
    }

    /// The bits of a machine word, which are those of a pointer and of a capability's address.
    pub fn word_bits(self) -> u32 {
        match self {
            SeL4Arch::Aarch32 | SeL4Arch::ArmHyp | SeL4Arch::Ia32 | SeL4Arch::Riscv32 => 32,
            SeL4Arch::Aarch64 | SeL4Arch::X86_64 | SeL4Arch::Riscv64 => 64,
        }
    }

    /// The machine in the header of ELF files (`e_machine`).
    pub fn elf_machine(self) -> u16 {
        match self {
            SeL4Arch::Ia32 => 3,
            SeL4Arch::Aarch32 | SeL4Arch::ArmHyp => 40,
            SeL4Arch::X86_64 => 62,
            SeL4Arch::Aarch64 => 183,
            SeL4Arch::Riscv32 | SeL4Arch::Riscv64 => 243,
        }
    }

    /// The target triple with which clang reads libsel4's headers as the C compiler did.
    pub fn clang_target(self) -> &'static str {
        match self {
            SeL4Arch::Aarch32 | SeL4Arch::ArmHyp => "armv7-unknown-linux-gnueabihf",
            SeL4Arch::Aarch64 => "aarch64-unknown-linux-gnu",
            SeL4Arch::Ia32 => "i686-unknown-linux-gnu",
            SeL4Arch::X86_64 => "x86_64-unknown-linux-gnu",
            SeL4Arch::Riscv32 => "riscv32-unknown-linux-gnu",
            SeL4Arch::Riscv64 => "riscv64-unknown-linux-gnu",
        }
    }

    /// The architecture's name for U-Boot's `mkimage -A`.
    pub fn mkimage_arch(self) -> &'static str {
        match self {
            SeL4Arch::Aarch32 | SeL4Arch::ArmHyp => "arm",
            SeL4Arch::Aarch64 => "arm64",
            SeL4Arch::Ia32 => "x86",
            SeL4Arch::X86_64 => "x86_64",
            SeL4Arch::Riscv32 | SeL4Arch::Riscv64 => "riscv",
        }
    }
}

impl RustArch {
    /// The default sel4_arch of programs for this architecture.
    pub fn sel4_arch(self) -> SeL4Arch {
        match self {
            RustArch::Aarch64 => SeL4Arch::Aarch64,
            RustArch::Arm => SeL4Arch::Aarch32,
            RustArch::X86 => SeL4Arch::Ia32,
            RustArch::X86_64 => SeL4Arch::X86_64,
            RustArch::Riscv32 => SeL4Arch::Riscv32,
            RustArch::Riscv64 => SeL4Arch::Riscv64,
        }
    }
}

/// A board or machine, by its name in sel4.toml and `SEL4_PLATFORM`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Platform(pub String);

impl Platform {
    /// Whether it is valid as the name of a platform, which is also used for a folder in `target/`
    /// and in messages.
    pub fn is_valid(&self) -> bool {
        let name = self.0.as_str();
        !matches!(name, "" | "." | "..") && !name.contains(|c: char| matches!(c, '/' | '\\') || c.is_control())
    }
}

impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_platform_s_name_is_one_folder_s() {
        let is_valid = |name: &str| Platform(name.to_owned()).is_valid();
        for name in ["pc99", "imx8mm-evk", "my board", "Brettchen\u{e9}", "..."] {
            assert!(is_valid(name), "{name}");
        }
        for name in [
            "",
            ".",
            "..",
            "/",
            "/x",
            "a/b",
            "../../x",
            "a\\b",
            "a\nb",
            "a\0",
            "\u{1b}[2J",
            "a\u{85}b",
        ] {
            assert!(!is_valid(name), "{name:?}");
        }
    }

    #[test]
    fn every_word_reads_back() {
        for &a in Arch::ALL {
            assert_eq!(a.to_string().parse(), Ok(a));
        }
        for &a in SeL4Arch::ALL {
            assert_eq!(a.to_string().parse(), Ok(a));
            assert_eq!(a.rust_arch().sel4_arch().arch(), a.arch());
        }
        for &a in RustArch::ALL {
            assert_eq!(a.as_str().parse(), Ok(a));
        }
    }

    #[test]
    fn an_unknown_word_names_the_known_ones() {
        let error = "arm64".parse::<SeL4Arch>().unwrap_err().to_string();
        assert_eq!(
            error,
            "`arm64` is not a sel4_arch; expected one of aarch32, aarch64, arm_hyp, ia32, x86_64, riscv32, riscv64"
        );
    }
}
