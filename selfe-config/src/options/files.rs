//! Options whose value names a file that the kernel's build reads.
//!
//! A relative path counts from the folder of sel4.toml. The files' content, including a device
//! tree's includes, is part of the build's key and is copied into the build: what is built is what
//! was hashed. A file that CMake runs is used where it is, since it may look for files beside it.
//!
//! The kernel's CMake files show which options these are: see [`Declarations::names_file`]. Inputs
//! that no kernel declares, and CMake's own, are listed here.

use super::asked::{KernelOptions, Origin};
use super::declared::Declarations;
use super::input::{FOLDER, Unreadable, read};
use super::{NoFile, dts};
use crate::cache::{CacheError, hash, io_error};
use crate::model::contextualized::Contextualized;
use crate::tools::identity;
use std::fs;
use std::path::{Path, PathBuf};

/// Inputs of the kernel's platforms that name files.
const INPUTS: &[&str] = &["QEMU_DTB", "QEMU_DTS"];

/// Scripts that CMake runs.
const SCRIPTS: &[&str] = &[
    "CMAKE_PROJECT_INCLUDE",
    "CMAKE_PROJECT_INCLUDE_BEFORE",
    "CMAKE_PROJECT_TOP_LEVEL_INCLUDES",
    "CMAKE_TOOLCHAIN_FILE",
    "CMAKE_USER_MAKE_RULES_OVERRIDE",
    "CMAKE_USER_MAKE_RULES_OVERRIDE_ASM",
    "CMAKE_USER_MAKE_RULES_OVERRIDE_C",
];

/// Programs that CMake or the kernel's platforms run: a file if the value contains a `/`, or else a
/// name on `PATH`.
const PROGRAMS: &[&str] = &[
    "CMAKE_AR",
    "CMAKE_ASM_COMPILER",
    "CMAKE_C_COMPILER",
    "CMAKE_LINKER",
    "CMAKE_OBJCOPY",
    "CMAKE_RANLIB",
    "CMAKE_STRIP",
    "DTC_TOOL",
    "QEMU_BINARY",
];

/// An option that names files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NamedFiles {
    /// The option.
    pub(crate) option: String,
    /// Every file that was read for it.
    pub(crate) read: Vec<PathBuf>,
    value: Value,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Value {
    /// Copies, by their names. Only the first ones, up to the number, are passed to CMake.
    Copies(Vec<(String, Vec<u8>)>, usize),
    /// Files that are used where they are, and their content.
    InPlace(Vec<PathBuf>, String),
}

impl NamedFiles {
    /// What becomes part of the build's key.
    pub(crate) fn identity(&self) -> String {
        match &self.value {
            Value::Copies(copies, _) => hash(
                copies
                    .iter()
                    .flat_map(|(name, content)| [name.as_bytes(), content.as_slice()]),
            ),
            Value::InPlace(paths, content) => format!("{paths:?} {content}"),
        }
    }

    /// Whether the build uses the files where they are.
    pub(crate) fn is_in_place(&self) -> bool {
        matches!(self.value, Value::InPlace(..))
    }

    /// The value for CMake, with the copies in that folder.
    pub(crate) fn value(&self, folder: &Path) -> String {
        let paths: Vec<String> = match &self.value {
            Value::Copies(copies, given) => {
                let names = copies.iter().take(*given);
                names.map(|(name, _)| folder.join(name).display().to_string()).collect()
            }
            Value::InPlace(paths, _) => paths.iter().map(|path| path.display().to_string()).collect(),
        };
        paths.join(";")
    }

    /// The folders of the files that are used where they are.
    pub(crate) fn folders(&self) -> Vec<&Path> {
        match &self.value {
            Value::Copies(..) => Vec::new(),
            Value::InPlace(paths, _) => paths.iter().filter_map(|path| path.parent()).collect(),
        }
    }

    /// Writes the copies.
    ///
    /// # Errors
    /// A copy can't be written.
    pub(crate) fn write(&self, folder: &Path) -> Result<(), CacheError> {
        let Value::Copies(copies, _) = &self.value else {
            return Ok(());
        };
        fs::create_dir_all(folder).map_err(io_error("create", folder))?;
        for (name, content) in copies {
            let path = folder.join(name);
            fs::write(&path, content).map_err(io_error("write", &path))?;
        }
        Ok(())
    }
}

/// Whether CMake got a copy for that option, which means that it used the requested file.
pub(crate) fn is_copy(option: &str, value: &str) -> bool {
    let copy = format!("/{FOLDER}/{option}-");
    !value.is_empty() && value.split(';').all(|path| path.contains(&copy))
}

/// Reads the files that the options name.
///
/// # Errors
/// One can't be read.
pub fn named(
    options: &KernelOptions,
    declared: &Declarations,
    config: &Contextualized,
) -> Result<Vec<NamedFiles>, NoFile> {
    let mut all = Vec::new();
    for (name, option) in &options.options {
        let value = option.value.to_string();
        if value.is_empty() || !matches!(option.origin, Origin::Sel4Toml | Origin::Platform) {
            continue;
        }
        let is_program = PROGRAMS.contains(&name.as_str()) && value.contains('/');
        let is_script = SCRIPTS.contains(&name.as_str());
        let is_input = INPUTS.contains(&name.as_str()) || declared.names_file(name);
        if !(is_program || is_script || is_input) {
            continue;
        }
        let base = config.context.base_dir.as_deref();
        let paths = split(&value, base);
        let found = if is_input {
            copies(name, &paths)
        } else {
            in_place(name, paths, is_script)
        };
        all.push(found.map_err(|Unreadable(path, error)| NoFile {
            at: options.place(name, &config.asked_at),
            option: name.clone(),
            value: value.clone(),
            path,
            cause: error.to_string(),
        })?);
    }
    Ok(all)
}

/// The files of a list, which CMake separates with `;`; a file's name may contain that character
/// too.
fn split(value: &str, base: Option<&Path>) -> Vec<PathBuf> {
    let absolute = |path: &str| {
        let path = base.map_or_else(|| PathBuf::from(path), |base| base.join(path));
        std::path::absolute(&path).unwrap_or(path)
    };
    let whole = absolute(value);
    if whole.exists() {
        return vec![whole];
    }
    value.split(';').filter(|part| !part.is_empty()).map(absolute).collect()
}

fn copies(option: &str, paths: &[PathBuf]) -> Result<NamedFiles, Unreadable> {
    let mut read_files = Vec::new();
    let mut copies = Vec::new();
    let is_source = |path: &PathBuf| {
        let ending = path.extension().unwrap_or_default();
        ["dts", "dtsi", "dtso", "overlay"].iter().any(|word| ending == *word)
    };
    if paths.iter().all(is_source) {
        // The kernel joins them itself, except for the one option that takes a single file.
        let mut tree = dts::Flat::new(option);
        for path in paths {
            tree.add(path)?;
        }
        copies.push((format!("{option}-0.dts"), tree.text));
        copies.extend(tree.binaries);
        read_files = tree.read;
        return Ok(NamedFiles {
            option: option.to_owned(),
            read: read_files,
            value: Value::Copies(copies, 1),
        });
    }
    for (number, path) in paths.iter().enumerate() {
        // The extension tells the compiler what it is.
        let ending = path.extension().and_then(|ending| ending.to_str());
        let is_word = |ending: &&str| ending.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let ending = ending.filter(is_word).map(|ending| format!(".{ending}"));
        copies.push((format!("{option}-{number}{}", ending.unwrap_or_default()), read(path)?));
        read_files.push(path.clone());
    }
    let given = copies.len();
    Ok(NamedFiles {
        option: option.to_owned(),
        read: read_files,
        value: Value::Copies(copies, given),
    })
}

fn in_place(option: &str, paths: Vec<PathBuf>, is_script: bool) -> Result<NamedFiles, Unreadable> {
    let mut read_files = Vec::new();
    let mut content = Vec::new();
    for path in &paths {
        if is_script {
            scripts(path, &mut read_files, &mut content)?;
        } else {
            fs::metadata(path).map_err(|error| Unreadable(path.clone(), error))?;
            content.push(identity::of(path));
            read_files.push(path.clone());
        }
    }
    Ok(NamedFiles {
        option: option.to_owned(),
        read: read_files,
        value: Value::InPlace(paths, hash(content.iter().map(String::as_bytes))),
    })
}

/// A CMake script, with the scripts beside it that it includes.
fn scripts(path: &Path, read_files: &mut Vec<PathBuf>, content: &mut Vec<String>) -> Result<(), Unreadable> {
    let text = String::from_utf8_lossy(&read(path)?).into_owned();
    read_files.push(path.to_owned());
    let folder = path.parent().unwrap_or(Path::new("/"));
    for command in super::declared::commands(&text)
        .iter()
        .filter(|command| command.name == "include")
    {
        let Some(argument) = command.arguments.first() else {
            continue;
        };
        let included = argument.replace("${CMAKE_CURRENT_LIST_DIR}", &folder.display().to_string());
        let included = folder.join(included);
        if included.is_file() && !read_files.contains(&included) {
            scripts(&included, read_files, content)?;
        }
    }
    content.push(text);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(named: &NamedFiles) -> Vec<(&str, String)> {
        let Value::Copies(copies, _) = &named.value else {
            panic!("{named:?}")
        };
        let copies = copies.iter();
        copies
            .map(|(name, content)| (name.as_str(), String::from_utf8_lossy(content).into_owned()))
            .collect()
    }

    #[test]
    fn a_list_of_device_trees_is_one() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("a.dts"), "/dts-v1/;\n/include/ \"b.dtsi\"\n").unwrap();
        fs::write(dir.path().join("b.dtsi"), "/ { b; };\n").unwrap();
        fs::write(dir.path().join("c.dts"), "/ { c; };\n").unwrap();
        let paths = split("a.dts;c.dts", Some(dir.path()));
        let named = copies("Option", &paths).unwrap_or_else(|Unreadable(path, error)| panic!("{path:?} {error}"));
        assert_eq!(
            texts(&named),
            [("Option-0.dts", "/dts-v1/;\n/ { b; };\n\n\n\n/ { c; };\n\n".to_owned())]
        );
        let names = ["a.dts", "b.dtsi", "c.dts"].map(|name| dir.path().join(name));
        assert_eq!(named.read, names);
        assert_eq!(named.value(Path::new("/x/inputs")), "/x/inputs/Option-0.dts");
        assert!(is_copy("Option", &named.value(Path::new("/x/inputs"))) && !is_copy("Other", "/x/inputs/Option-0.dts"));
    }

    #[test]
    fn a_name_may_have_the_character_that_separates_a_list() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("a;b.c"), "").unwrap();
        assert_eq!(split("a;b.c", Some(dir.path())), [dir.path().join("a;b.c")]);
        assert_eq!(split("a;c.c", Some(dir.path())).len(), 2);
    }

    #[test]
    fn a_script_counts_with_what_it_includes() {
        let dir = tempfile::tempdir().unwrap();
        let (script, beside) = (dir.path().join("a.cmake"), dir.path().join("b.cmake"));
        fs::write(
            &script,
            "include(${CMAKE_CURRENT_LIST_DIR}/b.cmake)\ninclude(CheckSomething)\n",
        )
        .unwrap();
        fs::write(&beside, "set(A 1)\ninclude(a.cmake)\n").unwrap();
        let of = || match in_place("CMAKE_TOOLCHAIN_FILE", vec![script.clone()], true) {
            Ok(named) => named,
            Err(Unreadable(path, error)) => panic!("{path:?} {error}"),
        };
        let first = of();
        assert_eq!(first.read, [script.clone(), beside.clone()]);
        assert_eq!(first.value(Path::new("/x")), script.display().to_string());
        fs::write(&beside, "set(A 2)\n").unwrap();
        assert_ne!(of().identity(), first.identity());
    }
}
