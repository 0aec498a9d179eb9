//! Writes libsel4's object invocations as Rust, from the interface files that the kernel's own
//! headers are made of.
//!
//! Signatures and documentation are those that bindgen found in the headers (`c.rs`), which were
//! made from the same files; only the files have the label of each method and the places of its
//! arguments in the message.

mod condition;
mod kinds;
mod places;
mod read;
mod render;
#[cfg(test)]
mod tests;
mod types;

use crate::{declared, rust};
use kinds::Kinds;
use render::{Shape, Target};
use selfe_config::kernel::Manifest;
use selfe_config::release;
use std::error::Error;
use std::path::{Path, PathBuf};
use types::{File, Method};

/// The methods to write.
#[derive(Default)]
pub struct Interfaces(Vec<NamedMethod>);

/// A method, with the shape of its message.
struct NamedMethod {
    interface: String,
    method: Method,
    shape: Shape,
}

impl NamedMethod {
    /// The name of its function.
    fn function(&self) -> String {
        format!("{}_{}", self.interface, self.method.name)
    }
}

/// The files' places in the kernel's release.
fn files(manifest: &Manifest) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let release = release::by_name(&manifest.release).unwrap_or(release::newest());
    let paths = release.layout.interfaces_for(manifest.arch, manifest.sel4_arch);
    Ok(paths.iter().map(|path| manifest.kernel_source.join(path)).collect())
}

impl Interfaces {
    /// Reads the interface files of the kernel's sources. A finished build (`build_dir`) may come
    /// without them: then there are none, and the functions are libsel4.a's.
    ///
    /// # Errors
    /// A file can't be understood, or a method has a shape that no release of seL4 has. With the
    /// feature `libsel4-functions` such a method is libsel4.a's.
    pub fn read(manifest: &Manifest) -> Result<Self, Box<dyn Error>> {
        let paths = files(manifest)?;
        if let Some(missing) = paths.iter().find(|path| !path.is_file()) {
            selfe_config::build_helpers::tell_cargo(&format!(
                "cargo::warning=no file {}: object invocations are libsel4.a's functions, which cost more than inline ones",
                missing.display()
            ));
            return Ok(Interfaces(Vec::new()));
        }
        let mut files = Vec::new();
        for path in paths {
            let text =
                std::fs::read_to_string(&path).map_err(|error| format!("can't read {}: {error}", path.display()))?;
            files.push(read::read(&path, &text).map_err(|error| format!("in {}: {error}", path.display()))?);
        }
        let value = |name: &str| {
            let name = name.strip_prefix("CONFIG_").unwrap_or(name);
            let text = manifest.gen_config.get(name)?.as_str();
            match text {
                "false" | "OFF" | "" => None,
                // A macro that is only defined is 1 in the header.
                "true" | "ON" => Some("1".to_owned()),
                text => Some(text.to_owned()),
            }
        };
        let in_c_else = std::env::var_os("CARGO_FEATURE_LIBSEL4_FUNCTIONS").is_some();
        let target = Target::of(manifest.sel4_arch, &manifest.options);
        Ok(Interfaces(methods(files, &target, &value, in_c_else)?))
    }

    /// The names of the functions.
    pub fn names(&self) -> impl Iterator<Item = String> {
        self.0.iter().map(NamedMethod::function)
    }

    /// Writes `invocations.rs`. `in_c` is C's form of the functions.
    ///
    /// # Errors
    /// The file can't be written.
    pub fn write(&self, manifest: &Manifest, in_c: &syn::File, out_dir: &Path) -> Result<(), String> {
        let declared = declared::functions(in_c);
        let target = Target::of(manifest.sel4_arch, &manifest.options);
        // The headers decide which functions exist.
        let methods = self.0.iter().filter_map(|named| {
            let declaration = declared.get(&named.function())?;
            Some(render::method(&target, named, declaration))
        });
        rust::write(&out_dir.join("invocations.rs"), methods.collect())
    }
}

/// The methods that a kernel has. `value` returns what its macros stand for; `in_c_else` leaves out
/// a method of unknown shape, if libsel4.a's function is used instead.
///
/// # Errors
/// A condition can't be evaluated, or a message has an unknown shape.
fn methods(
    files: Vec<File>,
    target: &Target,
    value: &dyn Fn(&str) -> Option<String>,
    in_c_else: bool,
) -> Result<Vec<NamedMethod>, String> {
    let interfaces = files.iter().flat_map(|file| &file.interfaces);
    let interfaces: Vec<String> = interfaces.map(|interface| interface.name.clone()).collect();
    let structs: Vec<String> = files.iter().flat_map(|file| file.structs.clone()).collect();
    let kinds = Kinds::new(target.word, interfaces, structs);
    let mut named = Vec::new();
    for interface in files.into_iter().flat_map(|file| file.interfaces) {
        let within = |error| format!("in {}: {}_{error}", interface.file.display(), interface.name);
        for method in interface.methods {
            let holds = method.condition.holds(value);
            if !holds.map_err(|error| within(format!("{}: {error}", method.name)))? {
                continue;
            }
            match Shape::of(target, &kinds, &method) {
                Ok(shape) => named.push(NamedMethod {
                    interface: interface.name.clone(),
                    method,
                    shape,
                }),
                Err(_) if in_c_else => {}
                Err(error) => return Err(within(error)),
            }
        }
    }
    Ok(named)
}
