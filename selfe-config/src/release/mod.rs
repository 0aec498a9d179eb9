//! What selfe knows about each release of seL4: data, one file of `releases/` each.
//!
//! A kernel's release decides which elfloader fits it, what its build needs, and where its files
//! are. A kernel of your own is recognised by its `VERSION` file, or else by its files: see
//! [`recognise`].

mod data;
mod history;
mod recognise;

pub use data::{GeneratedConfig, Layout, OptionChanges, Python, Release, Unbuildable};
pub(crate) use history::renamed_to;
pub use history::{Past, Renamed, past, renamed};
pub(crate) use recognise::too_old;
pub use recognise::{Recognised, expected, recognise};

use std::sync::OnceLock;

/// Every release's number and file, oldest first: the files of `releases/`.
const FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/releases.rs"));

/// Every release that selfe knows, oldest first; never empty.
pub fn all() -> &'static [Release] {
    static ALL: OnceLock<Vec<Release>> = OnceLock::new();
    // The files are part of the program, and a test reads each of them: a file that can't be read
    // fails there.
    ALL.get_or_init(|| {
        FILES
            .iter()
            .filter_map(|(name, text)| Release::parse(name, text).ok())
            .collect()
    })
}

/// The newest release that selfe knows.
pub fn newest() -> &'static Release {
    &all()[all().len() - 1]
}

/// The release of that number.
pub fn by_name(name: &str) -> Option<&'static Release> {
    all().iter().find(|release| release.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arch::{Arch, SeL4Arch};

    #[test]
    fn what_a_release_can_not_be_built_with_is_known() {
        let old = by_name("12.1.0").unwrap();
        let silent = |name: &str| (name == "KernelPrinting" || name == "KernelDebugBuild").then(|| "OFF".to_owned());
        let loud = |name: &str| {
            if name == "KernelPrinting" {
                Some("ON".to_owned())
            } else {
                silent(name)
            }
        };
        assert!(old.objection(Arch::X86, loud).is_some());
        assert_eq!(old.objection(Arch::X86, silent), None);
        assert_eq!(old.objection(Arch::Arm, loud), None);
        assert_eq!(newest().objection(Arch::X86, loud), None);
    }

    #[test]
    fn every_file_is_read_and_whole() {
        assert_eq!(all()[0].name, "12.1.0", "the oldest comes first");
        for (index, (name, text)) in FILES.iter().enumerate() {
            let release = Release::parse(name, text).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(
                release.identified_by.is_some(),
                index > 0,
                "{name}: each but the oldest names a file that identifies it"
            );
            for &sel4_arch in SeL4Arch::ALL {
                for path in release.layout.interfaces_for(sel4_arch.arch(), sel4_arch) {
                    assert!(!path.contains(['{', '}']), "{name}: {path}");
                }
                for path in release.layout.bitfields_for(sel4_arch.arch(), sel4_arch) {
                    assert!(!path.contains(['{', '}']), "{name}: {path}");
                }
            }
        }
        assert_eq!(all().len(), FILES.len());
    }

    #[test]
    fn the_qemu_that_a_release_names_is_the_platform_s() {
        for release in all() {
            for (kernel_platform, arches) in &release.platform_options {
                let data = crate::platform::all().iter().find(|platform| {
                    let named = platform.options.get("KernelPlatform");
                    named.is_some_and(|named| named.to_string() == *kernel_platform)
                });
                let data = data.unwrap_or_else(|| panic!("{}: no platform is {kernel_platform}", release.name));
                for (sel4_arch, options) in arches {
                    let simulate = data.sel4_arch[sel4_arch].simulate.as_ref().unwrap();
                    for (name, value) in options.iter().filter(|(name, _)| *name == "QEMU_BINARY") {
                        assert_eq!(
                            value.to_string(),
                            simulate.qemu,
                            "{}: {name} on {sel4_arch}",
                            release.name
                        );
                    }
                }
            }
        }
    }
}
