//! The real kernel, fetched and built through the cache.

use selfe_config::build;
use selfe_config::cache::Cache;
use selfe_config::kernel::KernelError;
use selfe_config::model::{Arch, Document, Platform, SeL4Arch};
use selfe_config::options::Verdict;
use selfe_config::progress::Silent;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
#[cfg(feature = "run")]
use std::{path::PathBuf, process::Command};

/// These options are wrong in each of the four ways that the kernel does not report.
const NOT_TAKEN: &str = "
[sel4.config.pc99]
KernelNumPrioritys = 256
KernelArmHypervisorSupport = true
KernelMaxVPIDs = 5
KernelFSGSBase = 'gdt'
";

/// The result; none, with the test skipped, if the sources can't be reached.
fn unless_unreachable<T>(result: Result<T, KernelError>) -> Option<T> {
    match result {
        Err(KernelError::Source(error)) if error.is_unreachable() => {
            selfe_tests::skip("real_kernel", &error.to_string());
            None
        }
        other => Some(other.unwrap()),
    }
}

/// The same for platforms whose tools may be missing here.
fn unless_a_tool_is_missing<T>(result: Result<T, KernelError>) -> Option<T> {
    match result {
        Err(KernelError::MissingTool(missing)) => {
            selfe_tests::skip("real_kernel", &missing.to_string());
            None
        }
        other => unless_unreachable(other),
    }
}

#[test]
fn an_option_that_was_not_taken_is_reported_by_name() {
    let text = format!("{}{NOT_TAKEN}", selfe_config::model::document::DEFAULT_TEXT);
    let document = Document::parse(&text, None).unwrap();
    let platform = Platform("pc99".into());
    let config = document
        .contextualize(Arch::X86, SeL4Arch::X86_64, true, &platform)
        .unwrap();
    let cache = Cache::open().unwrap();
    let build = || build::build(&cache, &config, document.platform(&platform).unwrap(), &Silent);
    let Some(first) = unless_unreachable(build()) else {
        return;
    };
    let verdict = |name: &str| {
        let report = first.manifest.reports.iter().find(|report| report.name == name);
        report.map(|report| report.verdict.clone()).unwrap()
    };
    assert_eq!(
        verdict("KernelNumPrioritys"),
        Verdict::Unknown {
            nearest: Some("KernelNumPriorities".into()),
            past: None
        }
    );
    assert_eq!(verdict("KernelArmHypervisorSupport"), Verdict::NotHere);
    assert_eq!(
        verdict("KernelMaxVPIDs"),
        Verdict::Forced {
            value: "0".into(),
            needs: vec!["KernelVTX".into()]
        }
    );
    let valid = vec!["inst".into(), "msr".into()];
    assert_eq!(
        verdict("KernelFSGSBase"),
        Verdict::Replaced {
            value: "inst".into(),
            valid
        }
    );
    let newest = &selfe_config::release::newest().name;
    assert_eq!(first.manifest.kernel_version, *newest);
    assert!(first.manifest.libsel4.is_file() && first.manifest.kernel_elf.is_some());
    assert_eq!(build().unwrap(), first);
}

/// The kernel asks QEMU for its version, and misreads versions from 10 on; the release's data names
/// QEMU's program, so that it does not ask.
#[test]
fn sel4_13_is_configured_for_qemu_s_own_machines() {
    let newest = &selfe_config::release::newest().name;
    let text = selfe_config::model::document::DEFAULT_TEXT.replace(newest.as_str(), "13.0.0");
    let document = Document::parse(&text, None).unwrap();
    let cache = Cache::open().unwrap();
    for (platform, arch, sel4_arch) in [
        ("virt", Arch::Arm, SeL4Arch::Aarch64),
        ("qemu-riscv-virt", Arch::Riscv, SeL4Arch::Riscv64),
    ] {
        let platform = Platform(platform.into());
        let config = document.contextualize(arch, sel4_arch, true, &platform).unwrap();
        let data = document.platform(&platform).unwrap();
        let listed = build::plan(&cache, &config, data, &Silent)
            .and_then(|plan| selfe_config::listing::list(&cache, &config, &plan, &Silent));
        let Some(listed) = unless_a_tool_is_missing(listed) else {
            return;
        };
        assert!(!listed.is_empty(), "{platform}");
    }
}

/// Two caches on different kinds of paths, with the sources and Python packages of the usual one.
fn two_caches(dir: &Path) -> [Cache; 2] {
    let usual = Cache::open().unwrap();
    ["cache", "O'Doe's ;$#(&%@é\"\\ cache"].map(|name| {
        let cache = Cache::at(&dir.join(name)).unwrap();
        for kind in ["src", "python"] {
            let kind = (usual.root().join(kind), cache.root().join(kind));
            fs::create_dir_all(&kind.0).unwrap();
            symlink(kind.0, kind.1).unwrap();
        }
        cache
    })
}

#[test]
fn a_kernel_is_the_same_bytes_in_two_caches() {
    let dir = tempfile::tempdir().unwrap();
    let document = Document::embedded();
    let platform = Platform("pc99".into());
    // The debug kernel's assertions contain the paths of its sources.
    let config = document
        .contextualize(Arch::X86, SeL4Arch::X86_64, true, &platform)
        .unwrap();
    let mut all = Vec::new();
    for cache in two_caches(dir.path()) {
        let built = build::build(&cache, &config, document.platform(&platform).unwrap(), &Silent);
        let Some(build) = unless_unreachable(built) else { return };
        let manifest = build.manifest;
        assert!(manifest.include_dirs.iter().all(|dir| dir.starts_with(cache.root())));
        let results = [manifest.kernel_elf.as_ref().unwrap(), &manifest.libsel4];
        all.push((results.map(|path| fs::read(path).unwrap()), manifest.kernel_sha256));
    }
    assert!(all[0] == all[1], "{:?} {:?}", all[0].1, all[1].1);
}

/// With QEMU's device tree, the elfloader and a root task; the default file modes differ too.
#[test]
#[cfg(feature = "run")]
fn an_image_is_the_same_bytes_in_two_caches() {
    let dir = tempfile::tempdir().unwrap();
    let document = Document::embedded();
    let platform = Platform("virt".into());
    let config = document
        .contextualize(Arch::Arm, SeL4Arch::Aarch64, true, &platform)
        .unwrap();
    let Some(root_task) = root_task(dir.path()) else {
        return selfe_tests::skip("real_kernel", "there is no aarch64-linux-gnu-gcc");
    };
    let mut all = Vec::new();
    for cache in two_caches(dir.path()) {
        let data = document.platform(&platform).unwrap();
        let built = build::build(&cache, &config, data, &Silent);
        let Some(build) = unless_a_tool_is_missing(built) else {
            return;
        };
        let manifest = build.manifest;
        let out = cache.root().join("images");
        let keep = selfe_config::image::Purpose::Keep;
        let image = selfe_config::image::make(&cache, &manifest, data, &root_task, &out, keep, &Silent).unwrap();
        all.push(fs::read(image.kernel).unwrap());
    }
    assert!(all[0] == all[1], "the images differ");
}

/// A program for aarch64 that does nothing.
#[cfg(feature = "run")]
fn root_task(dir: &Path) -> Option<PathBuf> {
    let (source, program) = (dir.join("task.c"), dir.join("task"));
    fs::write(&source, "void _start(void) { for (;;); }\n").unwrap();
    let mut gcc = Command::new("aarch64-linux-gnu-gcc");
    gcc.args(["-nostdlib", "-static", "-no-pie", "-o"])
        .arg(&program)
        .arg(&source);
    gcc.status().ok()?.success().then_some(program)
}
