//! The README is short, and its root task is the template's.

use selfe_tests::text;
use std::fmt::Write;

/// The code block after the line `` `NAME`: ``.
fn block(name: &str) -> String {
    let readme = text("README.md");
    let (_, after) = readme
        .split_once(&format!("\n`{name}`:\n\n```"))
        .unwrap_or_else(|| panic!("the README has no {name}"));
    let (_, code) = after.split_once('\n').unwrap_or_default();
    code.split_once("```").unwrap_or_default().0.to_owned()
}

fn table(text: &str) -> toml::Table {
    toml::from_str(text).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn it_has_150_lines_of_100_characters_at_most() {
    let readme = text("README.md");
    assert!(readme.lines().count() <= 150, "{} lines", readme.lines().count());
    let mut long = String::new();
    for (number, line) in readme.lines().enumerate() {
        if line.chars().count() > 100 {
            writeln!(long, "{}: {line}", number + 1).unwrap();
        }
    }
    assert!(long.is_empty(), "\n{long}");
}

#[test]
fn its_root_task_is_the_template_s() {
    assert_eq!(block("build.rs"), text("template/build.rs"));
    assert_eq!(block("src/main.rs"), text("template/src/main.rs"));
    let mut template = table(&text("template/Cargo.toml"));
    // What a project outside this repository does not need.
    template.remove("workspace");
    template["package"].as_table_mut().unwrap().remove("rust-version");
    assert_eq!(table(&block("Cargo.toml")), template);
    let (readme, template) = (table(&block("sel4.toml")), table(&text("template/sel4.toml")));
    assert_eq!(readme["sel4"]["kernel"], template["sel4"]["kernel"]);
    assert_eq!(readme["sel4"]["config"]["debug"], template["sel4"]["config"]["debug"]);
    let runner = |text: &str| table(text)["target"]["x86_64-unknown-linux-gnu"].clone();
    assert_eq!(
        runner(&block(".cargo/config.toml")),
        runner(&text("template/.cargo/config.toml"))
    );
}
