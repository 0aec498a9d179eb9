//! No comment line has more than 100 characters, except for tables, code and quoted output.

use std::path::Path;

const MOST: usize = 100;

/// The lines that are too long, with their files.
fn too_long(folder: &Path, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        if path.is_dir() && !path.is_symlink() {
            // Skips hidden folders, cargo's build output and the kernel's sources.
            if !name.starts_with('.') && name != "target" && name != "sources" {
                too_long(&path, found);
            }
        } else if name.ends_with(".rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            found.extend(lines(&text).map(|line| format!("{}:{line}", path.display())));
        }
    }
}

fn lines(text: &str) -> impl Iterator<Item = usize> {
    let mut in_code = false;
    text.lines().enumerate().filter_map(move |(number, line)| {
        let comment = line.trim_start().strip_prefix("//")?.trim_start_matches(['/', '!']);
        if comment.trim_start().starts_with("```") {
            in_code = !in_code;
        }
        let is_free = in_code || comment.trim_start().starts_with('|');
        (!is_free && line.chars().count() > MOST).then_some(number + 1)
    })
}

#[test]
fn no_comment_is_wider_than_100_characters() {
    let mut found = Vec::new();
    too_long(selfe_tests::root(), &mut found);
    assert!(found.is_empty(), "wrap these comments:\n{}", found.join("\n"));
}

#[test]
fn a_wide_line_is_found_and_a_table_is_not() {
    let wide = "x".repeat(MOST);
    let text = format!("// {wide}\n//! | {wide}\n//! ```\n//! {wide}\n//! ```\n/// {wide}\nlet {wide} = 1;\n");
    assert_eq!(lines(&text).collect::<Vec<_>>(), [1, 6]);
}
