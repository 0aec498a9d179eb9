//! What the generated Rust is made of, and how it is written down.

use proc_macro2::{Literal, Span, TokenStream};
use quote::format_ident;
use std::path::Path;
use syn::{Ident, LitInt};

/// An argument's name. A keyword gets `_` after it, as from bindgen.
pub fn argument(name: &str) -> Ident {
    match syn::parse_str(name) {
        // A keyword since edition 2024, which syn does not know.
        Ok(name) if name != "gen" => name,
        _ => format_ident!("{name}_"),
    }
}

/// A number whose type follows from its use.
pub fn number(number: usize) -> Literal {
    Literal::usize_unsuffixed(number)
}

/// The same for a mask, in hexadecimal.
pub fn mask(mask: u64) -> LitInt {
    LitInt::new(&format!("{mask:#x}"), Span::call_site())
}

/// Writes a file of items.
///
/// # Errors
/// They are not Rust, or the file can't be written.
pub fn write(path: &Path, items: TokenStream) -> Result<(), String> {
    let file = syn::parse2(items).map_err(|error| format!("{} would not be Rust: {error}", path.display()))?;
    write_text(path, &prettyplease::unparse(&file))
}

/// Writes a file.
///
/// # Errors
/// It can't be written.
pub fn write_text(path: &Path, text: &str) -> Result<(), String> {
    std::fs::write(path, text).map_err(|error| format!("can't write {}: {error}", path.display()))
}
