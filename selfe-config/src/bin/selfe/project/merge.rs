//! Adds to a TOML text what it lacks, and keeps its order and comments.

use toml_edit::{DocumentMut, Item, Table, Value};

/// A text with what it lacked.
pub struct Merged {
    pub text: String,
    /// The keys that were added.
    pub added: Vec<String>,
    /// The keys that have another value, and the wanted one.
    pub differs: Vec<String>,
}

/// Adds what is wanted. A value that exists is kept, also if it differs.
///
/// # Errors
/// A text is not TOML, or has a table where the other has a value.
pub fn merge(text: &str, wanted: &str) -> Result<Merged, String> {
    let parse = |text: &str| text.parse::<DocumentMut>().map_err(|error| error.to_string());
    let (mut document, wanted) = (parse(text)?, parse(wanted)?);
    let mut changes = Changes::default();
    changes.table(document.as_table_mut(), wanted.as_table(), "")?;
    Ok(Merged {
        text: document.to_string(),
        added: changes.added,
        differs: changes.differs,
    })
}

#[derive(Default)]
struct Changes {
    added: Vec<String>,
    differs: Vec<String>,
}

impl Changes {
    fn table(&mut self, into: &mut Table, wanted: &Table, path: &str) -> Result<(), String> {
        for (key, item) in wanted {
            let full = if path.is_empty() {
                key.to_owned()
            } else {
                format!("{path}.{key}")
            };
            match (into.get_mut(key), item) {
                (None, _) => {
                    self.name(&full, item);
                    let mut item = item.clone();
                    // Behind everything that is there.
                    place_last(&mut item);
                    begin_paragraph(&mut item);
                    into.insert_formatted(&key_of(wanted, key), item);
                }
                (Some(Item::Table(found)), Item::Table(item)) => {
                    // A table that exists only by its sub-tables is shown once it has a value.
                    if item.iter().any(|(_, item)| item.is_value()) {
                        found.set_implicit(false);
                    }
                    self.table(found, item, &full)?;
                }
                (Some(Item::ArrayOfTables(found)), Item::ArrayOfTables(item)) => {
                    for one in item {
                        let name = |table: &Table| table.get("name").and_then(Item::as_str).map(str::to_owned);
                        if found.iter().all(|other| name(other) != name(one)) {
                            let mut one = one.clone();
                            one.set_position(None);
                            found.push(one);
                            self.added.push(full.clone());
                        }
                    }
                }
                (Some(found), item) => self.value(found, item, &full)?,
            }
        }
        Ok(())
    }

    /// A key that exists and is not a table in both texts.
    fn value(&mut self, found: &Item, wanted: &Item, path: &str) -> Result<(), String> {
        let Some(wanted) = wanted.as_value() else {
            return match found.as_table_like() {
                Some(_) => Ok(()),
                None => Err(format!("`{path}` is not a table")),
            };
        };
        let is_same = match (found.as_value(), wanted) {
            (Some(found), wanted) if plain(found) == plain(wanted) => true,
            // A dependency from elsewhere, of another version or from the workspace.
            (_, wanted) => path.contains("dependencies.") && has_features(found, wanted),
        };
        if !is_same {
            let wanted = plain(wanted);
            self.differs.push(format!("{path}, which selfe would set to {wanted}"));
        }
        Ok(())
    }

    /// Names what is added: the values of a table, or the table itself.
    fn name(&mut self, path: &str, item: &Item) {
        match item {
            Item::Table(table) if table.iter().all(|(_, item)| item.is_table()) => {
                table
                    .iter()
                    .for_each(|(key, item)| self.name(&format!("{path}.{key}"), item));
            }
            _ => self.added.push(path.to_owned()),
        }
    }
}

/// Whether a dependency has the features that are wanted.
fn has_features(found: &Item, wanted: &Value) -> bool {
    let features = |list: Option<&toml_edit::Array>| -> Vec<String> {
        let list = list.into_iter().flatten();
        list.filter_map(|feature| feature.as_str().map(str::to_owned)).collect()
    };
    let found = found.as_table_like().and_then(|table| table.get("features"));
    let found = features(found.and_then(Item::as_array));
    let wanted = wanted.as_inline_table().and_then(|table| table.get("features"));
    features(wanted.and_then(Value::as_array))
        .iter()
        .all(|feature| found.contains(feature))
}

/// A value without the space and comments around it.
fn plain(value: &Value) -> String {
    let mut value = value.clone();
    value.decor_mut().clear();
    value.to_string()
}

/// The key with the comments above it.
fn key_of(table: &Table, key: &str) -> toml_edit::Key {
    table.key(key).cloned().unwrap_or_else(|| toml_edit::Key::new(key))
}

/// An empty line stands above a table that is added.
fn begin_paragraph(item: &mut Item) {
    let table = match item {
        Item::Table(table) if table.is_implicit() => {
            return table.iter_mut().take(1).for_each(|(_, item)| begin_paragraph(item));
        }
        Item::Table(table) => table,
        Item::ArrayOfTables(tables) => match tables.get_mut(0) {
            Some(table) => table,
            None => return,
        },
        Item::Value(_) | Item::None => return,
    };
    let above = table
        .decor()
        .prefix()
        .and_then(|prefix| prefix.as_str())
        .unwrap_or_default();
    if !above.starts_with('\n') {
        let above = format!("\n{above}");
        table.decor_mut().set_prefix(above);
    }
}

/// Tables are written in the order of their positions in the text that they came from.
fn place_last(item: &mut Item) {
    match item {
        Item::Table(table) => {
            table.set_position(None);
            table.iter_mut().for_each(|(_, item)| place_last(item));
        }
        Item::ArrayOfTables(tables) => tables.iter_mut().for_each(|table| {
            table.set_position(None);
            table.iter_mut().for_each(|(_, item)| place_last(item));
        }),
        Item::Value(_) | Item::None => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FOUND: &str =
        "# mine\n[package]\nname = \"a\"\n\n[dependencies]\nlog = \"0.4\" # too\n\n[profile.dev]\npanic = \"unwind\"\n";

    #[test]
    fn what_lacks_is_added_and_the_rest_stays() {
        let wanted = "[dependencies]\nx = \"1\"\n\n# Why.\n[profile.dev]\npanic = \"abort\"\n\n[profile.release]\npanic = \"abort\"\n\n[[test]]\nname = \"t\"\n";
        let merged = merge(FOUND, wanted).unwrap();
        assert_eq!(merged.added, ["dependencies.x", "profile.release", "test"]);
        assert_eq!(
            merged.differs,
            ["profile.dev.panic, which selfe would set to \"abort\""]
        );
        assert!(merged.text.starts_with("# mine\n[package]"), "{}", merged.text);
        assert!(
            merged.text.contains("log = \"0.4\" # too\nx = \"1\"\n"),
            "{}",
            merged.text
        );
        assert!(merged.text.contains("panic = \"unwind\""), "{}", merged.text);
        assert!(merged.text.contains("\n\n[profile.release]"), "{}", merged.text);
        assert!(merged.text.contains("\n\n[[test]]"), "{}", merged.text);
        // A second time there is nothing to add.
        let again = merge(&merged.text, wanted).unwrap();
        assert_eq!((again.text, again.added), (merged.text, Vec::new()));
    }

    #[test]
    fn a_dependency_may_come_from_elsewhere() {
        let wanted = "[dependencies]\ns = { version = \"0.2\", features = [\"p\"] }\n";
        let own = "[dependencies]\ns = { path = \"../s\", features = [\"p\", \"q\"] }\n";
        let merged = merge(own, wanted).unwrap();
        assert!(merged.added.is_empty() && merged.differs.is_empty());
        let without = merge("[dependencies]\ns = \"0.2\"\n", wanted).unwrap();
        assert_eq!(without.differs.len(), 1);
        let table = "[dependencies.s]\nversion = \"0.2\"\nfeatures = [\"p\"]\n";
        let table = merge(table, wanted).unwrap();
        assert!(table.differs.is_empty());
    }

    #[test]
    fn what_is_no_toml_is_refused() {
        assert!(merge("[package", "").is_err());
        assert!(merge("profile = 1\n", "[profile.dev]\npanic = \"abort\"\n").is_err());
    }
}
