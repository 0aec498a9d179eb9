//! What bindgen asks about: names, traits and comments.

use crate::comments;
use bindgen::callbacks::{DeriveTrait, EnumVariantCustomBehavior, EnumVariantValue, ImplementsTrait, ParseCallbacks};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

/// The names of enum values in selfe-sys 0.1, which begin with the enum's name, and C's names.
pub type OldNames = Rc<RefCell<BTreeMap<String, String>>>;

/// Answers bindgen's questions.
#[derive(Debug, Default)]
pub struct Callbacks {
    /// Filled while bindgen runs.
    pub old_names: OldNames,
}

impl ParseCallbacks for Callbacks {
    fn process_comment(&self, comment: &str) -> Option<String> {
        Some(comments::to_rustdoc(comment))
    }

    /// The types that `src/` defines in Rust are plain words.
    fn blocklisted_type_implements_trait(&self, _name: &str, _derive: DeriveTrait) -> Option<ImplementsTrait> {
        Some(ImplementsTrait::Yes)
    }

    /// The headers pad their enums to a word with a value that is not part of the interface.
    fn enum_variant_behavior(
        &self,
        enum_name: Option<&str>,
        variant: &str,
        _value: EnumVariantValue,
    ) -> Option<EnumVariantCustomBehavior> {
        if variant.starts_with("_enum_pad_") {
            return Some(EnumVariantCustomBehavior::Hide);
        }
        let enum_name = enum_name.map(|name| name.trim_start_matches("enum "));
        // An unnamed enum is called by its place in the headers.
        if let Some(name) = enum_name.filter(|name| !name.contains([' ', '('])) {
            let old = format!("{name}_{variant}");
            self.old_names.borrow_mut().insert(old, variant.to_owned());
        }
        None
    }
}
