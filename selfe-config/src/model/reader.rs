//! Walks a TOML table and keeps the place of everything, so that an error can show it.

use super::error::{ImportError, Invalid};
use crate::nearest::nearest;
use crate::repository::SourceTable;
use crate::value::SingleValue;
use std::ops::Range;
use std::path::{Path, PathBuf};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The text being read, for errors.
#[derive(Clone, Copy)]
pub struct SourceText<'a> {
    pub text: &'a str,
    pub path: Option<&'a Path>,
}

impl SourceText<'_> {
    /// An error at a place of the text.
    pub(crate) fn invalid(&self, span: Range<usize>, title: String, label: &str, help: Option<String>) -> ImportError {
        ImportError::Invalid(Box::new(Invalid {
            title,
            label: label.to_owned(),
            help,
            path: self.path.map(Path::to_owned),
            text: self.text.to_owned(),
            span,
        }))
    }
}

/// A table whose keys are taken out one after the other.
pub struct Table<'a, 'i> {
    pub source: SourceText<'a>,
    /// The table's full name, such as `sel4.config`; empty for the file itself.
    pub name: String,
    pub span: Range<usize>,
    pub entries: &'a DeTable<'i>,
}

/// A value with the places of its key and itself.
pub struct KeyValue<'a, 'i> {
    pub key_span: Range<usize>,
    pub value: &'a Spanned<DeValue<'i>>,
}

impl<'a, 'i> Table<'a, 'i> {
    /// The entry of that key.
    pub fn get(&self, key: &str) -> Option<KeyValue<'a, 'i>> {
        self.iter().find(|(name, _)| *name == key).map(|(_, entry)| entry)
    }

    /// Every entry.
    pub fn iter(&self) -> impl Iterator<Item = (&'a str, KeyValue<'a, 'i>)> + use<'a, 'i> {
        self.entries.iter().map(|(key, value)| {
            (
                key.get_ref().as_ref(),
                KeyValue {
                    key_span: key.span(),
                    value,
                },
            )
        })
    }

    /// The full name of a key of this table.
    pub(crate) fn name_of(&self, key: &str) -> String {
        if self.name.is_empty() {
            key.to_owned()
        } else {
            format!("{}.{key}", self.name)
        }
    }

    /// Rejects every key that is not in `known`.
    pub(crate) fn deny_unknown(&self, known: &[&str]) -> Result<(), ImportError> {
        let Some((key, entry)) = self.iter().find(|(key, _)| !known.contains(key)) else {
            return Ok(());
        };
        let table = if self.name.is_empty() {
            "the file".to_owned()
        } else {
            format!("[{}]", self.name)
        };
        let help = match nearest(key, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("{table} has {}", known.join(", ")),
        };
        Err(self.source.invalid(
            entry.key_span,
            format!("unknown key `{key}` in {table}"),
            "unknown key",
            Some(help),
        ))
    }

    /// The table under that key.
    pub(crate) fn table(&self, key: &str) -> Result<Option<Table<'a, 'i>>, ImportError> {
        self.get(key).map(|entry| self.as_table(key, entry)).transpose()
    }

    /// The value of a key of this table as a table.
    pub(crate) fn as_table(&self, key: &str, entry: KeyValue<'a, 'i>) -> Result<Table<'a, 'i>, ImportError> {
        let name = self.name_of(key);
        match entry.value.get_ref() {
            DeValue::Table(entries) => Ok(Table {
                source: self.source,
                name,
                span: entry.key_span,
                entries,
            }),
            other => Err(self.wrong_type(&name, entry.value.span(), "a table", other, None)),
        }
    }

    /// The text under that key.
    pub(crate) fn string(&self, key: &str) -> Result<Option<String>, ImportError> {
        let Some(entry) = self.get(key) else { return Ok(None) };
        match entry.value.get_ref() {
            DeValue::String(text) => Ok(Some(text.clone().into_owned())),
            other => Err(self.wrong_type(&self.name_of(key), entry.value.span(), "a string", other, None)),
        }
    }

    /// The boolean under that key.
    pub(crate) fn boolean(&self, key: &str) -> Result<Option<bool>, ImportError> {
        let Some(entry) = self.get(key) else { return Ok(None) };
        match entry.value.get_ref() {
            DeValue::Boolean(flag) => Ok(Some(*flag)),
            other => Err(self.wrong_type(&self.name_of(key), entry.value.span(), "true or false", other, None)),
        }
    }

    /// The keys of this table that make it a source.
    pub fn source_keys(&self) -> Result<SourceTable, ImportError> {
        Ok(SourceTable {
            path: self.string("path")?.map(PathBuf::from),
            git: self.string("git")?,
            branch: self.string("branch")?,
            tag: self.string("tag")?,
            rev: self.string("rev")?,
        })
    }

    /// An option's value.
    pub(crate) fn single_value(&self, key: &str, entry: &KeyValue<'a, 'i>) -> Result<SingleValue, ImportError> {
        match entry.value.get_ref() {
            DeValue::String(text) => Ok(SingleValue::String(text.clone().into_owned())),
            DeValue::Boolean(flag) => Ok(SingleValue::Boolean(*flag)),
            DeValue::Integer(digits) => {
                let number = i64::from_str_radix(digits.as_str(), digits.radix());
                number.map(SingleValue::Integer).map_err(|_| {
                    let title = format!("`{}` is out of range", self.name_of(key));
                    let label = "this does not fit into 64 bits with a sign";
                    let help = "if it is meant as text, put it in quotes".to_owned();
                    self.source.invalid(entry.value.span(), title, label, Some(help))
                })
            }
            other => {
                let wanted = "a string, an integer or a boolean";
                let help = match other {
                    DeValue::Table(_) => "an option's table holds options, and no further tables",
                    _ => "if it is meant as text, put it in quotes",
                };
                let name = self.name_of(key);
                Err(self.wrong_type(&name, entry.value.span(), wanted, other, Some(help)))
            }
        }
    }

    /// The error about a missing key.
    pub(crate) fn missing(&self, key: &str, help: &str) -> ImportError {
        let title = if self.name.is_empty() {
            format!("the table [{key}] is missing")
        } else {
            format!("`{key}` is missing in [{}]", self.name)
        };
        self.source
            .invalid(self.span.clone(), title, "it belongs here", Some(help.to_owned()))
    }

    fn wrong_type(
        &self,
        name: &str,
        span: Range<usize>,
        wanted: &str,
        found: &DeValue<'_>,
        help: Option<&str>,
    ) -> ImportError {
        let found = match found {
            DeValue::String(_) => "a string",
            DeValue::Integer(_) => "an integer",
            DeValue::Float(_) => "a floating-point number",
            DeValue::Boolean(_) => "a boolean",
            DeValue::Datetime(_) => "a date or time",
            DeValue::Array(_) => "an array",
            DeValue::Table(_) => "a table",
        };
        let label = format!("this is {found}");
        self.source.invalid(
            span,
            format!("`{name}` must be {wanted}"),
            &label,
            help.map(str::to_owned),
        )
    }
}
