//! Which programs a package has, as cargo finds them.

use std::fs;
use std::path::Path;

/// Whether a package has an example: one that its manifest names, or one in the folder `examples`,
/// unless the manifest says `autoexamples = false`.
pub fn has_examples(package: &Path) -> bool {
    let text = fs::read_to_string(package.join("Cargo.toml")).unwrap_or_default();
    let manifest: toml::Table = text.parse().unwrap_or_default();
    let named = manifest.get("example").and_then(toml::Value::as_array);
    if named.is_some_and(|examples| !examples.is_empty()) {
        return true;
    }
    let section = manifest.get("package").and_then(toml::Value::as_table);
    let finds = section
        .and_then(|section| section.get("autoexamples"))
        .and_then(toml::Value::as_bool);
    let entries = fs::read_dir(package.join("examples")).into_iter().flatten().flatten();
    let is_program = |path: &Path| {
        let is_hidden = path
            .file_name()
            .is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
        !is_hidden && (path.extension().is_some_and(|kind| kind == "rs") || path.join("main.rs").is_file())
    };
    finds != Some(false) && entries.map(|entry| entry.path()).any(|path| is_program(&path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn examples_are_found_as_cargo_finds_them() {
        let dir = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let path = dir.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        assert!(!has_examples(dir.path()));
        write("Cargo.toml", "[package]\nname = 'a'\n");
        write("examples/data/notes.txt", "");
        write("examples/.hidden.rs", "");
        assert!(!has_examples(dir.path()));
        write("examples/data/main.rs", "");
        assert!(has_examples(dir.path()));
        write("Cargo.toml", "[package]\nname = 'a'\nautoexamples = false\n");
        assert!(!has_examples(dir.path()));
        write(
            "Cargo.toml",
            "[package]\nname = 'a'\nautoexamples = false\n[[example]]\nname = 'b'\n",
        );
        assert!(has_examples(dir.path()));
    }
}
