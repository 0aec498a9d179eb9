//! Where cargo puts its build output: cargo is asked.
//!
//! `CARGO_TARGET_DIR`, `build.target-dir` and a workspace each move the target folder, and
//! `build.target` adds a folder to it. A `root_task_image` that begins with `target/` means the
//! target folder, wherever it is.

use std::env;
use std::path::{Component, Path, PathBuf};
use std::process::{Command, Stdio};

/// Cargo's default name of the target folder.
const TARGET: &str = "target";

/// The files that `root_task_image` may mean, the most likely first; `image` counts from `base`.
/// Cargo is asked only if the path contains a folder `target`.
pub fn images(base: &Path, image: &Path) -> Vec<PathBuf> {
    let literal = base.join(image);
    let mut all = Vec::new();
    if literal.components().any(|part| part.as_os_str() == TARGET)
        && let Some(workspace) = Workspace::of(base)
    {
        let triple = environment_target().or_else(|| configured_target(base));
        all = workspace.images(&normalized(base, &literal), triple.as_deref());
    }
    if !all.contains(&normalized(base, &literal)) {
        all.push(literal);
    }
    all
}

/// The cargo that runs selfe, or else the one on `PATH`.
pub fn command() -> Command {
    Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// What cargo says about the package or workspace of a folder.
struct Workspace {
    /// The folders whose `target` means the target folder: that of sel4.toml, and the workspace's.
    roots: Vec<PathBuf>,
    target_dir: PathBuf,
}

impl Workspace {
    /// None without cargo or a package.
    fn of(base: &Path) -> Option<Self> {
        let mut command = command();
        command.args(["metadata", "--no-deps", "--format-version", "1"]);
        let output = command.current_dir(base).stdin(Stdio::null()).output().ok()?;
        let said: serde_json::Value = serde_json::from_slice(&output.stdout).ok()?;
        let path = |key: &str| said.get(key)?.as_str().map(PathBuf::from);
        Some(Workspace {
            roots: vec![normalized(base, base), path("workspace_root")?],
            target_dir: path("target_directory")?,
        })
    }

    /// The files that a path may mean, given a `build.target` in cargo's configuration.
    fn images(&self, path: &Path, triple: Option<&str>) -> Vec<PathBuf> {
        let below = |root: &PathBuf| path.strip_prefix(root.join(TARGET)).ok();
        let below = self
            .roots
            .iter()
            .find_map(below)
            .or(path.strip_prefix(&self.target_dir).ok());
        let Some(below) = below else { return Vec::new() };
        let mut all = Vec::new();
        if let Some(triple) = triple.filter(|_| !names_a_target(below)) {
            all.push(self.target_dir.join(triple).join(below));
        }
        all.push(self.target_dir.join(below));
        all
    }
}

/// Whether a path in the target folder includes the folder of a Rust target: `TARGET/PROFILE/NAME`
/// rather than `PROFILE/NAME`.
fn names_a_target(below: &Path) -> bool {
    let parts: Vec<_> = below.components().map(Component::as_os_str).collect();
    match &parts[..] {
        [first, second, _, ..] => *first != "debug" && *first != "release" && *second != "examples",
        _ => false,
    }
}

fn environment_target() -> Option<String> {
    env::var("CARGO_BUILD_TARGET")
        .ok()
        .filter(|target| !target.is_empty())
        .map(file_stem)
}

/// The only `build.target` in cargo's configuration files: the nearest file counts, and the user's
/// own comes last.
fn configured_target(base: &Path) -> Option<String> {
    let base = std::path::absolute(base).ok()?;
    let home = env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(PathBuf::from(env::var_os("HOME")?).join(".cargo")));
    let folders = base.ancestors().map(|folder| folder.join(".cargo")).chain(home);
    folders
        .flat_map(|folder| [folder.join("config"), folder.join("config.toml")])
        .filter(|file| file.is_file())
        .filter_map(|file| std::fs::read_to_string(file).ok())
        .find_map(|text| target_of(&text))
}

fn target_of(text: &str) -> Option<String> {
    let table: toml::Table = text.parse().ok()?;
    match table.get("build")?.get("target")? {
        toml::Value::String(one) => Some(file_stem(one.clone())),
        toml::Value::Array(all) => match &all[..] {
            [one] => one.as_str().map(|one| file_stem(one.to_owned())),
            _ => None,
        },
        _ => None,
    }
}

/// The folder of a target file has its name without the extension.
fn file_stem(target: String) -> String {
    match target.strip_suffix(".json") {
        Some(path) => path.rsplit('/').next().unwrap_or(path).to_owned(),
        None => target,
    }
}

/// The absolute path without `.` and `..`; symbolic links are kept, as cargo does.
fn normalized(base: &Path, path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| base.join(path));
    let mut found = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => drop(found.pop()),
            other => found.push(other),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn workspace() -> Workspace {
        Workspace {
            roots: vec!["/w/member".into(), "/w".into()],
            target_dir: "/elsewhere".into(),
        }
    }

    #[test]
    fn the_target_folder_is_meant_by_its_usual_name() {
        let images = |path: &str| workspace().images(Path::new(path), None);
        for path in [
            "/w/member/target/debug/hello",
            "/w/target/debug/hello",
            "/elsewhere/debug/hello",
        ] {
            assert_eq!(images(path), [Path::new("/elsewhere/debug/hello")], "{path}");
        }
        assert_eq!(images("/w/member/out/target/debug/hello"), Vec::<PathBuf>::new());
        assert_eq!(images("/w/member/hello"), Vec::<PathBuf>::new());
    }

    #[test]
    fn a_configured_target_adds_its_folder_unless_the_path_has_one() {
        let images = |path: &str| workspace().images(Path::new(path), Some("x86_64-unknown-none"));
        let both = ["/elsewhere/x86_64-unknown-none/debug/hello", "/elsewhere/debug/hello"].map(PathBuf::from);
        assert_eq!(images("/w/target/debug/hello"), both);
        assert_eq!(images("/w/target/debug/examples/hello").len(), 2);
        assert_eq!(images("/w/target/dist/hello").len(), 2);
        for path in ["aarch64-unknown-none/debug/hello", "x86_64-unknown-none/dist/hello"] {
            assert_eq!(
                images(&format!("/w/target/{path}")),
                [Path::new("/elsewhere").join(path)]
            );
        }
    }

    #[test]
    fn the_target_of_a_configuration_file() {
        let found = |text: &str| target_of(text);
        assert_eq!(found("[build]\ntarget = 'a-b-c'").as_deref(), Some("a-b-c"));
        assert_eq!(found("build.target = ['targets/own.json']").as_deref(), Some("own"));
        for text in ["[build]\ntarget = ['a', 'b']", "[build]\njobs = 1", "no TOML at all"] {
            assert_eq!(found(text), None, "{text}");
        }
    }

    #[test]
    fn cargo_is_not_needed() {
        let dir = tempfile::tempdir().unwrap();
        let image = Path::new("target/root.elf");
        assert_eq!(images(dir.path(), image), [dir.path().join(image)]);
    }
}
