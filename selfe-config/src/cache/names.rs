//! What the folders of the cache are called: nothing else in it is selfe's, as the cache may lie in
//! a folder with much else.

/// The kinds of entries. The last one is of earlier versions.
pub const KINDS: &[&str] = &["build", "configured", "loader", "opensbi", "python", "settled"];

/// The folder of sources: of each repository one folder, whose entries are commits.
pub const SOURCES: &str = "src";

/// Whether entries lie in that folder of the cache.
pub(crate) fn is_kind(kind: &str) -> bool {
    KINDS.contains(&kind)
        || kind
            .strip_prefix(SOURCES)
            .and_then(|rest| rest.strip_prefix('/'))
            .is_some_and(is_repository)
}

/// Whether the sources of a repository lie in a folder of that name.
pub(crate) fn is_repository(name: &str) -> bool {
    name.len() == 16 && is_hex(name)
}

/// Whether an entry can have that name: a hash, a shortened one, or the id of a commit.
pub(crate) fn is_key(name: &str) -> bool {
    matches!(name.len(), 16 | 40 | 64) && is_hex(name)
}

/// Whether a temporary folder has that name: the number of a process, and another one.
pub(crate) fn is_scratch(name: &str) -> bool {
    let is_number = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit());
    name.split_once('-')
        .is_some_and(|(process, number)| is_number(process) && is_number(number))
}

fn is_hex(name: &str) -> bool {
    name.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}
