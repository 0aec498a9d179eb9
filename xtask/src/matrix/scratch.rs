//! A case's folder, `target/boot/CASE`: its sel4.toml, its programs, and the log.

use super::Case;
use crate::boot::EXAMPLE;
use crate::run::{Failure, root, target_dir};
use std::fs;
use std::path::{Path, PathBuf};
use toml::{Table, Value};

/// The folder of one case.
#[derive(Debug, Clone)]
pub struct Scratch {
    dir: PathBuf,
}

impl Scratch {
    /// Makes the folder, with the case's sel4.toml and an empty log.
    ///
    /// # Errors
    /// It can't be written, or the workspace's sel4.toml can't be read.
    pub fn new(case: &Case) -> Result<Self, Failure> {
        let dir = target_dir().join("boot").join(&case.name);
        let wrong = |error: std::io::Error| Failure::step(format!("{}: {error}", dir.display()), None);
        fs::create_dir_all(&dir).map_err(wrong)?;
        let base = root().join("sel4.toml");
        let text = fs::read_to_string(&base);
        let text = text.map_err(|error| Failure::step(format!("{}: {error}", base.display()), None))?;
        let scratch = Scratch { dir: dir.clone() };
        fs::create_dir_all(scratch.image_dir()).map_err(wrong)?;
        let write = |dir: &Path, root_task: Option<&str>| {
            let config = config(&text, case, root_task);
            let config = config.map_err(|why| Failure::usage(format!("{}: {why}", base.display())))?;
            write_if_changed(&dir.join("sel4.toml"), &config).map_err(wrong)
        };
        write(&dir, None)?;
        write(&scratch.image_dir(), Some(&format!("../{EXAMPLE}")))?;
        fs::write(scratch.log(), "").map_err(wrong)?;
        Ok(scratch)
    }

    /// The folder itself: `selfe build` in it builds only the kernel.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// A subfolder: `selfe build` in it makes an image of the kernel and the example.
    pub fn image_dir(&self) -> PathBuf {
        self.dir.join("image")
    }

    /// The sel4.toml for the root tasks.
    pub fn config(&self) -> PathBuf {
        self.dir.join("sel4.toml")
    }

    /// The log of what was run, with the output.
    pub fn log(&self) -> PathBuf {
        self.dir.join("log")
    }

    /// Where a root task is kept: cargo's own folder soon has those of the next case.
    pub fn program(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }
}

/// Writing it again would change the file for cargo, which would run every build script again.
fn write_if_changed(path: &Path, text: &str) -> std::io::Result<()> {
    if fs::read_to_string(path).is_ok_and(|old| old == text) {
        return Ok(());
    }
    fs::write(path, text)
}

/// The workspace's sel4.toml with the case's options and root task. xtask builds the programs,
/// because it chooses the toolchain.
fn config(text: &str, case: &Case, root_task: Option<&str>) -> Result<String, String> {
    let mut file: Table = toml::from_str(text).map_err(|error| error.to_string())?;
    let sel4 = table(&mut file, "sel4")?;
    for (_, source) in sel4.iter_mut() {
        // A folder is relative to the file.
        if let Some(Value::String(path)) = source.get_mut("path") {
            *path = root().join(&*path).display().to_string();
        }
    }
    if let Some(chosen) = &case.kernel {
        let kernel = table(sel4, "kernel")?;
        kernel.retain(|name, _| name == "git");
        kernel.extend(chosen.clone());
    }
    // selfe reads the platform's options last, so they win.
    table(table(sel4, "config")?, &case.platform)?.extend(case.options.clone());
    let build = table(table(&mut file, "build")?, &case.platform)?;
    build.retain(|name, _| name != "debug" && name != "release");
    if let Some(image) = root_task {
        table(build, case.profile.word())?.insert("root_task_image".to_owned(), image.into());
    }
    toml::to_string(&file).map_err(|error| error.to_string())
}

/// The table of that name, created if it does not exist.
fn table<'a>(parent: &'a mut Table, name: &str) -> Result<&'a mut Table, String> {
    match parent.entry(name).or_insert_with(|| Table::new().into()) {
        Value::Table(table) => Ok(table),
        _ => Err(format!("`{name}` is not a table")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case() -> Case {
        Case {
            name: "smp".to_owned(),
            platform: "virt".to_owned(),
            sel4_arch: "aarch64".to_owned(),
            profile: super::super::Profile::Debug,
            kernel: None,
            options: toml::from_str("KernelMaxNumNodes = 2").unwrap(),
            features: Vec::new(),
            rust_target: "aarch64-unknown-none".to_owned(),
            build_only: false,
            tests: false,
            gdb: false,
        }
    }

    #[test]
    fn the_options_join_those_of_the_platform() {
        let text = "[sel4]\nkernel = { path = \"seL4\" }\n[sel4.config.virt]\nARM_CPU = \"cortex-a57\"\n";
        let file: Table = toml::from_str(&config(text, &case(), None).unwrap()).unwrap();
        let options = &file["sel4"]["config"]["virt"];
        assert_eq!(options["ARM_CPU"].as_str(), Some("cortex-a57"));
        assert_eq!(options["KernelMaxNumNodes"].as_integer(), Some(2));
        let kernel = Path::new(file["sel4"]["kernel"]["path"].as_str().unwrap());
        assert!(kernel.is_absolute() && kernel.ends_with("seL4"));
    }

    #[test]
    fn another_kernel_takes_the_place_of_the_workspace_s() {
        let text = "[sel4]\nkernel = { git = \"URL\", tag = \"16.0.0\" }\n";
        let mut case = case();
        case.kernel = Some(toml::from_str("branch = \"master\"").unwrap());
        let file: Table = toml::from_str(&config(text, &case, None).unwrap()).unwrap();
        let expected: Table = toml::from_str("git = \"URL\"\nbranch = \"master\"").unwrap();
        assert_eq!(file["sel4"]["kernel"].as_table(), Some(&expected));
    }

    #[test]
    fn selfe_build_finds_the_program_and_builds_none() {
        let text =
            "[sel4]\n[build.virt]\ncross_compiler_prefix = \"arm-\"\n[build.virt.debug]\nmake_root_task = \"make\"\n";
        let build = |root_task| {
            let file: Table = toml::from_str(&config(text, &case(), root_task).unwrap()).unwrap();
            file["build"]["virt"].as_table().unwrap().clone()
        };
        assert!(!build(None).contains_key("debug"));
        let with = build(Some("task"));
        assert_eq!(with["cross_compiler_prefix"].as_str(), Some("arm-"));
        let profile = with["debug"].as_table().unwrap();
        assert_eq!((profile["root_task_image"].as_str(), profile.len()), (Some("task"), 1));
    }
}
