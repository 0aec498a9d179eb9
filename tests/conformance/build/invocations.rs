//! Generates a table of the object invocations, with calls of both the inline and the libsel4.a
//! form.
//!
//! The list comes from bindgen, which reads this kernel's headers: an invocation is a function
//! whose first parameter is named `_service`.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write;
use std::path::Path;
use syn::{FnArg, ForeignItem, Ident, Item, ItemStruct, Pat, ReturnType, Signature, Type};

/// Writes `invocations.rs` into `out_dir`: the elements of an array of `Method`.
pub fn write(bindings: &Path, out_dir: &Path) -> Result<(), Box<dyn Error>> {
    let in_c = parse(&bindings.join("c.rs"))?;
    let all = parse(&bindings.join("bindings.rs"))?;
    let types = Types::of(&all);
    let blocks = in_c.items.iter().filter_map(|item| match item {
        Item::ForeignMod(block) => Some(&block.items),
        _ => None,
    });
    let functions = blocks.flatten().filter_map(|item| match item {
        ForeignItem::Fn(function) => Some(&function.sig),
        _ => None,
    });
    let (mut out, mut count) = ("[\n".to_owned(), 0);
    for function in functions.clone() {
        if let Some(text) = method(function, &types).map_err(|why| format!("{}: {why}", function.ident))? {
            out.push_str(&text);
            count += 1;
        }
    }
    // The system calls of some kernels, such as those entered by `sysenter` on x86_64, exist only
    // in libsel4.a and have no inline form.
    let is_inline = |name: &str| functions.clone().any(|function| function.ident == name);
    if count == 0 && is_inline("seL4_Call") {
        return Err("selfe-sys has no inline invocation".into());
    }
    out.push_str("]\n");
    let path = out_dir.join("invocations.rs");
    std::fs::write(&path, out).map_err(|error| format!("writing {}: {error}", path.display()))?;
    Ok(())
}

fn parse(path: &Path) -> Result<syn::File, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("reading {}: {error}", path.display()))?;
    syn::parse_file(&text).map_err(|error| format!("parsing {}: {error}", path.display()))
}

/// Type aliases and what they stand for.
#[derive(Default)]
struct Types<'a> {
    aliases: BTreeMap<&'a Ident, &'a Type>,
    structs: BTreeMap<&'a Ident, &'a ItemStruct>,
}

impl<'a> Types<'a> {
    fn of(file: &'a syn::File) -> Self {
        let mut types = Types::default();
        for item in &file.items {
            match item {
                Item::Type(item) => {
                    types.aliases.insert(&item.ident, &item.ty);
                }
                Item::Struct(item) => {
                    types.structs.insert(&item.ident, item);
                }
                _ => {}
            }
        }
        types
    }

    /// The last segment of a path, with aliases resolved.
    fn name(&self, ty: &'a Type) -> Result<&'a Ident, &'static str> {
        let Type::Path(path) = ty else {
            return Err("a type without a name");
        };
        let name = &path.path.segments.last().ok_or("a path without a name")?.ident;
        match self.aliases.get(name) {
            Some(ty) => self.name(ty),
            None => Ok(name),
        }
    }
}

/// One element of the table; `None` if the function is not an invocation.
fn method<'a>(signature: &'a Signature, types: &Types<'a>) -> Result<Option<String>, Box<dyn Error>> {
    let mut parameters = Vec::new();
    for input in &signature.inputs {
        match input {
            FnArg::Typed(input) => match &*input.pat {
                Pat::Ident(name) => parameters.push((name.ident.to_string(), &*input.ty)),
                _ => return Err("an argument without a name".into()),
            },
            FnArg::Receiver(_) => return Err("a receiver".into()),
        }
    }
    if parameters.first().is_none_or(|(name, _)| name != "_service") {
        return Ok(None);
    }
    let mut arguments = "call.service".to_owned();
    let (mut structs, mut caps, mut is_counted) = (Vec::new(), 0, false);
    for (nth, (name, ty)) in parameters.iter().enumerate().skip(1) {
        arguments.push_str(", ");
        match ty {
            Type::Ptr(pointer) => {
                write!(arguments, "call.memory({})", structs.len())?;
                structs.push((name, types.name(&pointer.elem)?));
            }
            _ if types.name(ty)? == "seL4_CPtr" => {
                write!(arguments, "call.caps[{caps}]")?;
                caps += 1;
            }
            _ if name == "count" => {
                arguments.push_str("call.count");
                is_counted = true;
            }
            _ => write!(arguments, "call.value({nth})")?,
        }
    }
    let (result, values) = results(&signature.output, types)?;
    let name = &signature.ident;
    let mut out = format!("Method {{\nname: \"{name}\",\nresults: &{result:?},\nstructs: &[");
    for (argument, kind) in &structs {
        let words = format!("size_of::<selfe_sys::{kind}>() / size_of::<usize>()");
        write!(out, "({argument:?}, {words}),")?;
    }
    writeln!(out, "],\nis_counted: {is_counted},")?;
    writeln!(
        out,
        "is_inline: || !core::ptr::eq(selfe_sys::{name} as *const (), selfe_sys::c::{name} as *const ()),"
    )?;
    for (form, path) in [("inline", "selfe_sys"), ("in_c", "selfe_sys::c")] {
        writeln!(
            out,
            "{form}: |call| {{\n// SAFETY: the check's other thread answers.\n\
             let result = unsafe {{ {path}::{name}({arguments}) }};\ncall.returned(&[{values}]);\n}},"
        )?;
    }
    out.push_str("},\n");
    Ok(Some(out))
}

/// The names of a function's results, and expressions for their values, where `result` is the
/// returned value.
fn results(output: &ReturnType, types: &Types) -> Result<(Vec<String>, String), Box<dyn Error>> {
    let ReturnType::Type(_, ty) = output else {
        return Err("it returns nothing".into());
    };
    let Some(fields) = types.structs.get(types.name(ty)?) else {
        return Ok((vec!["error".to_owned()], "result as u64".to_owned()));
    };
    let names: Vec<String> = fields
        .fields
        .iter()
        .filter_map(|field| field.ident.as_ref())
        .map(Ident::to_string)
        .collect();
    let values: Vec<String> = names.iter().map(|name| format!("result.{name} as u64")).collect();
    Ok((names, values.join(", ")))
}
