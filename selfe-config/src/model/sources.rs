//! Where the three source trees come from.

use crate::release::Release;
use crate::repository::RepoSource;

/// Where the three source trees come from. Where sel4.toml leaves one out it is the one that fits the kernel's expected release; see
/// [`FollowsRelease`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeL4Sources {
    /// The seL4 kernel with libsel4.
    pub kernel: RepoSource,
    /// seL4_tools: the elfloader.
    pub tools: RepoSource,
    /// util_libs: libcpio, which the elfloader needs.
    pub util_libs: RepoSource,
}

/// Which sources sel4.toml leaves to the kernel's release.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FollowsRelease {
    /// seL4_tools.
    pub tools: bool,
    /// util_libs.
    pub util_libs: bool,
}

impl SeL4Sources {
    /// The sources with those that are left to the release taken from that one.
    pub fn for_release(&self, follows: FollowsRelease, release: &Release) -> SeL4Sources {
        let choose = |follows: bool, own: &RepoSource, of_release: &RepoSource| {
            if follows { of_release.clone() } else { own.clone() }
        };
        SeL4Sources {
            kernel: self.kernel.clone(),
            tools: choose(follows.tools, &self.tools, &release.tools),
            util_libs: choose(follows.util_libs, &self.util_libs, &release.util_libs),
        }
    }
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
}
