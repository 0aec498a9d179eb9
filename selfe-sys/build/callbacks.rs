//! What bindgen asks about: names, traits and comments.

use crate::comments;
use bindgen::callbacks::{DeriveTrait, EnumVariantCustomBehavior, EnumVariantValue, ImplementsTrait, ParseCallbacks};

/// Answers bindgen's questions.
#[derive(Debug)]
pub struct Callbacks;

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
        _enum_name: Option<&str>,
        variant: &str,
        _value: EnumVariantValue,
    ) -> Option<EnumVariantCustomBehavior> {
        variant
            .starts_with("_enum_pad_")
            .then_some(EnumVariantCustomBehavior::Hide)
    }
}
