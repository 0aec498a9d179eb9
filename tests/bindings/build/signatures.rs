//! Writes one function for each inline function of selfe-sys. It passes C's argument types and
//! expects C's result type.
//!
//! The output compiles only if selfe-sys has the function, and if its signature and safety are
//! those of the function in libsel4.a. A program then compiles with either.

use std::error::Error;
use std::fmt::Write;
use std::path::Path;
use syn::{FnArg, ForeignItem, Item, Pat, PointerMutability, ReturnType, Safety, Signature, Type};

/// Writes `signatures.rs` into `out_dir`. The module that includes it has the names of selfe-sys in
/// scope.
pub fn write(bindings: &Path, out_dir: &Path) -> Result<(), Box<dyn Error>> {
    let path = bindings.join("c.rs");
    let text = std::fs::read_to_string(&path).map_err(|error| format!("reading {}: {error}", path.display()))?;
    let file = syn::parse_file(&text).map_err(|error| format!("parsing {}: {error}", path.display()))?;
    let mut out = String::new();
    let blocks = file.items.iter().filter_map(|item| match item {
        Item::ForeignMod(block) => Some(&block.items),
        _ => None,
    });
    for item in blocks.flatten() {
        let ForeignItem::Fn(function) = item else { continue };
        check(&function.sig, &mut out).map_err(|why| format!("{} in {}: {why}", function.sig.ident, path.display()))?;
    }
    std::fs::write(out_dir.join("signatures.rs"), out)?;
    Ok(())
}

fn check(signature: &Signature, out: &mut String) -> Result<(), String> {
    let name = &signature.ident;
    let (mut parameters, mut arguments) = (String::new(), String::new());
    for input in &signature.inputs {
        let (Pat::Ident(argument), ty) = (match input {
            FnArg::Typed(input) => (&*input.pat, &*input.ty),
            FnArg::Receiver(_) => return Err("a receiver".to_owned()),
        }) else {
            return Err("an argument without a name".to_owned());
        };
        let argument = &argument.ident;
        // A name of its own, because libsel4 has constants that are named like arguments.
        let _ = write!(parameters, "argument_{argument}: {}, ", spell(ty)?);
        let _ = write!(arguments, "argument_{argument}, ");
    }
    let result = match &signature.output {
        ReturnType::Default => "()".to_owned(),
        ReturnType::Type(_, ty) => spell(ty)?,
    };
    let call = format!("selfe_sys::{name}({arguments})");
    let (unsafety, call) = if let Safety::Safe(_) = signature.safety {
        ("", call)
    } else {
        ("unsafe ", format!("unsafe {{ {call} }}"))
    };
    let _ = writeln!(out, "pub {unsafety}fn {name}({parameters}) -> {result} {{ {call} }}");
    Ok(())
}

/// A type as users of selfe-sys write it.
fn spell(ty: &Type) -> Result<String, String> {
    match ty {
        Type::Path(path) => {
            let segments = path.path.segments.iter().map(|segment| segment.ident.to_string());
            let segments = segments.map(|segment| {
                if segment == "crate" {
                    "selfe_sys".to_owned()
                } else {
                    segment
                }
            });
            Ok(segments.collect::<Vec<_>>().join("::"))
        }
        Type::Ptr(pointer) => {
            let word = match pointer.mutability {
                PointerMutability::Mut(_) => "mut",
                PointerMutability::Const(_) => "const",
            };
            Ok(format!("*{word} {}", spell(&pointer.elem)?))
        }
        Type::Never(_) => Ok("!".to_owned()),
        _ => Err("a type that these checks don't know".to_owned()),
    }
}
