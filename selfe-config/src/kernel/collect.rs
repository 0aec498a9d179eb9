//! Finding the results in a build tree.

use super::error::UnusableResult;
use super::gen_config;
use crate::options::cmake_cache::CMakeCache;
use crate::options::declared::Declarations;
use crate::release::Release;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The results in a build tree.
pub struct Collected {
    pub(crate) include_dirs: Vec<PathBuf>,
    pub(crate) libsel4: PathBuf,
    pub(crate) kernel_elf: Option<PathBuf>,
    pub options: BTreeMap<String, String>,
    pub(crate) gen_config: BTreeMap<String, String>,
    pub declared: Declarations,
    pub(crate) cache: CMakeCache,
}

/// Collects the results of a build tree of that kernel; `real` translates a path that the build saw
/// into the folder's own.
pub(crate) fn collect(
    kernel: &Path,
    build: &Path,
    release: &Release,
    real: impl Fn(&str) -> String,
) -> Result<Collected, UnusableResult> {
    let wrong = |what, path: &Path| {
        let path = path.to_owned();
        move |error: std::io::Error| UnusableResult {
            what,
            path,
            cause: error.to_string(),
        }
    };
    let cache = CMakeCache::read_own(build, kernel).map_err(wrong("CMake cache", &build.join("CMakeCache.txt")))?;
    let declared = Declarations::read(kernel).map_err(wrong("list of options", kernel))?;
    let libsel4 = build.join("libsel4/libsel4.a");
    if !libsel4.is_file() {
        return Err(UnusableResult {
            what: "libsel4.a",
            path: libsel4,
            cause: "it is not there".to_owned(),
        });
    }
    let kernel_elf = Some(build.join("kernel/kernel.elf")).filter(|path| path.is_file());
    let gen_config = gen_config::read(build, release.layout.generated_config, &declared, &cache)?;
    Ok(Collected {
        include_dirs: include_dirs(kernel, build, &gen_config, real),
        libsel4,
        kernel_elf,
        options: cache.settled(&declared),
        gen_config,
        declared,
        cache,
    })
}

/// The folders that our CMake project listed; for a build of another project, the folders that
/// libsel4 is known to have.
fn include_dirs(
    kernel: &Path,
    build: &Path,
    config: &BTreeMap<String, String>,
    real: impl Fn(&str) -> String,
) -> Vec<PathBuf> {
    let listed = fs::read_to_string(build.join("include_dirs.txt")).unwrap_or_default();
    let mut dirs: Vec<PathBuf> = listed
        .lines()
        .filter(|line| !line.is_empty())
        .map(|line| PathBuf::from(real(line)))
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
