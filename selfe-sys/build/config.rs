//! Writes the kernel's options down as Rust constants.

use crate::rust;
use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};
use selfe_config::kernel::Manifest;
use selfe_config::release::Renamed;
use std::path::Path;

/// Writes `config.rs` into cargo's folder for it.
///
/// # Errors
/// The file can't be written.
pub fn write(manifest: &Manifest, out_dir: &Path) -> Result<(), String> {
    let options = manifest.options.iter();
    let mut items = constants(options.map(|(name, value)| (name.as_str(), value.as_str())));
    items.extend(former_names(manifest));
    rust::write(&out_dir.join("config.rs"), items)
}

/// A constant for each option whose name is a Rust identifier.
pub fn constants<'a>(options: impl Iterator<Item = (&'a str, &'a str)>) -> TokenStream {
    options
        .filter_map(|(name, value)| {
            let name: Ident = syn::parse_str(name).ok()?;
            let doc = format!(" `{name}` of the kernel's configuration.");
            let (kind, value) = typed(value);
            Some(quote!(#[doc = #doc] pub const #name: #kind = #value;))
        })
        .collect()
}

/// A deprecated constant for each name that an option had before this release.
fn former_names(manifest: &Manifest) -> TokenStream {
    let constant = |Renamed { from, to, since }| {
        let (kind, _) = typed(&manifest.options[&to]);
        let (old, new) = (format_ident!("{from}"), format_ident!("{to}"));
        let doc = format!(" The former name of [`{to}`].");
        let note = format!("renamed to `{to}` in seL4 {since}");
        quote!(#[doc = #doc] #[deprecated(note = #note)] pub const #old: #kind = #new;)
    };
    manifest.former_names().map(constant).collect()
}

/// The type of a value, and the value in Rust's syntax.
fn typed(value: &str) -> (TokenStream, TokenStream) {
    match value {
        "ON" => return (quote!(bool), quote!(true)),
        "OFF" => return (quote!(bool), quote!(false)),
        _ => {}
    }
    let hexadecimal = value.strip_prefix("0x").or_else(|| value.strip_prefix("0X"));
    let parsed = match hexadecimal {
        Some(digits) => i128::from_str_radix(digits, 16),
        None => value.parse(),
    };
    let number = |number| match hexadecimal {
        Some(_) => {
            let mask = rust::mask(number);
            quote!(#mask)
        }
        None => {
            let number = Literal::u64_unsuffixed(number);
            quote!(#number)
        }
    };
    // A word of every kernel, or else one of a 64-bit kernel.
    let fits = parsed.as_ref().ok().and_then(|&parsed| u64::try_from(parsed).ok());
    match (fits, parsed.ok().and_then(|parsed| i64::try_from(parsed).ok())) {
        (Some(value), _) if u32::try_from(value).is_ok() => (quote!(usize), number(value)),
        (Some(value), _) => (quote!(u64), number(value)),
        (None, Some(value)) => {
            let value = Literal::i64_unsuffixed(value);
            (quote!(i64), quote!(#value))
        }
        (None, None) => (quote!(&str), quote!(#value)),
    }
}
