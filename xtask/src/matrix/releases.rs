//! `[releases]` of the matrix: some of its cases repeated on the kernel of each release.

use super::{Case, Profile};
use serde::Deserialize;

/// Which cases are repeated, and for which kernels.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Releases {
    /// Branches of the kernel's repository, in addition to every release that selfe knows.
    branches: Vec<String>,
    /// Each profile, whatever the case's own is.
    profiles: Vec<Profile>,
    /// The names of the cases.
    cases: Vec<String>,
    /// The names of cases that can't exist.
    #[serde(default)]
    except: Vec<String>,
    /// The names of the cases that every test run repeats, in the debug profile, with each kernel
    /// except the newest release; `cargo xtask boot --releases` runs all others.
    #[serde(default)]
    tested: Vec<String>,
    /// The names of those whose bindings belong to every test run; `cargo xtask bindings
    /// --releases` checks all others.
    #[serde(default)]
    bound: Vec<String>,
}

impl Releases {
    /// Every case, named after the case that it repeats, the kernel, and the profile if that is
    /// `release`.
    pub fn cases(&self, base: &[Case]) -> Vec<Case> {
        let mut all = Vec::new();
        for kernel in &self.kernels() {
            for name in &self.cases {
                let Some(base) = base.iter().find(|case| case.name == *name) else {
                    continue;
                };
                all.extend(self.profiles.iter().map(|profile| repeated(base, kernel, *profile)));
            }
        }
        all.retain(|case| !self.except.contains(&case.name));
        all
    }

    /// What to check out of the kernel's repository: each is a `tag` or a `branch`.
    fn kernels(&self) -> Vec<toml::Table> {
        let kernel = |key: &str, value: &str| toml::Table::from_iter([(key.to_owned(), toml::Value::from(value))]);
        // Without the folder there are no cases, which this file's tests would notice.
        let tags = crate::newest::known().unwrap_or_default();
        let tags = tags.iter().map(|tag| kernel("tag", tag));
        tags.chain(self.branches.iter().map(|branch| kernel("branch", branch)))
            .collect()
    }

    /// Those that belong to every test run.
    pub fn tested(&self, mut all: Vec<Case>) -> Vec<Case> {
        // The workspace's own kernel has all other cases.
        let newest = crate::newest::known().ok().and_then(|mut known| known.pop());
        all.retain(|case| {
            let word = case.kernel.as_ref().and_then(|kernel| kernel.values().next()?.as_str());
            let is_named = |base: &String| word.is_some_and(|word| case.name == format!("{base}-{word}"));
            word != newest.as_deref() && self.tested.iter().any(is_named)
        });
        all
    }

    /// Those whose bindings belong to every test run.
    pub fn bound(&self, all: Vec<Case>) -> Vec<Case> {
        named(&self.bound, all)
    }

    /// Checks that every name is that of a case.
    pub fn check(&self, base: &[Case]) -> Result<(), String> {
        let missing = |what: &str, name: &str| Err(format!("[releases] {what} names `{name}`, which is not a case"));
        if let Some(name) = self
            .cases
            .iter()
            .find(|name| base.iter().all(|case| case.name != **name))
        {
            return missing("cases", name);
        }
        let all = self.cases(base);
        if let Some(name) = self.tested.iter().find(|name| !self.cases.contains(name)) {
            return missing("tested", name);
        }
        for (what, names) in [("bound", &self.bound)] {
            if let Some(name) = names.iter().find(|name| all.iter().all(|case| case.name != **name)) {
                return missing(what, name);
            }
        }
        if let Some(name) = self
            .except
            .iter()
            .find(|name| base.iter().any(|case| case.name == **name))
        {
            return Err(format!(
                "[releases] except names `{name}`, a case of the workspace's own kernel"
            ));
        }
        Ok(())
    }
}

fn named(names: &[String], mut all: Vec<Case>) -> Vec<Case> {
    all.retain(|case| names.contains(&case.name));
    all
}

fn repeated(base: &Case, kernel: &toml::Table, profile: Profile) -> Case {
    let word = kernel.values().next().and_then(toml::Value::as_str).unwrap_or("?");
    let ending = match profile {
        Profile::Debug => "",
        Profile::Release => "-release",
    };
    Case {
        name: format!("{}-{word}{ending}", base.name),
        profile,
        kernel: Some(kernel.clone()),
        ..base.clone()
    }
}

#[cfg(test)]
mod tests {
    use crate::matrix::{Profile, cases, release_cases, tested_release_cases};

    #[test]
    fn the_file_s_releases_are_repeated_in_both_profiles() {
        let all = release_cases().unwrap();
        let named = |name: &str| all.iter().find(|case| case.name == name);
        let old = named("sabre-12.1.0-release").unwrap();
        assert_eq!((old.profile, old.platform.as_str()), (Profile::Release, "sabre"));
        assert_eq!(old.kernel.as_ref().unwrap()["tag"].as_str(), Some("12.1.0"));
        assert!(named("riscv64-12.1.0").is_none());
        assert!(cases().unwrap().iter().all(|case| case.kernel.is_none()));
    }

    #[test]
    fn every_test_has_each_release() {
        let tested = tested_release_cases().unwrap();
        let known = crate::newest::known().unwrap();
        let (newest, older) = known.split_last().unwrap();
        for word in older.iter().map(String::as_str).chain(["master"]) {
            assert!(
                tested.iter().any(|case| case.name == format!("x86_64-{word}")),
                "{word}"
            );
        }
        assert!(tested.iter().all(|case| !case.name.contains(newest.as_str())));
    }
}
