//! `selfe new` and `selfe init`: what they write, and what they leave alone.
//!
//! That the project builds, tests and boots is shown by `cargo_elsewhere` and `second_project` with
//! the folder `template`, which is what `selfe new` writes.

use selfe_tests::{Run, root, run, selfe, text};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The platforms of the template.
const PLATFORMS: [&str; 6] = ["-p", "pc99", "-p", "virt", "-p", "qemu-riscv-virt"];

struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Self {
        Place(tempfile::Builder::new().prefix("a user's ").tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn selfe(&self, folder: &str, arguments: &[&str]) -> Run {
        run(selfe().current_dir(self.path(folder)).args(arguments))
    }

    fn write(&self, name: &str, content: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    fn read(&self, name: &str) -> String {
        let path = self.path(name);
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }
}

/// The files below a folder, with their content, without what cargo and selfe write later.
fn files(folder: &Path) -> BTreeMap<PathBuf, String> {
    fn add(all: &mut BTreeMap<PathBuf, String>, root: &Path, folder: &Path) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            match (path.is_dir(), name.as_str()) {
                (true, ".git" | "target") | (false, "Cargo.lock" | "sel4.lock") => {}
                (true, _) => add(all, root, &path),
                (false, _) => {
                    let content = fs::read_to_string(&path).unwrap();
                    all.insert(path.strip_prefix(root).unwrap().to_owned(), content);
                }
            }
        }
    }
    let mut all = BTreeMap::new();
    add(&mut all, folder, folder);
    all
}

#[test]
fn the_template_is_what_selfe_new_writes() {
    let place = Place::new();
    let mut arguments = vec!["new", "my-root-task", "--no-build"];
    arguments.extend(PLATFORMS);
    place.selfe("", &arguments).success();
    let (written, template) = (files(&place.path("my-root-task")), files(&root().join("template")));
    let names = |files: &BTreeMap<PathBuf, String>| files.keys().cloned().collect::<Vec<_>>();
    let advice = "write it again: `selfe new my-root-task -p pc99 -p virt -p qemu-riscv-virt`, and copy it to template";
    assert_eq!(names(&written), names(&template), "{advice}");
    for (name, content) in &written {
        assert_eq!(*content, template[name], "{}: {advice}", name.display());
    }
    let mode = |path: &Path| std::os::unix::fs::MetadataExt::mode(&fs::metadata(path).unwrap()) & 0o111;
    assert_eq!(mode(&place.path("my-root-task/.cargo/rustc")), 0o111);
    assert_eq!(mode(&root().join("template/.cargo/rustc")), 0o111, "git keeps it");
}

/// The manifest names the versions of crates that selfe-config does not depend on.
#[test]
fn its_versions_are_those_of_the_workspace() {
    let workspace: toml::Table = text("Cargo.toml").parse().unwrap();
    let manifest: toml::Table = text("template/Cargo.toml").parse().unwrap();
    let version = |item: &toml::Value| item.as_str().or_else(|| item["version"].as_str()).unwrap().to_owned();
    for section in ["dependencies", "dev-dependencies", "build-dependencies"] {
        for (name, item) in manifest[section].as_table().unwrap() {
            let of_workspace = version(&workspace["workspace"]["dependencies"][name]);
            assert!(
                of_workspace.starts_with(&format!("{}.", version(item))),
                "{name} is {of_workspace}"
            );
        }
    }
}

#[test]
fn another_platform_decides_the_target() {
    let place = Place::new();
    place
        .selfe("", &["new", "board", "-p", "sabre", "--no-build"])
        .success();
    let config: toml::Table = place.read("board/.cargo/config.toml").parse().unwrap();
    let target = config["build"]["target"].as_str().unwrap();
    assert!(target.starts_with("armv7"), "{target}");
    assert_eq!(config["target"][target]["runner"].as_str(), Some("selfe run"));
    assert_eq!(config["env"]["SEL4_PLATFORM"].as_str(), Some("sabre"));
    assert!(place.read("board/.vscode/settings.json").contains(target));
    assert!(
        place
            .read("board/README.md")
            .contains(&format!("rustup target add {target}"))
    );
    let image = format!("root_task_image = \"target/{target}/debug/root-task\"");
    assert!(place.read("board/sel4.toml").contains(&image));
}

#[test]
fn init_adds_what_lacks_and_keeps_the_rest() {
    let place = Place::new();
    let manifest = "[package]\nname = \"mine\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n\
                    [dependencies]\nselfe-sys = { path = \"../selfe-sys\" } # my own\n\n\
                    [profile.dev]\npanic = \"unwind\"\n";
    let main = "fn main() {\n    println!(\"mine\");\n}\n";
    place.write("mine/Cargo.toml", manifest);
    place.write("mine/src/main.rs", main);
    place.write("mine/sel4.toml", "# mine\n");
    let ran = place.selfe("mine", &["init", "--no-build"]).success();
    for words in [
        "added to Cargo.toml: ",
        "dependencies.selfe-start",
        "kept in Cargo.toml: profile.dev.panic",
        "kept src/main.rs: a root task begins with",
        "created build.rs",
        "created .cargo/rustc",
    ] {
        assert!(ran.out.contains(words), "no `{words}` in {}", ran.out);
    }
    assert_eq!(place.read("mine/src/main.rs"), main);
    assert_eq!(place.read("mine/sel4.toml"), "# mine\n");
    let merged = place.read("mine/Cargo.toml");
    assert!(
        merged.contains("path = \"../selfe-sys\" } # my own") && merged.contains("panic = \"unwind\""),
        "{merged}"
    );
    assert!(!merged.contains("root-task"), "the program has its own name: {merged}");
    let again = place.selfe("mine", &["init", "--no-build"]).success();
    assert!(
        !again.out.contains("added") && !again.out.contains("created"),
        "{}",
        again.out
    );
    assert_eq!(place.read("mine/Cargo.toml"), merged);
}

#[test]
fn a_member_of_a_workspace_has_what_cargo_reads_at_the_root_there() {
    let place = Place::new();
    place.write("all/Cargo.toml", "[workspace]\nresolver = \"3\"\nmembers = []\n");
    place.selfe("all", &["new", "one", "--no-build"]).success();
    let manifest: toml::Table = place.read("all/Cargo.toml").parse().unwrap();
    assert_eq!(manifest["profile"]["dev"]["panic"].as_str(), Some("abort"));
    assert_eq!(manifest["workspace"]["members"][0].as_str(), Some("one"));
    let member: toml::Table = place.read("all/one/Cargo.toml").parse().unwrap();
    assert!(!member.contains_key("profile"));
    assert_eq!(
        member["bin"][0]["name"].as_str(),
        Some("one"),
        "two root tasks lie in one folder"
    );
    for file in [".cargo/config.toml", ".cargo/rustc", "sel4.toml"] {
        assert!(place.path("all").join(file).is_file(), "{file}");
        assert!(!place.path("all/one").join(file).exists(), "{file}");
    }
}

#[test]
fn what_is_wrong_is_told_before_anything_is_written() {
    let place = Place::new();
    let refused = place.selfe("", &["new", "x", "-p", "no-such-board"]);
    assert_eq!(refused.code, Some(2));
    assert!(refused.err.contains("no-such-board"), "{}", refused.err);
    assert!(!place.path("x").exists());
    place.write("there/notes", "mine");
    let refused = place.selfe("", &["new", "there"]);
    assert_eq!(refused.code, Some(2));
    assert!(
        refused.err.contains("`cargo new` did not create the package"),
        "{}",
        refused.err
    );
    assert_eq!(files(&place.path("there")).len(), 1);
    let refused = place.selfe("", &["init", "there"]);
    assert_eq!(refused.code, Some(2));
    assert!(refused.err.contains("selfe new PATH"), "{}", refused.err);
    place.write("broken/Cargo.toml", "[package\n");
    let refused = place.selfe("", &["init", "broken"]);
    assert_eq!(refused.code, Some(2), "{}", refused.err);
    assert_eq!(files(&place.path("broken")).len(), 1);
}
