//! Finding what a build tree holds.

use super::settled::CMakeCache;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// What is wrong with a result: what it is, where it should be, the cause.
pub struct Wrong(pub &'static str, pub PathBuf, pub String);

/// The results that lie in a build tree.
pub struct Collected {
    pub version: String,
    pub include_dirs: Vec<PathBuf>,
    pub libsel4: PathBuf,
    pub kernel_elf: Option<PathBuf>,
    pub options: BTreeMap<String, String>,
    pub gen_config: BTreeMap<String, String>,
    pub declared: BTreeSet<String>,
    pub cache: CMakeCache,
}

/// Collects the results of a build tree of that kernel.
pub fn collect(kernel: &Path, build: &Path) -> Result<Collected, Wrong> {
    let wrong = |what, path: &Path| {
        let path = path.to_owned();
        move |error: std::io::Error| Wrong(what, path, error.to_string())
    };
    let cache = CMakeCache::read(build).map_err(wrong("CMake cache", &build.join("CMakeCache.txt")))?;
    let declared = super::settled::declared(kernel).map_err(wrong("list of options", kernel))?;
    let version_file = kernel.join("VERSION");
    let version = fs::read_to_string(&version_file).map_err(wrong("release number", &version_file))?;
    let libsel4 = build.join("libsel4/libsel4.a");
    if !libsel4.is_file() {
        return Err(Wrong("libsel4.a", libsel4, "it is not there".to_owned()));
    }
    let kernel_elf = Some(build.join("kernel/kernel.elf")).filter(|path| path.is_file());
    let mut gen_config = BTreeMap::new();
    for file in [
        "kernel/gen_config/kernel/gen_config.json",
        "libsel4/gen_config/sel4/gen_config.json",
    ] {
        gen_config.extend(read_gen_config(&build.join(file))?);
    }
    Ok(Collected {
        version: version.trim().to_owned(),
        include_dirs: include_dirs(kernel, build, &gen_config),
        libsel4,
        kernel_elf,
        options: cache.settled(&declared),
        gen_config,
        declared,
        cache,
    })
}

/// The folders that our CMake project listed; for a build made by another project, those that libsel4 is known to have.
fn include_dirs(kernel: &Path, build: &Path, config: &BTreeMap<String, String>) -> Vec<PathBuf> {
    let listed = fs::read_to_string(build.join("include_dirs.txt")).unwrap_or_default();
    let mut dirs: Vec<PathBuf> = listed
        .lines()
        .filter(|line| !line.is_empty())
        .map(PathBuf::from)
        .collect();
    if dirs.is_empty() {
        let word = |name: &str| config.get(name).cloned().unwrap_or_default();
        let (arch, sel4_arch, plat, size) = (word("ARCH"), word("SEL4_ARCH"), word("PLAT"), word("WORD_SIZE"));
        let below = [
            "include".to_owned(),
            format!("arch_include/{arch}"),
            format!("sel4_arch_include/{sel4_arch}"),
            format!("sel4_plat_include/{plat}"),
            format!("mode_include/{size}"),
        ];
        for tree in [kernel.join("libsel4"), build.join("libsel4")] {
            dirs.extend(below.iter().map(|dir| tree.join(dir)));
        }
    }
    dirs.extend(["libsel4/autoconf", "kernel/gen_config", "libsel4/gen_config"].map(|dir| build.join(dir)));
    dirs.retain(|dir| dir.is_dir());
    let mut seen = BTreeSet::new();
    dirs.retain(|dir| seen.insert(dir.clone()));
    dirs
}

fn read_gen_config(path: &Path) -> Result<BTreeMap<String, String>, Wrong> {
    let wrong = |cause: String| Wrong("generated configuration", path.to_owned(), cause);
    let text = fs::read_to_string(path).map_err(|error| wrong(error.to_string()))?;
    let values: BTreeMap<String, serde_json::Value> =
        serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))?;
    let text = |value: serde_json::Value| match value {
        serde_json::Value::String(text) => text,
        other => other.to_string(),
    };
    Ok(values.into_iter().map(|(name, value)| (name, text(value))).collect())
}
