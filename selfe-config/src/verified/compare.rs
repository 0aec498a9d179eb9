//! Compares two configurations as a kernel settled on them.

use super::settle::SettledKernel;
use crate::options::verified_config::Difference;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// How a configuration differs from a verified one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Comparison {
    /// Options that were set here or there.
    pub differences: Vec<Difference>,
    /// Options that nobody set: their defaults follow from the others.
    pub consequences: Vec<Difference>,
    /// Options that differ although the kernel says that its proofs allow it; see [`allowed`].
    pub allowed: Vec<Difference>,
    /// Whether the kernel sees other memory or devices.
    pub hardware: bool,
}

impl Comparison {
    /// Compares what a kernel settled on with a verified configuration; `asked` has the options
    /// that somebody set.
    pub fn new(here: &SettledKernel, there: &SettledKernel, asked: &BTreeSet<String>, allowed: &[Allowed]) -> Self {
        let mut comparison = Comparison {
            hardware: here.hardware != there.hardware,
            ..Comparison::default()
        };
        for difference in differences(&here.options, &there.options) {
            let name = difference.name.as_str();
            if allowed.iter().any(|one| one.option == name) {
                comparison.allowed.push(difference);
            } else if asked.contains(name) {
                comparison.differences.push(difference);
            } else {
                comparison.consequences.push(difference);
            }
        }
        // The C code's configuration follows from the options. A difference in it counts even if no
        // option shows it.
        if comparison.differences.is_empty() && comparison.consequences.is_empty() {
            let of_c = differences(&here.gen_config, &there.gen_config);
            let of_c = of_c.filter(|difference| allowed.iter().all(|one| one.in_c != difference.name));
            comparison.differences.extend(of_c.map(|difference| Difference {
                name: format!("CONFIG_{}", difference.name),
                ..difference
            }));
        }
        comparison
    }

    /// Whether it is the verified configuration, except for differences that the proofs allow.
    pub(crate) fn is_same(&self) -> bool {
        self.differences.is_empty() && self.consequences.is_empty() && !self.hardware
    }
}

fn differences<'a>(
    here: &'a BTreeMap<String, String>,
    there: &'a BTreeMap<String, String>,
) -> impl Iterator<Item = Difference> + 'a {
    let names: BTreeSet<&String> = here.keys().chain(there.keys()).collect();
    let differing = names.into_iter().filter(|name| here.get(*name) != there.get(*name));
    differing.map(|name| Difference {
        name: name.clone(),
        here: here.get(name).cloned(),
        there: there.get(name).cloned(),
    })
}

/// An option that may have any value without affecting the proofs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowed {
    /// Its CMake name.
    pub(crate) option: &'static str,
    /// Its name in C, without `CONFIG_`.
    pub(crate) in_c: &'static str,
}

/// The options that the kernel's `CAVEATS.md` names as such: the number of domains, and the length
/// of their schedule. Kernels before 13.0.0 name none.
pub fn allowed(kernel: &Path) -> &'static [Allowed] {
    const DOMAINS: &[Allowed] = &[
        Allowed {
            option: "KernelNumDomains",
            in_c: "NUM_DOMAINS",
        },
        Allowed {
            option: "KernelNumDomainSchedules",
            in_c: "NUM_DOMAIN_SCHEDULES",
        },
    ];
    let caveats = fs::read_to_string(kernel.join("CAVEATS.md")).unwrap_or_default();
    let says_so = caveats.contains("NUM_DOMAINS");
    if says_so { DOMAINS } else { &[] }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settled(options: &[(&str, &str)], config: &[(&str, &str)]) -> SettledKernel {
        let map = |pairs: &[(&str, &str)]| pairs.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect();
        SettledKernel {
            options: map(options),
            gen_config: map(config),
            hardware: String::new(),
        }
    }

    #[test]
    fn differences_are_sorted_by_who_asked() {
        let here = settled(&[("A", "1"), ("B", "1"), ("N", "1"), ("S", "1")], &[]);
        let there = settled(&[("A", "2"), ("C", "1"), ("N", "16"), ("S", "1")], &[]);
        let asked = BTreeSet::from(["A".to_owned()]);
        let n = Allowed { option: "N", in_c: "C" };
        let found = Comparison::new(&here, &there, &asked, &[n]);
        let words = |all: &[Difference]| all.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(words(&found.differences), ["A = 1, there 2"]);
        assert_eq!(
            words(&found.consequences),
            ["B = 1, there not there", "C = not there, there 1"]
        );
        assert_eq!(words(&found.allowed), ["N = 1, there 16"]);
        assert!(!found.is_same());
        assert!(Comparison::new(&here, &here, &asked, &[]).is_same());
    }

    #[test]
    fn what_only_c_code_sees_counts_and_so_does_the_board() {
        let here = settled(&[], &[("X", "true")]);
        let found = Comparison::new(&here, &settled(&[], &[("X", "false")]), &BTreeSet::new(), &[]);
        assert_eq!(found.differences[0].to_string(), "CONFIG_X = true, there false");
        let mut other = here.clone();
        other.hardware = "other".to_owned();
        assert!(!Comparison::new(&here, &other, &BTreeSet::new(), &[]).is_same());
    }
}
