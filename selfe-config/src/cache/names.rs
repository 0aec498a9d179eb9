//! The names of the folders in the cache. Nothing else in it belongs to selfe: the cache may be in
//! a folder with many other things.

/// The kinds of entries. Earlier versions used the last one.
pub const KINDS: &[&str] = &["build", "configured", "loader", "opensbi", "python", "settled"];

/// The folder of sources: a folder for each repository, whose entries are commits.
pub const SOURCES: &str = "src";

/// Whether that folder of the cache contains entries.
pub(crate) fn is_kind(kind: &str) -> bool {
    KINDS.contains(&kind)
        || kind
            .strip_prefix(SOURCES)
            .and_then(|rest| rest.strip_prefix('/'))
            .is_some_and(is_repository)
}

/// Whether a folder of that name contains the sources of a repository.
pub(crate) fn is_repository(name: &str) -> bool {
    name.len() == 16 && is_hex(name)
}

/// Whether an entry can have that name: a hash, a shortened hash, or a commit id.
pub(crate) fn is_key(name: &str) -> bool {
    matches!(name.len(), 16 | 40 | 64) && is_hex(name)
}

/// Whether a temporary folder can have that name: a process id, and another number.
pub(crate) fn is_scratch(name: &str) -> bool {
    let is_number = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit());
    name.split_once('-')
        .is_some_and(|(process, number)| is_number(process) && is_number(number))
}

fn is_hex(name: &str) -> bool {
    name.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}
