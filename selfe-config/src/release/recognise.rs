//! Which release a kernel is, or is treated as.

use super::{Release, all, by_name, newest};
use crate::repository::{GitTarget, RepoSource};
use std::cmp::Ordering;
use std::io::Read;
use std::path::Path;

/// The release that a kernel's source tree was recognised as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recognised {
    /// The kernel's own version, such as `16.0.0`, or `16.0.0-dev` for later commits; the release's
    /// number if the kernel does not have one.
    pub version: String,
    /// The release whose data is used.
    pub release: &'static Release,
    /// The warning if the kernel is not a release that selfe knows.
    pub note: Option<String>,
}

impl Recognised {
    /// Whether the kernel is older than a release of that number.
    pub(crate) fn is_before(&self, release: &str) -> bool {
        // A kernel newer than all known releases uses the newest one's data, and is older than
        // none.
        Version::parse(release).is_some_and(|other| Version::parse(&self.release.name).is_some_and(|own| own < other))
    }
}

/// Recognises a kernel by its `VERSION` file, or else by the files that were added in each release.
pub fn recognise(kernel_dir: &Path) -> Recognised {
    let text = version_file(kernel_dir).unwrap_or_default();
    match Version::parse(&text) {
        Some(version) => by_version(&text, version),
        None => by_content(kernel_dir),
    }
}

/// The number of a kernel before 11.0.0, the first that selfe's CMake project can import; empty if
/// such a kernel has no number. None for any other folder.
pub(crate) fn too_old(dir: &Path) -> Option<String> {
    let text = version_file(dir).unwrap_or_default();
    match Version::parse(&text) {
        Some(version) => (version.numbers < [11, 0, 0]).then_some(text),
        // A file that every kernel has, and one that was added in 11.0.0.
        None => {
            let is_kernel = dir.join("libsel4").is_dir() && dir.join("src/kernel").is_dir();
            (is_kernel && !dir.join("FindseL4.cmake").exists()).then(String::new)
        }
    }
}

/// The first line of a kernel's `VERSION` file; none if it is not a text file. A kernel may come
/// from anywhere, and its version is passed to cargo.
fn version_file(dir: &Path) -> Option<String> {
    const LONGEST: u64 = 64;
    let path = dir.join("VERSION");
    // Opening a pipe would block.
    if !std::fs::metadata(&path).ok()?.is_file() {
        return None;
    }
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).ok()?;
    file.take(LONGEST).read_to_end(&mut bytes).ok()?;
    let line = bytes.split(|byte| matches!(byte, b'\n' | b'\r')).next()?;
    Some(str::from_utf8(line).ok()?.trim().to_owned())
}

/// The release that a kernel is expected to be before its sources are here: the one that a tag
/// names, or else the newest.
pub fn expected(kernel: &RepoSource) -> &'static Release {
    match kernel {
        RepoSource::LocalPath(dir) if dir.is_dir() => recognise(dir).release,
        RepoSource::RemoteGit {
            target: GitTarget::Tag(tag),
            ..
        } => by_name(tag).unwrap_or_else(newest),
        _ => newest(),
    }
}

fn by_version(text: &str, version: Version) -> Recognised {
    let number = |release: &Release| Version::parse(&release.name).unwrap_or_default();
    let oldest = &all()[0];
    let (release, note) = if version.cmp(&number(newest())) == Ordering::Greater {
        let note = format!(
            "seL4 {text} is newer than {0}, the newest release that selfe knows: building it as {0}",
            newest().name
        );
        (newest(), Some(note))
    } else if version.cmp(&number(oldest)) == Ordering::Less {
        let note = format!(
            "seL4 {text} is older than {0}, the oldest release that selfe knows: building it as {0}, which may fail",
            oldest.name
        );
        (oldest, Some(note))
    } else {
        let mut not_newer = all().iter().rev().filter(|release| number(release) <= version);
        (not_newer.next().unwrap_or(oldest), None)
    };
    Recognised {
        version: text.to_owned(),
        release,
        note,
    }
}

fn by_content(kernel_dir: &Path) -> Recognised {
    let has_mark = |release: &&Release| {
        let file = release.identified_by.as_ref();
        file.is_none_or(|file| kernel_dir.join(file).exists())
    };
    let release = all().iter().rev().find(has_mark).unwrap_or(&all()[0]);
    Recognised {
        version: release.name.clone(),
        release,
        note: Some(format!(
            "the kernel's VERSION file has no release number: judging by its files it is seL4 {}",
            release.name
        )),
    }
}

/// A release's number. Commits after it have the same number with a suffix: `16.0.0-dev`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
struct Version {
    numbers: [u32; 3],
    is_after: bool,
}

impl Version {
    fn parse(text: &str) -> Option<Self> {
        let (numbers, word) = text.split_once('-').map_or((text, None), |(n, word)| (n, Some(word)));
        let is_digits = |text: &str| text.chars().all(|c| c.is_ascii_digit());
        let is_word = |word: &str| word.chars().all(|c| c.is_ascii_alphanumeric() || "-+._".contains(c));
        if !numbers.split('.').all(is_digits) || !word.is_none_or(is_word) {
            return None;
        }
        let numbers: Vec<u32> = numbers.split('.').map(str::parse).collect::<Result<_, _>>().ok()?;
        Some(Version {
            numbers: numbers.try_into().ok()?,
            is_after: word.is_some(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kernel(version: Option<&str>, files: &[&str]) -> (Recognised, tempfile::TempDir) {
        let dir = tempfile::tempdir().unwrap();
        if let Some(version) = version {
            std::fs::write(dir.path().join("VERSION"), version).unwrap();
        }
        for file in files {
            let path = dir.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "").unwrap();
        }
        (recognise(dir.path()), dir)
    }

    #[test]
    fn the_version_file_decides() {
        let (found, _dir) = kernel(Some("13.0.0\n"), &[]);
        assert_eq!(
            (found.version.as_str(), found.release.name.as_str()),
            ("13.0.0", "13.0.0")
        );
        assert_eq!(found.note, None);
        // Between two releases: the older one's data, without a warning.
        let (found, _dir) = kernel(Some("13.1.0"), &[]);
        assert_eq!((found.release.name.as_str(), found.note), ("13.0.0", None));
        let (found, _dir) = kernel(Some("13.0.0-dev"), &[]);
        assert_eq!((found.release.name.as_str(), found.note), ("13.0.0", None));
    }

    #[test]
    fn a_newer_or_older_kernel_is_tried_and_told() {
        let newest_name = &newest().name;
        assert!(kernel(Some("12.1.0"), &[]).0.is_before("13.0.0"));
        assert!(!kernel(Some("13.0.0"), &[]).0.is_before("13.0.0"));
        assert!(!kernel(Some("99.0.0"), &[]).0.is_before("16.0.0"));
        for version in ["99.0.0", &format!("{newest_name}-dev")] {
            let (found, _dir) = kernel(Some(version), &[]);
            assert_eq!((found.version.as_str(), &found.release.name), (version, newest_name));
            assert!(found.note.unwrap().contains("is newer than"));
        }
        let (found, _dir) = kernel(Some("10.1.1"), &[]);
        assert_eq!(found.release.name, "12.1.0");
        assert!(found.note.unwrap().contains("is older than"));
    }

    #[test]
    fn without_a_number_its_files_decide() {
        for version in [None, Some("our own"), Some("1.2"), Some("")] {
            let (found, _dir) = kernel(version, &["tools/invocation_json_gen.py"]);
            assert_eq!(found.release.name, "14.0.0", "{version:?}");
            assert!(found.note.unwrap().contains("by its files it is seL4 14.0.0"));
        }
        let (found, _dir) = kernel(None, &[]);
        assert_eq!(found.release.name, "12.1.0");
    }

    #[test]
    fn of_the_version_file_one_short_line_of_plain_text_counts() {
        let (found, _dir) = kernel(Some("16.0.0\ncargo::rustc-link-arg=-x"), &[]);
        assert_eq!(found.version, "16.0.0");
        let huge = format!("16.0.0{}", " ".repeat(1 << 20));
        assert_eq!(kernel(Some(&huge), &[]).0.version, "16.0.0");
        for wrong in [
            "16.0.0-a\u{1b}[2J",
            "16.0.0-a b",
            "+16.0.0",
            "16.0.0-\u{e9}",
            "16.0.0-a\tb",
        ] {
            let (found, _dir) = kernel(Some(wrong), &[]);
            assert!(
                found.note.is_some_and(|note| note.contains("has no release number")),
                "{wrong:?}"
            );
        }
        let (_, dir) = kernel(None, &[]);
        std::fs::write(dir.path().join("VERSION"), b"16.0.0\xff").unwrap();
        assert_eq!(version_file(dir.path()), None);
    }

    #[cfg(unix)]
    #[test]
    fn a_version_file_that_is_none_is_not_waited_for() {
        let (_, dir) = kernel(None, &[]);
        let path = dir.path().join("VERSION");
        assert!(
            std::process::Command::new("mkfifo")
                .arg(&path)
                .status()
                .unwrap()
                .success()
        );
        assert_eq!(version_file(dir.path()), None);
    }

    #[test]
    fn a_kernel_of_2019_is_too_old() {
        let old = |version, files: &[&str]| too_old(kernel(version, files).1.path());
        let tree = ["libsel4/CMakeLists.txt", "src/kernel/boot.c"];
        assert_eq!(old(Some("10.1.1"), &tree).as_deref(), Some("10.1.1"));
        assert_eq!(old(None, &tree).as_deref(), Some(""));
        let since_11 = [tree[0], tree[1], "FindseL4.cmake"];
        assert_eq!(old(Some("11.0.0"), &since_11), None);
        assert_eq!(old(None, &since_11), None);
        assert_eq!(old(None, &["README.md"]), None);
    }

    #[test]
    fn a_tag_tells_before_the_kernel_is_here() {
        let git = |target| RepoSource::RemoteGit {
            url: "https://example.org/seL4".to_owned(),
            target,
        };
        assert_eq!(expected(&git(GitTarget::Tag("14.0.0".to_owned()))).name, "14.0.0");
        assert_eq!(&expected(&git(GitTarget::Branch("master".to_owned()))), &newest());
        assert_eq!(&expected(&RepoSource::LocalPath("no/such/folder".into())), &newest());
    }
}
