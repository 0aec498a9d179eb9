//! The value of one option.

use serde::{Deserialize, Deserializer, Serialize, de};
use std::fmt;

/// The value of one option.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(untagged)]
pub enum SingleValue {
    /// A TOML string.
    String(String),
    /// A TOML integer.
    Integer(i64),
    /// A TOML boolean.
    Boolean(bool),
}

impl From<&str> for SingleValue {
    fn from(text: &str) -> Self {
        SingleValue::String(text.to_owned())
    }
}

impl From<i64> for SingleValue {
    fn from(number: i64) -> Self {
        SingleValue::Integer(number)
    }
}

impl From<bool> for SingleValue {
    fn from(flag: bool) -> Self {
        SingleValue::Boolean(flag)
    }
}

impl fmt::Display for SingleValue {
    /// The value as CMake reads it: booleans are `ON` and `OFF`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SingleValue::String(s) => f.pad(s),
            SingleValue::Integer(i) => fmt::Display::fmt(i, f),
            SingleValue::Boolean(true) => f.pad("ON"),
            SingleValue::Boolean(false) => f.pad("OFF"),
        }
    }
}

impl<'de> Deserialize<'de> for SingleValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl de::Visitor<'_> for Visitor {
            type Value = SingleValue;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string, an integer or a boolean")
            }

            fn visit_str<E>(self, s: &str) -> Result<SingleValue, E> {
                Ok(SingleValue::String(s.to_owned()))
            }

            fn visit_i64<E>(self, i: i64) -> Result<SingleValue, E> {
                Ok(SingleValue::Integer(i))
            }

            fn visit_bool<E>(self, b: bool) -> Result<SingleValue, E> {
                Ok(SingleValue::Boolean(b))
            }
        }

        deserializer.deserialize_any(Visitor)
    }
}
