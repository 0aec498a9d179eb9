//! Turns the items that bindgen wrote into statements that print, for each type and constant, its
//! size, layout or value in Rust as an assertion in C.
//!
//! The numbers do not come from bindgen: they are what rustc computes for the target when the
//! program is compiled.

use crate::tags::{self, Tags};
use selfe_config::kernel::Manifest;
use std::error::Error;
use std::fmt::Write;
use std::path::Path;
use syn::{Fields, Item, ItemConst, ItemStruct, ItemUnion, Type, Visibility};

/// Writes `layout.rs` into `out_dir`: the body of a function with `out`, a `core::fmt::Write`, in
/// scope.
pub fn write(manifest: &Manifest, bindings: &Path, out_dir: &Path) -> Result<(), Box<dyn Error>> {
    let tags = tags::read(&manifest.include_dirs)?;
    let path = bindings.join("bindings.rs");
    let text = std::fs::read_to_string(&path).map_err(|error| format!("reading {}: {error}", path.display()))?;
    let file = syn::parse_file(&text).map_err(|error| format!("parsing {}: {error}", path.display()))?;
    let mut body = String::new();
    writeln!(
        body,
        "    line(out, {:?})?;",
        format!("/* {} */", manifest.build_dir.display())
    )?;
    let header = bindings.join("libsel4.h");
    writeln!(
        body,
        "    line(out, {:?})?;",
        format!("#include \"{}\"", header.display())
    )?;
    for name in ["seL4_Word", "seL4_CPtr"] {
        size(name, name, &mut body)?;
    }
    let opaque: Vec<&syn::Ident> = file.items.iter().filter_map(opaque).collect();
    for item in &file.items {
        match item {
            Item::Struct(item) if opaque.contains(&&item.ident) => {}
            Item::Type(item) if opaque.iter().any(|name| names(&item.ty, name)) => {}
            // bindgen's name for the type of an anonymous enum.
            Item::Type(item) if item.ident.to_string().starts_with("_bindgen_ty_") => {}
            Item::Struct(ItemStruct { vis, ident, fields, .. }) if is_of_c(vis, ident) => {
                whole(&ident.to_string(), fields, &tags, &mut body)?;
            }
            Item::Union(ItemUnion { vis, ident, fields, .. }) if is_of_c(vis, ident) => {
                whole(&ident.to_string(), &Fields::Named(fields.clone()), &tags, &mut body)?;
            }
            Item::Type(item) => {
                let name = item.ident.to_string();
                // `deprecated.h` of aarch64 defines a macro with the name of a type, whose
                // replacement ends with a semicolon that no expression can contain.
                writeln!(body, "    line(out, \"#undef {name}\")?;")?;
                size(&in_c(&name, &tags), &name, &mut body)?;
            }
            Item::Const(item) if item.ident != "_" => constant(item, &mut body)?,
            _ => {}
        }
    }
    let program =
        format!("fn assertions(out: &mut impl core::fmt::Write) -> core::fmt::Result {{\n{body}    Ok(())\n}}\n");
    std::fs::write(out_dir.join("layout.rs"), program)?;
    Ok(())
}

/// The name of a `struct` that the headers declare without a definition, and that has no size in C.
/// bindgen gives it one private field.
fn opaque(item: &Item) -> Option<&syn::Ident> {
    match item {
        Item::Struct(item) => {
            let mut fields = item.fields.iter().filter_map(|field| field.ident.as_ref());
            fields.any(|field| field == "_unused").then_some(&item.ident)
        }
        _ => None,
    }
}

/// Whether a type is exactly this name.
fn names(ty: &Type, name: &syn::Ident) -> bool {
    matches!(ty, Type::Path(path) if path.path.is_ident(name))
}

/// bindgen's own helper is not a C type, and a nested type has no name in C.
fn is_of_c(vis: &Visibility, ident: &syn::Ident) -> bool {
    let name = ident.to_string();
    matches!(vis, Visibility::Public(_)) && !name.starts_with("__Bindgen") && !name.contains("__bindgen_")
}

/// The spelling of a type in C.
fn in_c(name: &str, tags: &Tags) -> String {
    match tags.get(name) {
        Some(keyword) => format!("{keyword} {name}"),
        None => name.to_owned(),
    }
}

/// The size, the alignment and the fields of a `struct` or `union`.
fn whole(name: &str, fields: &Fields, tags: &Tags, body: &mut String) -> Result<(), Box<dyn Error>> {
    let c_name = in_c(name, tags);
    size(&c_name, name, body)?;
    writeln!(
        body,
        "    equal(out, \"_Alignof({c_name})\", align_of::<selfe_sys::{name}>() as u64)?;"
    )?;
    for field in fields {
        let Some(ident) = &field.ident else { continue };
        let field = ident.to_string();
        // A bit field has no offset, and an unnamed field cannot be named in an assertion.
        if field.starts_with("_bitfield_") || field.starts_with("__bindgen_") {
            continue;
        }
        // bindgen appends this to Rust keywords.
        let c_field = field
            .strip_suffix('_')
            .filter(|stem| is_keyword(stem))
            .unwrap_or(&field);
        writeln!(
            body,
            "    equal(out, \"__builtin_offsetof({c_name}, {c_field})\", core::mem::offset_of!(selfe_sys::{name}, {field}) as u64)?;"
        )?;
    }
    Ok(())
}

fn is_keyword(word: &str) -> bool {
    syn::parse_str::<syn::Ident>(word).is_err()
}

fn size(c_name: &str, name: &str, body: &mut String) -> Result<(), Box<dyn Error>> {
    writeln!(
        body,
        "    equal(out, \"sizeof({c_name})\", size_of::<selfe_sys::{name}>() as u64)?;"
    )?;
    Ok(())
}

/// The value of a constant or an enumerator, as its 64 low bits.
fn constant(item: &ItemConst, body: &mut String) -> Result<(), Box<dyn Error>> {
    let name = &item.ident;
    if !matches!(&*item.ty, Type::Path(_)) {
        return Err(format!("{name} is not a number, and these checks know no other constants").into());
    }
    writeln!(
        body,
        "    equal(out, \"(unsigned long long)({name})\", selfe_sys::{name} as i128 as u64)?;"
    )?;
    Ok(())
}
