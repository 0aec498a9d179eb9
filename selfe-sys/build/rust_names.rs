//! C's names where Rust has a use of its own for them.

/// Names that Rust has a use of its own for; bindgen appends `_` to them too.
const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "const", "crate", "do", "dyn", "extern", "final", "fn", "gen",
    "impl", "in", "let", "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "self",
    "super", "trait", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where", "yield",
];

/// An argument's name.
pub fn argument(name: &str) -> String {
    if KEYWORDS.contains(&name) {
        format!("{name}_")
    } else {
        name.to_owned()
    }
}
