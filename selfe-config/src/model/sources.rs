//! Where the three source trees come from.

use crate::repository::RepoSource;

/// Where the three source trees come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeL4Sources {
    /// The seL4 kernel with libsel4.
    pub kernel: RepoSource,
    /// seL4_tools: the elfloader.
    pub tools: RepoSource,
    /// util_libs: libcpio, which the elfloader needs.
    pub util_libs: RepoSource,
}
