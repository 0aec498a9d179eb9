//! Writes a project's files. What exists stays as it is, except that manifests and cargo's
//! configuration get what they lack.

use super::{merge, text};
use crate::cargo;
use crate::exit::Failure;
use selfe_config::ErrorKind;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Stdio;

/// The program that `cargo new` writes. It is not a root task.
const HELLO: &str = "fn main() {\n    println!(\"Hello, world!\");\n}\n";

/// The root of the workspace that a package belongs to.
pub fn workspace_root(package: &Path) -> Result<PathBuf, Failure> {
    let output = cargo::command()
        .args(["locate-project", "--workspace", "--message-format", "plain"])
        .current_dir(package)
        .stdin(Stdio::null())
        .output();
    let failed = |why: String| {
        let message = format!("cargo can't read the package in {}: {why}", package.display());
        Failure::new(ErrorKind::Usage, message)
    };
    let output = output.map_err(|error| failed(error.to_string()))?;
    if !output.status.success() {
        return Err(failed(String::from_utf8_lossy(&output.stderr).trim().to_owned()));
    }
    let path = PathBuf::from(String::from_utf8_lossy(&output.stdout).trim());
    path.parent()
        .map(Path::to_owned)
        .ok_or_else(|| failed("it names no manifest".to_owned()))
}

/// The files of a project.
pub struct Files {
    package: PathBuf,
    root: PathBuf,
    report: Vec<String>,
}

impl Files {
    pub fn new(package: &Path, root: &Path) -> Self {
        Files {
            package: std::path::absolute(package).unwrap_or_else(|_| package.to_owned()),
            root: root.to_owned(),
            report: Vec::new(),
        }
    }

    /// A file of the package.
    pub fn package(&self, name: &str) -> PathBuf {
        self.package.join(name)
    }

    /// A file of the workspace: cargo reads some at its root alone.
    pub fn root(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// What was done, and what differs.
    pub fn report(self) -> Vec<String> {
        self.report
    }

    /// Creates a file unless there is one.
    pub fn create(&mut self, path: &Path, content: &str) -> Result<bool, Failure> {
        if path.exists() {
            return Ok(false);
        }
        write(path, content)?;
        self.report.push(format!("created {}", self.shown(path)));
        Ok(true)
    }

    /// The same for a program.
    pub fn create_program(&mut self, path: &Path, content: &str) -> Result<(), Failure> {
        if self.create(path, content)? {
            #[cfg(unix)]
            {
                let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
                fs::set_permissions(path, mode).map_err(failed("make executable", path))?;
            }
        }
        Ok(())
    }

    /// Writes the program, in place of the one that `cargo new` writes.
    pub fn main_program(&mut self) -> Result<(), Failure> {
        let path = self.package("src/main.rs");
        match fs::read_to_string(&path) {
            Ok(found) if found != HELLO => {
                if !found.contains("no_main") {
                    self.report.push(format!(
                        "kept {}: a root task begins with `#![no_std]` and `#![no_main]`, and names its main function with `selfe_start::entry!(main)`",
                        self.shown(&path)
                    ));
                }
                Ok(())
            }
            Ok(_) => {
                write(&path, text::MAIN)?;
                self.report
                    .push(format!("replaced the program of `cargo new` in {}", self.shown(&path)));
                Ok(())
            }
            Err(_) if self.package("src/lib.rs").is_file() => Ok(()),
            Err(_) => self.create(&path, text::MAIN).map(drop),
        }
    }

    /// The name of the program. A workspace may have several, which lie in one folder, so there it
    /// is the package's.
    pub fn program_name(&self) -> String {
        let text = fs::read_to_string(self.package("Cargo.toml")).unwrap_or_default();
        let manifest: toml::Table = text.parse().unwrap_or_default();
        let package = manifest.get("package").and_then(|package| package.get("name"));
        match package.and_then(toml::Value::as_str) {
            Some(name) if self.is_member() => name.to_owned(),
            _ => text::PROGRAM.to_owned(),
        }
    }

    /// Whether the package belongs to a workspace with another root.
    fn is_member(&self) -> bool {
        let same = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
        same(&self.package) != same(&self.root)
    }

    /// Adds to the manifests of the package and of the workspace what they lack.
    pub fn merge_manifests(&mut self) -> Result<(), Failure> {
        // A package that has programs, or none but a library, keeps them.
        let own = self.package("Cargo.toml");
        let is_new = fs::read_to_string(self.package("src/main.rs")).is_ok_and(|found| found == HELLO)
            || !self.package("src").exists();
        if is_new {
            self.merge(&own, &text::program(&self.program_name()))?;
        }
        self.merge(&own, text::MANIFEST)?;
        self.merge(&self.root("Cargo.toml"), text::PROFILES)
    }

    /// Adds to a TOML file what it lacks; creates it if there is none.
    pub fn merge(&mut self, path: &Path, wanted: &str) -> Result<(), Failure> {
        if !path.exists() {
            return self.create(path, wanted).map(drop);
        }
        let found = fs::read_to_string(path).map_err(failed("read", path))?;
        let merged = merge::merge(&found, wanted)
            .map_err(|why| Failure::new(ErrorKind::Usage, format!("can't add to {}: {why}", path.display())))?;
        if !merged.added.is_empty() {
            write(path, &merged.text)?;
            self.report
                .push(format!("added to {}: {}", self.shown(path), merged.added.join(", ")));
        }
        for differs in merged.differs {
            self.report.push(format!("kept in {}: {differs}", self.shown(path)));
        }
        Ok(())
    }

    fn shown(&self, path: &Path) -> String {
        let below = path.strip_prefix(&self.package).or(path.strip_prefix(&self.root));
        below.unwrap_or(path).display().to_string()
    }
}

/// Writes a file as a whole: an interrupted command leaves the former one.
fn write(path: &Path, content: &str) -> Result<(), Failure> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(failed("create", folder))?;
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(failed("write", path))?;
    file.write_all(content.as_bytes()).map_err(failed("write", path))?;
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o644);
        file.as_file().set_permissions(mode).map_err(failed("write", path))?;
    }
    file.persist(path).map_err(|error| failed("write", path)(error.error))?;
    Ok(())
}

fn failed(action: &'static str, path: &Path) -> impl Fn(std::io::Error) -> Failure {
    let path = path.to_owned();
    move |error| Failure::new(ErrorKind::Usage, format!("can't {action} {}: {error}", path.display()))
}
