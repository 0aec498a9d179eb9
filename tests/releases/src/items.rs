//! The public items of one kernel's bindings, with everything about them that affects a program.

use quote::ToTokens;
use std::collections::BTreeMap;
use std::path::Path;
use syn::{Fields, ForeignItem, ReturnType, Visibility};

/// The public items of one kernel's bindings, by name.
pub type Items = BTreeMap<String, Item>;

/// The part of an item that affects a program.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Item {
    /// A constant: a macro of C or a value of an enum.
    Constant {
        /// The value as written in Rust.
        value: String,
        /// The enum's name; `None` for a macro and for an unnamed enum.
        family: Option<String>,
    },
    /// A function: the types of its arguments and its result.
    Function(String),
    /// A type: its fields, or the type that it is an alias of.
    Type(String),
}

impl Item {
    /// The kind of the item, in words.
    pub fn kind(&self) -> Kind {
        match self {
            Item::Constant { .. } => Kind::Constant,
            Item::Function(_) => Kind::Function,
            Item::Type(_) => Kind::Type,
        }
    }
}

/// A kind of item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// See [`Item::Function`].
    Function,
    /// See [`Item::Constant`].
    Constant,
    /// See [`Item::Type`].
    Type,
}

/// Names that describe the kernel's configuration. `selfe options` reports on those.
const CONFIGURATION: &str = "CONFIG_";

/// Reads files that bindgen wrote.
///
/// # Errors
/// A file can't be read, or is not Rust.
pub fn read<'a>(files: impl IntoIterator<Item = &'a Path>) -> Result<Items, String> {
    let mut items = Items::new();
    for path in files {
        let text = std::fs::read_to_string(path).map_err(|error| format!("reading {}: {error}", path.display()))?;
        items.extend(parse(&text).map_err(|error| format!("parsing {}: {error}", path.display()))?);
    }
    Ok(items)
}

/// Reads the text of a file that bindgen wrote.
///
/// # Errors
/// The text is not Rust.
pub fn parse(text: &str) -> Result<Items, syn::Error> {
    let mut items = Items::new();
    for item in syn::parse_file(text)?.items {
        add(item, &mut items);
    }
    // A name with a leading underscore belongs to C or bindgen.
    items.retain(|name, _| !name.starts_with('_') && !name.starts_with(CONFIGURATION));
    Ok(items)
}

fn add(item: syn::Item, items: &mut Items) {
    let is_public = |visibility: &Visibility| matches!(visibility, Visibility::Public(_));
    match item {
        syn::Item::Const(item) if is_public(&item.vis) => {
            let family = text(&item.ty);
            let constant = Item::Constant {
                value: text(&item.expr),
                family: is_family(&family).then_some(family),
            };
            items.insert(item.ident.to_string(), constant);
        }
        syn::Item::Type(item) if is_public(&item.vis) => {
            items.insert(item.ident.to_string(), Item::Type(text(&item.ty)));
        }
        syn::Item::Struct(item) if is_public(&item.vis) => {
            items.insert(item.ident.to_string(), Item::Type(fields(&item.fields)));
        }
        syn::Item::Union(item) if is_public(&item.vis) => {
            items.insert(item.ident.to_string(), Item::Type(fields(&Fields::Named(item.fields))));
        }
        syn::Item::ForeignMod(block) => {
            for item in block.items {
                if let ForeignItem::Fn(item) = item {
                    items.insert(item.sig.ident.to_string(), Item::Function(signature(&item.sig)));
                }
            }
        }
        _ => {}
    }
}

/// Whether the type of a constant is the name of an enum. Macros have a number or text as their
/// type, and bindgen numbers unnamed enums.
fn is_family(name: &str) -> bool {
    const PLAIN: &[&str] = &["u8", "u16", "u32", "u64", "i8", "i16", "i32", "i64", "usize", "f64"];
    name.starts_with(|first: char| first.is_ascii_alphabetic()) && !PLAIN.contains(&name)
}

/// Only the types: a caller does not write the names of arguments.
fn signature(signature: &syn::Signature) -> String {
    let inputs: Vec<String> = signature
        .inputs
        .iter()
        .map(|input| match input {
            syn::FnArg::Typed(argument) => text(&argument.ty),
            syn::FnArg::Receiver(_) => "self".to_owned(),
        })
        .collect();
    let output = match &signature.output {
        ReturnType::Default => String::new(),
        ReturnType::Type(_, ty) => format!(" -> {}", text(ty)),
    };
    format!("({}){output}", inputs.join(", "))
}

fn fields(fields: &Fields) -> String {
    let fields = fields.iter().map(|field| {
        let name = field.ident.as_ref().map(ToString::to_string).unwrap_or_default();
        format!("{name}: {}", text(&field.ty))
    });
    format!("{{ {} }}", fields.collect::<Vec<_>>().join(", "))
}

/// The text in Rust, without the spaces between tokens and the path of C types.
fn text(tokens: &impl ToTokens) -> String {
    let text = tokens.to_token_stream().to_string();
    let text = text.replace(" :: ", "::").replace(":: ", "::").replace(" ::", "::");
    let text = text
        .replace("crate::ctypes::", "")
        .replace("* mut", "*mut")
        .replace("* const", "*const");
    text.replace(" ;", ";")
        .replace("- ", "-")
        .replace("[ ", "[")
        .replace(" ]", "]")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_bindgen_writes() {
        let items = parse(
            "pub const _bindgen_X: u32 = 1;
            pub const CONFIG_FAST: u32 = 1;
            pub const seL4_Bits: u32 = 12;
            pub type seL4_Error = crate::ctypes::c_uint;
            pub const seL4_NoError: seL4_Error = 0;
            pub struct seL4_Desc { pub paddr: seL4_Word, pub padding: [u8; 6usize] }
            unsafe extern \"C\" { pub fn seL4_Send(dest: seL4_CPtr, words: *mut seL4_Word) -> seL4_Error; }
            pub const seL4_Odd: _bindgen_ty_3 = 1;",
        )
        .unwrap();
        let constant = |value: &str, family: Option<&str>| Item::Constant {
            value: value.to_owned(),
            family: family.map(str::to_owned),
        };
        assert_eq!(items.len(), 6);
        assert_eq!(items["seL4_Bits"], constant("12", None));
        assert_eq!(items["seL4_NoError"], constant("0", Some("seL4_Error")));
        assert_eq!(items["seL4_Odd"], constant("1", None));
        assert_eq!(items["seL4_Error"], Item::Type("c_uint".to_owned()));
        assert_eq!(
            items["seL4_Desc"],
            Item::Type("{ paddr: seL4_Word, padding: [u8; 6usize] }".to_owned())
        );
        assert_eq!(
            items["seL4_Send"],
            Item::Function("(seL4_CPtr, *mut seL4_Word) -> seL4_Error".to_owned())
        );
    }
}
