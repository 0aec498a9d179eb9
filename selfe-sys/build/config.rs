//! Writes the kernel's options down as Rust constants.

use selfe_config::kernel::Manifest;
use selfe_config::release::Renamed;
use std::fmt::Write;
use std::path::Path;

/// Writes `config.rs` into cargo's folder for it.
///
/// # Errors
/// The file can't be written.
pub fn write(manifest: &Manifest, out_dir: &Path) -> Result<(), String> {
    let path = out_dir.join("config.rs");
    let options = manifest.options.iter();
    let mut text = constants(options.map(|(name, value)| (name.as_str(), value.as_str())));
    text += &former_names(manifest);
    std::fs::write(&path, text).map_err(|error| format!("can't write {}: {error}", path.display()))
}

/// A constant for each option. One whose name is not an identifier of Rust can't have any.
pub fn constants<'a>(options: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let mut text = String::new();
    for (name, value) in options {
        let mut characters = name.chars();
        let begins = characters.next().is_some_and(|c| c.is_ascii_alphabetic());
        if begins && characters.all(|c| c.is_ascii_alphanumeric() || c == '_') {
            let (kind, literal) = typed(value);
            // Writing to a String never fails.
            let _ = writeln!(
                text,
                "/// `{name}` of the kernel's configuration.\npub const {name}: {kind} = {literal};"
            );
        }
    }
    text
}

/// A deprecated constant for each name that an option had before this release.
fn former_names(manifest: &Manifest) -> String {
    let mut text = String::new();
    for Renamed { from, to, since } in manifest.former_names() {
        let (kind, _) = typed(&manifest.options[&to]);
        // Writing to a String never fails.
        let _ = writeln!(
            text,
            "/// The former name of [`{to}`].\n#[deprecated(note = \"renamed to `{to}` in seL4 {since}\")]\n\
             pub const {from}: {kind} = {to};"
        );
    }
    text
}

/// The type of a value and the value as Rust spells it.
fn typed(value: &str) -> (&'static str, String) {
    match value {
        "ON" => return ("bool", "true".to_owned()),
        "OFF" => return ("bool", "false".to_owned()),
        _ => {}
    }
    let parsed = match value.strip_prefix("0x").or_else(|| value.strip_prefix("0X")) {
        Some(digits) => i128::from_str_radix(digits, 16),
        None => value.parse(),
    };
    match parsed {
        // A word of every kernel, and else of those with words of 64 bits alone.
        Ok(number) if (0..=u32::MAX.into()).contains(&number) => ("usize", value.to_lowercase()),
        Ok(number) if (0..=u64::MAX.into()).contains(&number) => ("u64", value.to_lowercase()),
        Ok(number) if i64::try_from(number).is_ok() => ("i64", number.to_string()),
        _ => ("&str", format!("{value:?}")),
    }
}
