//! Reading a small text file that a user, or one of the user's tools, wrote.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// Far larger than any sel4.toml or sel4.lock.
const LARGEST: u64 = 16 << 20;

/// The bytes of a file. Opening a pipe would block, and a device may have no end.
pub fn read(path: &Path) -> io::Result<Vec<u8>> {
    let metadata = std::fs::metadata(path)?;
    if metadata.is_dir() {
        return Err(io::Error::other("it is a folder, not a file"));
    }
    if !metadata.is_file() {
        return Err(io::Error::other("it is a pipe or a device, not a file"));
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(LARGEST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST {
        return Err(io::Error::other(
            "it is larger than 16 MiB, so it can't be the right file",
        ));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_file_of_sensible_size_is_read() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("file");
        let says = |path: &Path| read(path).unwrap_err().to_string();
        assert!(says(&path).contains("No such file"));
        assert!(says(dir.path()).contains("it is a folder"));
        std::fs::write(&path, "text").unwrap();
        assert_eq!(read(&path).unwrap(), b"text");
        // A hole: it takes no space on disk.
        File::options()
            .write(true)
            .open(&path)
            .unwrap()
            .set_len(1 << 33)
            .unwrap();
        assert!(says(&path).contains("larger than 16 MiB"));
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_is_not_waited_for() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("pipe");
        assert!(
            std::process::Command::new("mkfifo")
                .arg(&path)
                .status()
                .unwrap()
                .success()
        );
        assert!(read(&path).unwrap_err().to_string().contains("it is a pipe"));
    }
}
