//! The README is short, and its root task is the template's.

use selfe_tests::text;
use std::fmt::Write;

/// The code block after the line that ends by naming a file.
fn block(name: &str) -> String {
    let readme = text("README.md");
    let headings = [
        format!("`{name}`:\n\n```"),
        format!("`{name}` names the kernel and its options:\n\n```"),
    ];
    let (_, after) = headings
        .iter()
        .find_map(|heading| readme.split_once(heading.as_str()))
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
    assert_eq!(block("src/main.rs"), text("template/src/main.rs"));
    assert_eq!(block("tests/on_target.rs"), text("template/tests/on_target.rs"));
    let (readme, template) = (table(&block("sel4.toml")), table(&text("template/sel4.toml")));
    assert_eq!(readme["sel4"]["kernel"], template["sel4"]["kernel"]);
    assert_eq!(readme["sel4"]["config"]["debug"], template["sel4"]["config"]["debug"]);
}
