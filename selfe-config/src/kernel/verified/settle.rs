//! What a kernel settles on: of a build, or of a configuration that is only configured.
//!
//! The kernel's options depend on each other and have defaults of their own, so a list of options says little by itself.
//! CMake, run on the kernel with a configuration's options, says what they come to. That takes a second, and is kept in the
//! cache.

use crate::cache::{Cache, hash, hex, io_error};
use crate::kernel::settled::CMakeCache;
use crate::kernel::{KernelError, Manifest, Plan, configure, gen_config};
use crate::model::contextualized::Context;
use crate::progress::Progress;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Changes whenever the meaning of a cache entry does.
const FORMAT: &str = "1";

/// What was generated from the device tree: the kernel's view of the board's memory and devices.
const HARDWARE: &[&str] = &[
    "kernel/gen_headers/plat/machine/devices_gen.h",
    "kernel/gen_headers/plat/platform_gen.h",
];

/// What a kernel settles on, as far as it decides what the kernel's C code is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Settled {
    /// The kernel's options by their CMake names; booleans are `ON` and `OFF`.
    pub options: BTreeMap<String, String>,
    /// The configuration that the C code is compiled with: names without `CONFIG_`.
    pub gen_config: BTreeMap<String, String>,
    /// SHA-256 of what was generated from the device tree; the same for all where there is none.
    pub hardware: String,
}

impl Settled {
    /// What a build settled on.
    pub fn of_build(manifest: &Manifest) -> Self {
        Settled::new(
            manifest.options.clone(),
            manifest.gen_config.clone(),
            &manifest.build_dir,
        )
    }

    fn new(options: BTreeMap<String, String>, gen_config: BTreeMap<String, String>, tree: &Path) -> Self {
        let mut settled = Settled {
            options,
            gen_config,
            hardware: hardware(tree),
        };
        settled.options.retain(|name, _| is_of_kernel(name));
        settled.gen_config.retain(|name, _| !name.starts_with("LIB_SEL4"));
        settled
    }
}

/// Whether a declared option is the kernel's: libsel4's decide nothing in the kernel.
pub fn is_of_kernel(name: &str) -> bool {
    !name.starts_with("LibSel4")
}

fn hardware(tree: &Path) -> String {
    let mut hasher = Sha256::new();
    for file in HARDWARE {
        hasher.update(fs::read(tree.join(file)).unwrap_or_default());
    }
    hex(&hasher.finalize())
}

/// What a plan's options come to.
///
/// # Errors
/// The kernel can't be configured with them.
pub fn settle(cache: &Cache, plan: &Plan, context: &Context, progress: &dyn Progress) -> Result<Settled, KernelError> {
    let entry = cache.entry("settled", &hash([FORMAT.as_bytes(), plan.key.as_bytes()]));
    let wrong = |cause: String| KernelError::Result {
        what: "configuration",
        path: entry.dir.clone(),
        cause,
        log: entry.log.clone(),
    };
    let is_whole = |text: &str| toml::from_str::<Settled>(text).is_ok();
    let text = entry.get_or_make(progress, is_whole, |dir| {
        let configured = configure::configure(cache, plan, context, dir, &entry.log, progress)?;
        let tree = &configured.tree;
        let settled = read(plan, tree).map_err(wrong)?;
        fs::remove_dir_all(tree).map_err(io_error("remove", tree))?;
        toml::to_string(&settled).map_err(|error| wrong(error.to_string()))
    })?;
    toml::from_str(&text).map_err(|error| wrong(error.to_string()))
}

fn read(plan: &Plan, tree: &Path) -> Result<Settled, String> {
    let cache = CMakeCache::read(tree).map_err(|error| format!("CMakeCache.txt: {error}"))?;
    let form = plan.release.release.layout.generated_config;
    let gen_config = gen_config::read(tree, form, &plan.declared, &cache)
        .map_err(|wrong| format!("{}, {}: {}", wrong.0, wrong.1.display(), wrong.2))?;
    Ok(Settled::new(cache.settled(&plan.declared), gen_config, tree))
}
