//! Writes libsel4's object invocations as Rust, from the interface files that the kernel's own headers are made of.
//!
//! Signatures and documentation are those that bindgen found in the headers (`c.rs`), which were made of the same files; what the files
//! alone tell is the label of each method and where its arguments stand in the message.

mod condition;
mod places;
mod read;
mod render;
mod types;

use selfe_config::kernel::Manifest;
use selfe_config::names::{Arch, SeL4Arch};
use selfe_config::release;
use std::error::Error;
use std::path::{Path, PathBuf};
use types::{Interface, Method};

/// The interfaces of a kernel.
#[derive(Default)]
pub struct Interfaces(Vec<Interface>);

/// Where the kernel's release has them.
fn files(manifest: &Manifest) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let release = release::by_name(&manifest.release).unwrap_or(release::newest());
    let arch: Arch = manifest.arch.parse()?;
    let sel4_arch: SeL4Arch = manifest.sel4_arch.parse()?;
    let paths = release.layout.interfaces_for(arch, sel4_arch);
    Ok(paths.iter().map(|path| manifest.kernel_source.join(path)).collect())
}

impl Interfaces {
    /// Reads the interface files of the kernel's sources. Where they are not, as a ready build (`build_dir`) may come without them, there
    /// are none, and the functions stay libsel4.a's.
    ///
    /// # Errors
    /// A file can't be understood.
    pub fn read(manifest: &Manifest) -> Result<Self, Box<dyn Error>> {
        let paths = files(manifest)?;
        if let Some(missing) = paths.iter().find(|path| !path.is_file()) {
            selfe_config::build_helpers::tell_cargo(&format!(
                "cargo::warning=no file {}: object invocations are libsel4.a's functions, which cost more than inline ones",
                missing.display()
            ));
            return Ok(Interfaces(Vec::new()));
        }
        let mut interfaces = Vec::new();
        for path in paths {
            let text =
                std::fs::read_to_string(&path).map_err(|error| format!("can't read {}: {error}", path.display()))?;
            interfaces.extend(read::read(&text).map_err(|error| format!("in {}: {error}", path.display()))?);
        }
        let value = |name: &str| {
            let name = name.strip_prefix("CONFIG_").unwrap_or(name);
            match manifest.gen_config.get(name).map(String::as_str) {
                None | Some("false" | "OFF" | "") => None,
                Some(number) => Some(number.parse().unwrap_or(1)),
            }
        };
        for interface in &mut interfaces {
            interface.methods.retain(|method| method.condition.holds(&value));
        }
        Ok(Interfaces(interfaces))
    }

    /// The names of the functions.
    pub fn names(&self) -> impl Iterator<Item = String> {
        self.methods().map(|(interface, method)| function(interface, method))
    }

    fn methods(&self) -> impl Iterator<Item = (&Interface, &Method)> {
        let all = self.0.iter();
        all.flat_map(|interface| interface.methods.iter().map(move |method| (interface, method)))
    }

    /// Writes `invocations.rs` into the folder where bindgen has written `c.rs`.
    ///
    /// # Errors
    /// A file can't be read or written, or a method is of a shape that no release of seL4 has had.
    pub fn write(&self, manifest: &Manifest, out_dir: &Path) -> Result<(), Box<dyn Error>> {
        let path = out_dir.join("c.rs");
        let in_c = std::fs::read_to_string(&path).map_err(|error| format!("can't read {}: {error}", path.display()))?;
        let declared = render::declarations(&in_c);
        let target = render::Target::of(manifest);
        let mut text = String::new();
        for (interface, method) in self.methods() {
            let name = function(interface, method);
            // The headers have the last word on what there is.
            if let Some(declaration) = declared.get(name.as_str()) {
                let rendered = render::method(&target, interface, method, declaration);
                text.push_str(&rendered.map_err(|error| format!("{name}: {error}"))?);
            }
        }
        let path = out_dir.join("invocations.rs");
        Ok(std::fs::write(&path, text).map_err(|error| format!("can't write {}: {error}", path.display()))?)
    }
}

/// The name of a method's function.
fn function(interface: &Interface, method: &Method) -> String {
    format!("{}_{}", interface.name, method.name)
}
