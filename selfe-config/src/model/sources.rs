//! Where the three source trees come from.

use crate::release::Release;
use crate::repository::{GitTarget, RepoSource};

/// Where the three source trees come from. If sel4.toml leaves one out, it is the one that fits the
/// kernel's expected release; see [`FollowsRelease`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeL4Sources {
    /// The seL4 kernel with libsel4.
    pub kernel: RepoSource,
    /// seL4_tools: the elfloader.
    pub tools: RepoSource,
    /// util_libs: libcpio, which the elfloader needs.
    pub util_libs: RepoSource,
}

/// Which sources follow from the kernel's release.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FollowsRelease {
    /// seL4_tools.
    pub tools: bool,
    /// util_libs.
    pub util_libs: bool,
}

impl SeL4Sources {
    /// The sources, with those that follow from the release taken from it, and also those that are
    /// named for another release: another release's elfloader does not build with this kernel.
    pub fn for_release(&self, follows: FollowsRelease, release: &Release) -> SeL4Sources {
        let choose = |follows: bool, own: &RepoSource, of_release: &RepoSource| {
            let is_replaced = follows || named_release(own).is_some_and(|named| !is_of(named, release));
            if is_replaced { of_release.clone() } else { own.clone() }
        };
        SeL4Sources {
            kernel: self.kernel.clone(),
            tools: choose(follows.tools, &self.tools, &release.tools),
            util_libs: choose(follows.util_libs, &self.util_libs, &release.util_libs),
        }
    }

    /// The warnings about sources that are named for another release, a sentence each.
    pub(crate) fn unfit(&self, follows: FollowsRelease, release: &Release) -> Vec<String> {
        let both = [
            ("tools", &self.tools, follows.tools),
            ("util_libs", &self.util_libs, follows.util_libs),
        ];
        let given = both.into_iter().filter(|(.., follows)| !follows);
        let unfit = given
            .filter_map(|(key, source, _)| Some((key, named_release(source).filter(|named| !is_of(named, release))?)));
        unfit
            .map(|(key, named)| {
                format!(
                    "{key}: {named} is for another release than this kernel: using what fits seL4 {}; remove the line `{key}` from sel4.toml",
                    release.name
                )
            })
            .collect()
    }
}

/// A branch or tag in seL4's own repositories that is named after a release, such as
/// `12.0.x-compatible`.
fn named_release(source: &RepoSource) -> Option<&str> {
    let RepoSource::RemoteGit { url, target } = source else {
        return None;
    };
    let (GitTarget::Branch(name) | GitTarget::Tag(name)) = target else {
        return None;
    };
    let repository = url.trim_end_matches('/').trim_end_matches(".git");
    let is_sel4_s = ["seL4/seL4_tools", "seL4/util_libs"]
        .iter()
        .any(|own| repository.ends_with(own));
    let numbers: Vec<&str> = numbers(name).collect();
    let is_number = |text: &&str| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit());
    let is_release = matches!(numbers[..], [major, minor, patch] if is_number(&major) && is_number(&minor) && (patch == "x" || is_number(&patch)));
    (is_sel4_s && is_release).then_some(name)
}

fn numbers(name: &str) -> impl Iterator<Item = &str> {
    name.trim_end_matches("-compatible").split('.')
}

fn is_of(name: &str, release: &Release) -> bool {
    numbers(name).take(2).eq(release.name.split('.').take(2))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::contextualized::Contextualized;
    use crate::model::{Arch, Platform, SeL4Arch};
    use crate::release;

    fn config(sources: &str) -> Contextualized {
        let text = format!("[sel4]\n{sources}\n[build.virt]\n");
        let platform = Platform("virt".to_owned());
        Contextualized::from_str(&text, Arch::Arm, SeL4Arch::Aarch64, true, platform, None).unwrap()
    }

    #[test]
    fn a_kernel_s_tag_is_enough() {
        let config = config("kernel = { git = 'https://example.org/seL4', tag = '12.1.0' }");
        let old = release::by_name("12.1.0").unwrap();
        assert_eq!(config.sel4_sources.tools, old.tools);
        assert_eq!(config.sel4_sources.util_libs, old.util_libs);
        assert_ne!(config.sel4_sources.tools, release::newest().tools);
    }

    #[test]
    fn a_branch_s_release_shows_once_it_is_here() {
        let config =
            config("kernel = { git = 'https://example.org/seL4', branch = 'old' }\nutil_libs = { path = 'u' }");
        let old = release::by_name("12.1.0").unwrap();
        let sources = config.sel4_sources.for_release(config.follows_release, old);
        assert_eq!(sources.tools, old.tools);
        assert_eq!(sources.util_libs, RepoSource::LocalPath("u".into()));
    }

    #[test]
    fn what_is_named_for_another_release_gives_way() {
        let git =
            |name: &str, target: &str| format!("{name} = {{ git = 'https://github.com/seL4/{name}', {target} }}\n");
        let sources = |target: &str| {
            let text =
                "kernel = { path = 'k' }\n".to_owned() + &git("seL4_tools", target).replacen("seL4_tools", "tools", 1);
            config(&text)
        };
        let newest = release::newest();
        for target in ["branch = '10.1.x-compatible'", "tag = '12.0.0'"] {
            let config = sources(target);
            let fitting = config.sel4_sources.for_release(config.follows_release, newest);
            assert_eq!(fitting.tools, newest.tools, "{target}");
            let told = config.sel4_sources.unfit(config.follows_release, newest);
            assert!(
                matches!(&told[..], [one] if one.contains("remove the line `tools`")),
                "{told:?}"
            );
        }
        let own = format!("tag = '{}'", newest.name);
        for target in ["branch = 'master'", "rev = '12.0.0'", own.as_str()] {
            let config = sources(target);
            assert_eq!(
                config.sel4_sources.unfit(config.follows_release, newest),
                Vec::<String>::new()
            );
            assert_ne!(
                config.sel4_sources.for_release(config.follows_release, newest).tools,
                newest.tools
            );
        }
        let old = release::by_name("12.1.0").unwrap();
        let config = sources("branch = '12.1.x-compatible'");
        assert!(config.sel4_sources.unfit(config.follows_release, old).is_empty());
    }
}
