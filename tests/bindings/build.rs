//! Writes the property tests of every bitfield type from the definitions in the kernel's build.

#[path = "build/generate.rs"]
mod generate;
#[path = "src/pbf/mod.rs"]
mod pbf;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

fn main() -> ExitCode {
    selfe_config::build_helpers::report(run())
}

fn run() -> Result<(), Box<dyn Error>> {
    for path in ["build.rs", "build", "src/pbf"] {
        println!("cargo::rerun-if-changed={path}");
    }
    let manifest = selfe_config::build_helpers::linked_kernel();
    let mut files = Vec::new();
    find(&manifest.build_dir.join("libsel4"), &mut files)?;
    files.sort();
    if files.is_empty() {
        return Err(format!(
            "no bitfield definitions (*.pbf) in {}",
            manifest.build_dir.join("libsel4").display()
        )
        .into());
    }
    let mut tests = String::new();
    for file in &files {
        println!("cargo::rerun-if-changed={}", file.display());
        let text = std::fs::read_to_string(file).map_err(|error| format!("reading {}: {error}", file.display()))?;
        let definitions = pbf::parse(&text).map_err(|error| format!("in {}: {error}", file.display()))?;
        generate::tests(&definitions, &mut tests).map_err(|error| format!("in {}: {error}", file.display()))?;
    }
    let out_dir = PathBuf::from(std::env::var_os("OUT_DIR").ok_or("cargo sets no OUT_DIR")?);
    std::fs::write(out_dir.join("bitfields.rs"), tests)?;
    for (name, from) in [
        ("SELFE_MANIFEST", "DEP_SEL4_MANIFEST"),
        ("SELFE_BINDINGS", "DEP_SEL4_BINDINGS"),
    ] {
        println!(
            "cargo::rustc-env={name}={}",
            std::env::var(from).map_err(|_| format!("selfe-sys does not set {from}"))?
        );
    }
    Ok(())
}

fn find(dir: &Path, files: &mut Vec<PathBuf>) -> Result<(), Box<dyn Error>> {
    let entries = std::fs::read_dir(dir).map_err(|error| format!("reading {}: {error}", dir.display()))?;
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            find(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "pbf") {
            files.push(path);
        }
    }
    Ok(())
}
