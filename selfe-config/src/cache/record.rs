//! The contents of a complete entry: each file with its size and SHA-256, below the maker's text in
//! the marker.
//!
//! The lines are comments in TOML and in CMake's files, so the marker can still be read as the
//! maker wrote it.

use super::{hash, hex};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use std::fs::{self, File, Metadata};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

/// The file that is written last into an entry.
pub const MARKER: &str = "complete.toml";

/// Python writes there at any time.
const NOT_COUNTED: &str = "__pycache__";

const HEAD: &str = "\n# Each file with its kind, size and SHA-256. An entry whose files differ is made again.\n";
const LINE: &str = "#: ";
const END: &str = "#= ";

/// The expected state of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Item {
    /// `f` for a file, `x` for an executable one, `l` for a symbolic link, `?` for anything else.
    kind: char,
    size: u64,
    sha256: String,
}

/// The files of an entry, by their paths.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Record(BTreeMap<String, Item>);

/// How a file of an entry differs from its record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damage {
    /// The file, relative to the entry's folder.
    pub path: String,
    /// What is wrong with it.
    pub what: &'static str,
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.path, self.what)
    }
}

impl Record {
    /// The files that a folder contains now.
    ///
    /// # Errors
    /// One can't be read.
    pub fn of(dir: &Path) -> io::Result<Self> {
        Record::with_stamps(dir).map(|(record, _)| record)
    }

    /// As [`Record::of`], with the files' metadata from before they were read.
    ///
    /// # Errors
    /// One can't be read.
    pub(crate) fn with_stamps(dir: &Path) -> io::Result<(Self, Stamps)> {
        let found = walk(dir)?;
        let stamps = stamps(&found);
        let items = in_parallel(&found, |one| one.item(dir))?;
        let paths = found.into_iter().map(|one| escaped(&one.below));
        Ok((Record(paths.zip(items).collect()), stamps))
    }

    /// The marker's text: the maker's text and the record.
    pub(crate) fn seal(&self, text: &str) -> String {
        let mut sealed = format!("{text}{HEAD}");
        for (path, Item { kind, size, sha256 }) in &self.0 {
            // Writing to a String does not fail.
            let _ = writeln!(sealed, "{LINE}{kind} {size} {sha256} {path}");
        }
        let sum = hash([sealed.as_bytes()]);
        sealed + END + &sum + "\n"
    }

    /// The maker's text and the record from a marker; none if the marker is not complete.
    pub(crate) fn unseal(sealed: &str) -> Option<(String, Record)> {
        let (covered, sum) = sealed.strip_suffix('\n')?.rsplit_once(END)?;
        if hash([covered.as_bytes()]) != sum {
            return None;
        }
        let (text, lines) = covered.rsplit_once(HEAD)?;
        let items: Option<BTreeMap<_, _>> = lines.lines().map(item).collect();
        Some((text.to_owned(), Record(items?)))
    }

    /// All differences between a folder and the record.
    ///
    /// # Errors
    /// The folder can't be read.
    pub(crate) fn damages(&self, dir: &Path) -> io::Result<Vec<Damage>> {
        let now = Record::of(dir)?;
        let mut damages = Vec::new();
        for (path, item) in &self.0 {
            let what = match now.0.get(path) {
                None => "is not there",
                Some(now) if now.size != item.size => "has another size",
                Some(now) if now.sha256 != item.sha256 => "has another content",
                Some(now) if now.kind != item.kind => "is of another kind",
                Some(_) => continue,
            };
            damages.push((path, what));
        }
        let added = now.0.keys().filter(|path| !self.0.contains_key(*path));
        damages.extend(added.map(|path| (path, "does not belong there")));
        let damages = damages.into_iter();
        Ok(damages
            .map(|(path, what)| Damage {
                path: path.clone(),
                what,
            })
            .collect())
    }
}

fn item(line: &str) -> Option<(String, Item)> {
    let mut words = line.strip_prefix(LINE)?.splitn(4, ' ');
    let kind = words.next()?.chars().next()?;
    let size = words.next()?.parse().ok()?;
    let sha256 = words.next()?.to_owned();
    Some((words.next()?.to_owned(), Item { kind, size, sha256 }))
}

/// A path as one unambiguous line of text.
fn escaped(path: &Path) -> String {
    let mut text = String::new();
    for &byte in path.as_os_str().as_bytes() {
        if (b' '..=b'~').contains(&byte) && byte != b'%' {
            text.push(char::from(byte));
        } else {
            let _ = write!(text, "%{byte:02x}");
        }
    }
    text
}

/// The current state of a file.
struct FileMeta {
    below: PathBuf,
    meta: Metadata,
}

impl FileMeta {
    fn item(&self, dir: &Path) -> io::Result<Item> {
        let path = dir.join(&self.below);
        let kind = self.meta.file_type();
        let (kind, size, sum) = if kind.is_symlink() {
            let target = fs::read_link(&path)?;
            let bytes = target.as_os_str().as_bytes();
            ('l', bytes.len() as u64, Sha256::digest(bytes))
        } else if kind.is_file() {
            let (size, sum) = sum_of(&path)?;
            let is_program = self.meta.permissions().mode() & 0o100 != 0;
            (if is_program { 'x' } else { 'f' }, size, sum)
        } else {
            // Opening a pipe would block.
            ('?', 0, Sha256::digest(b""))
        };
        let sha256 = hex(&sum);
        Ok(Item { kind, size, sha256 })
    }
}

type Sum = sha2::digest::Output<Sha256>;

/// The size and SHA-256 of a file. Reading it here does not count as a use.
fn sum_of(path: &Path) -> io::Result<(u64, Sum)> {
    let open = |flags: rustix::fs::OFlags| {
        let mut options = File::options();
        options.read(true).custom_flags(flags.bits() as i32).open(path)
    };
    #[cfg(target_os = "linux")]
    let file = open(rustix::fs::OFlags::NOATIME).or_else(|_| open(rustix::fs::OFlags::empty()))?;
    #[cfg(not(target_os = "linux"))]
    let file = open(rustix::fs::OFlags::empty())?;
    let mut hasher = Hasher(Sha256::new());
    let size = io::copy(&mut &file, &mut hasher)?;
    Ok((size, hasher.0.finalize()))
}

struct Hasher(Sha256);

impl io::Write for Hasher {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Every file in a folder, by its path, except the marker.
fn walk(root: &Path) -> io::Result<Vec<FileMeta>> {
    let mut files = Vec::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(root.join(&folder))? {
            let entry = entry?;
            let name = entry.file_name();
            let below = folder.join(&name);
            if below == Path::new(MARKER) {
                continue;
            }
            let meta = entry.metadata()?;
            if !meta.is_dir() {
                files.push(FileMeta { below, meta });
            } else if name != NOT_COUNTED {
                folders.push(below);
            }
        }
    }
    files.sort_by(|one, other| one.below.cmp(&other.below));
    Ok(files)
}

/// The metadata of each file, including the boot: damage from a power cut shows in no file's times.
pub struct Stamps(String);

fn stamps(found: &[FileMeta]) -> Stamps {
    let mut text = fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    for FileMeta { below, meta } in found {
        let (device, inode, mode) = (meta.dev(), meta.ino(), meta.mode());
        let (changed, nanoseconds, modified) = (meta.ctime(), meta.ctime_nsec(), meta.mtime());
        let size = meta.size();
        let path = escaped(below);
        // Writing to a String does not fail.
        let _ = writeln!(
            text,
            "{device} {inode} {mode} {size} {changed} {nanoseconds} {modified} {path}"
        );
    }
    Stamps(text)
}

/// Identifies the state of a folder's files and its marker, as long as nobody writes to them. No
/// file is read for it.
///
/// # Errors
/// The folder can't be read.
pub(crate) fn fingerprint(dir: &Path, sealed: &str) -> io::Result<String> {
    Ok(combined(&stamps(&walk(dir)?), sealed))
}

/// The fingerprint of those files and that marker.
pub(crate) fn combined(Stamps(stamps): &Stamps, sealed: &str) -> String {
    // The marker's own checksum represents it.
    let sum = sealed.rsplit(END).next().unwrap_or_default();
    hash([stamps.as_bytes(), sum.as_bytes()])
}

/// Does something with each file, on all processors: a build script is not optimised, so hashing
/// takes long.
fn in_parallel<T: Sync, R: Send>(all: &[T], work: impl Fn(&T) -> io::Result<R> + Sync) -> io::Result<Vec<R>> {
    const MOST: usize = 8;
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(MOST);
    let next = AtomicUsize::new(0);
    let run = || -> io::Result<Vec<(usize, R)>> {
        let mut done = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(one) = all.get(at) else { return Ok(done) };
            done.push((at, work(one)?));
        }
    };
    let mut done = std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(run)).collect();
        let mut done = run()?;
        for other in others {
            let joined = other.join().map_err(|_| io::Error::other("a thread panicked"))?;
            done.extend(joined?);
        }
        io::Result::Ok(done)
    })?;
    done.sort_by_key(|(at, _)| *at);
    Ok(done.into_iter().map(|(_, result)| result).collect())
}

/// Syncs everything in a folder to disk: what is written next must not be there without it.
///
/// # Errors
/// A file can't be synced.
pub(crate) fn sync(dir: &Path) -> io::Result<()> {
    #[cfg(target_os = "linux")]
    rustix::fs::syncfs(File::open(dir)?)?;
    #[cfg(not(target_os = "linux"))]
    for found in walk(dir)?.iter().filter(|found| found.meta.is_file()) {
        File::open(dir.join(&found.below))?.sync_all()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
