//! Values that the kernel would accept although they make no sense: it checks none.

use super::asked::{KernelOptions, Origin};
use super::declared::{Alternative, Declaration, Declarations, ValueKind, is_number};
use crate::model::SingleValue;
use crate::model::contextualized::AskedAt;
use crate::nearest::nearest;
use std::fmt;

/// An option of sel4.toml whose value has the wrong type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrongValue {
    /// The option.
    pub name: String,
    /// The value as written in sel4.toml.
    pub value: String,
    /// File, line and column, if it is from a file.
    pub(crate) place: Option<String>,
    /// What it has to be.
    pub(crate) wanted: String,
}

impl fmt::Display for WrongValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = &self.place {
            write!(f, "{place}: ")?;
        }
        write!(
            f,
            "{} = {} can't be: it has to be {}",
            self.name, self.value, self.wanted
        )
    }
}

/// Every option of sel4.toml whose value has the wrong type.
pub(crate) fn wrong_values(options: &KernelOptions, declared: &Declarations, asked_at: &AskedAt) -> Vec<WrongValue> {
    let own = options.options.iter();
    let own = own.filter(|(_, option)| option.origin == Origin::Sel4Toml);
    own.filter_map(|(name, option)| {
        Some(WrongValue {
            wanted: wanted(declared.get(name), &option.value)?,
            place: asked_at.place(name),
            value: in_toml(&option.value),
            name: name.clone(),
        })
    })
    .collect()
}

pub(super) fn in_toml(value: &SingleValue) -> String {
    match value {
        SingleValue::String(text) => format!("{text:?}"),
        SingleValue::Integer(number) => number.to_string(),
        SingleValue::Boolean(flag) => flag.to_string(),
    }
}

/// What the value has to be instead; none if a declaration accepts it, or if there is no
/// declaration.
fn wanted(declarations: &[Declaration], value: &SingleValue) -> Option<String> {
    let mut all = declarations.iter().map(|declaration| unless_taken(declaration, value));
    let first = all.next()??;
    all.all(|wanted| wanted.is_some()).then_some(first)
}

fn unless_taken(declaration: &Declaration, value: &SingleValue) -> Option<String> {
    match &declaration.kind {
        ValueKind::Boolean => (!is_boolean(value)).then(|| "true or false".to_owned()),
        ValueKind::Integer => {
            let is_integer = match value {
                SingleValue::Integer(_) => true,
                SingleValue::Boolean(_) => false,
                SingleValue::String(text) => is_number(text),
            };
            let default = declaration.default.as_deref().unwrap_or_default();
            (!is_integer).then(|| format!("a number, such as its default {default}"))
        }
        ValueKind::Choice(alternatives) => unless_one_of(alternatives, &value.to_string()),
        // The kernel ignores any value for an option that it computes, which is reported later.
        ValueKind::Text | ValueKind::Computed => None,
    }
}

/// CMake's words for true and false, in any case.
fn is_boolean(value: &SingleValue) -> bool {
    const WORDS: &[&str] = &["ON", "OFF", "TRUE", "FALSE", "YES", "NO", "Y", "N", "1", "0"];
    match value {
        SingleValue::Boolean(_) => true,
        other => WORDS.contains(&other.to_string().to_ascii_uppercase().as_str()),
    }
}

/// A value whose condition does not hold is accepted here: only the kernel can tell whether it
/// holds.
fn unless_one_of(alternatives: &[Alternative], value: &str) -> Option<String> {
    let values = || alternatives.iter().map(|alternative| alternative.value.as_str());
    if alternatives.is_empty() || values().any(|one| one == value) {
        return None;
    }
    let did_you_mean = nearest(value, values()).map(|near| format!("; did you mean {near:?}?"));
    Some(format!(
        "one of {}{}",
        values().collect::<Vec<_>>().join(", "),
        did_you_mean.unwrap_or_default()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPTIONS: &str = "
        config_option(Flag FLAG \"\" DEFAULT ON)
        config_string(Number NUMBER \"\" DEFAULT 256 UNQUOTE)
        config_string(Text TEXT \"\" DEFAULT \"\")
        config_choice(Choice CHOICE \"\" \"inst;ChoiceInst;INST;X86_64\" \"msr;ChoiceMsr;MSR\")
        config_choice(Open OPEN \"\" ${values})
        config_set(Computed COMPUTED 1)
        config_set(Either EITHER ON)
        config_option(Either EITHER \"\")
    ";

    fn wrong(name: &str, value: impl Into<SingleValue>) -> Option<String> {
        let declared = Declarations::parse([OPTIONS]);
        wanted(declared.get(name), &value.into())
    }

    #[test]
    fn every_word_for_a_boolean_is_taken() {
        for word in ["ON", "off", "True", "FALSE", "1", "0", "yes", "N"] {
            assert_eq!(wrong("Flag", word), None, "{word}");
        }
        assert_eq!(wrong("Flag", true), None);
        assert_eq!(wrong("Flag", 1), None);
        assert_eq!(wrong("Flag", 3).unwrap(), "true or false");
        assert_eq!(wrong("Flag", "banana").unwrap(), "true or false");
    }

    #[test]
    fn numbers_may_be_text() {
        for number in ["256", "0x100", "-1"] {
            assert_eq!(wrong("Number", number), None, "{number}");
        }
        assert_eq!(wrong("Number", 64), None);
        assert_eq!(wrong("Number", "banana").unwrap(), "a number, such as its default 256");
        assert!(wrong("Number", true).is_some());
    }

    #[test]
    fn a_choice_has_its_values() {
        assert_eq!(wrong("Choice", "inst"), None);
        assert_eq!(wrong("Choice", "mrs").unwrap(), "one of inst, msr");
        assert_eq!(
            wrong("Choice", "insst").unwrap(),
            "one of inst, msr; did you mean \"inst\"?"
        );
        assert_eq!(wrong("Open", "anything"), None);
    }

    #[test]
    fn in_doubt_a_value_is_taken() {
        assert_eq!(wrong("Text", 1), None);
        assert_eq!(wrong("Computed", "x"), None);
        assert_eq!(wrong("Either", "x"), None);
        assert_eq!(wrong("NoSuch", "x"), None);
    }
}
