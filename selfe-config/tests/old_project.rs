//! A sel4.toml written for selfe 0.1 with only the kernel line updated: its kernels are built, and
//! each option that today's kernel spells differently is reported once.

mod support;

use selfe_config::build;
use selfe_config::cache::Cache;
use selfe_config::kernel::KernelError;
use selfe_config::model::{Document, Platform, SeL4Arch};
use support::Notes;

const SEL4_TOML: &str = r#"
[sel4]
kernel = { git = "https://github.com/seL4/seL4", tag = "16.0.0" }
tools = { git = "https://github.com/seL4/seL4_tools", branch = "10.1.x-compatible" }
util_libs = { git = "https://github.com/seL4/util_libs", branch = "10.1.x-compatible" }

[sel4.config]
KernelVerificationBuild = false
KernelRetypeFanOutLimit = 256

[sel4.config.debug]
KernelDebugBuild = true
KernelPrinting = true

[sel4.config.release]
KernelDebugBuild = false
KernelPrinting = false

[sel4.config.arm]
KernelArch = "arm"

[sel4.config.aarch32]
KernelArmSel4Arch = "aarch32"

[sel4.config.aarch64]
KernelArmSel4Arch = "aarch64"

[sel4.config.x86]
KernelArch = "x86"
KernelX86MicroArch = "nehalem"

[sel4.config.x86_64]
KernelX86Sel4Arch = "x86_64"

[sel4.config.pc99]
KernelX86Platform = "pc99"

[sel4.config.sabre]
KernelARMPlatform = "imx6"

[sel4.config.virt]
KernelARMPlatform = "qemu-arm-virt"

[sel4.config.tx1]
KernelARMPlatform = "tx1"

[build.pc99.debug]
make_root_task = "cargo xbuild --target x86_64-unknown-linux-gnu"
root_task_image = "target/x86_64-unknown-linux-gnu/debug/root-task"

[build.sabre]
cross_compiler_prefix = "arm-linux-gnueabihf-"

[build.tx1]
cross_compiler_prefix = "aarch64-linux-gnu-"

[build.virt]
cross_compiler_prefix = "aarch64-linux-gnu-"
"#;

/// Builds the kernel; returns the messages, and which of these options were not mentioned. None if
/// this computer can't build it.
fn told(sel4_arch: SeL4Arch, platform: &str) -> Option<Vec<String>> {
    let document = Document::parse(SEL4_TOML, None).unwrap();
    let platform = Platform(platform.to_owned());
    let config = document
        .contextualize(sel4_arch.arch(), sel4_arch, true, &platform)
        .unwrap();
    let notes = Notes::default();
    let built = build::build(
        &Cache::open().unwrap(),
        &config,
        document.platform(&platform).unwrap(),
        &notes,
    );
    match built {
        Err(KernelError::Source(error)) if error.is_unreachable() => {
            selfe_tests::skip("old_project", &error.to_string());
            return None;
        }
        Err(KernelError::MissingTool(missing)) => {
            selfe_tests::skip("old_project", &missing.to_string());
            return None;
        }
        other => assert_eq!(other.unwrap().manifest.kernel_version, "16.0.0"),
    }
    let lines = notes.lines();
    Some(
        lines
            .iter()
            .filter_map(|line| line.strip_prefix("warning: ").map(str::to_owned))
            .collect(),
    )
}

/// Whether each option is reported on one line, and nothing else is reported except the old
/// sources.
fn check(sel4_arch: SeL4Arch, platform: &str, options: &[&str]) {
    let Some(told) = told(sel4_arch, platform) else {
        return;
    };
    for option in options {
        let lines = told.iter().filter(|line| line.starts_with(option)).count();
        assert_eq!(lines, 1, "{platform}: {option} in {told:#?}");
    }
    let others = told.iter().filter(|line| {
        let is_source = line.starts_with("tools") || line.starts_with("util_libs");
        !is_source && !options.iter().any(|option| line.starts_with(option))
    });
    assert_eq!(others.collect::<Vec<_>>(), Vec::<&String>::new(), "{platform}");
}

#[test]
fn pc99() {
    check(
        SeL4Arch::X86_64,
        "pc99",
        &["KernelArch", "KernelX86Sel4Arch", "KernelX86Platform"],
    );
}

#[test]
fn virt() {
    check(SeL4Arch::Aarch64, "virt", &["KernelArch", "KernelArmSel4Arch"]);
}

#[test]
fn tx1() {
    check(SeL4Arch::Aarch64, "tx1", &["KernelArch", "KernelArmSel4Arch"]);
}

#[test]
fn sabre() {
    check(
        SeL4Arch::Aarch32,
        "sabre",
        &["KernelArch", "KernelArmSel4Arch", "KernelARMPlatform = imx6: using"],
    );
}

/// The message about a kernel that the file names.
fn refused(kernel: &str) -> String {
    let dir = tempfile::tempdir().unwrap();
    let cache = Cache::at(&dir.path().canonicalize().unwrap()).unwrap();
    let error = support::build(&cache, &support::document(kernel, "")).unwrap_err();
    let path = dir.path().canonicalize().unwrap().display().to_string();
    error.to_string().replace(&path, "[CACHE]")
}

#[test]
fn a_kernel_of_those_days_is_too_old() {
    let dir = tempfile::tempdir().unwrap();
    let tree = dir.path().join("kernel");
    for file in ["libsel4/CMakeLists.txt", "src/kernel/boot.c", "CMakeLists.txt"] {
        let file = tree.join(file);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, "").unwrap();
    }
    let folder = format!("{{ path = '{}' }}", tree.display());
    let says = |text: &str, version: &str| {
        let first = format!("is seL4 {version}, which is too old: selfe builds seL4 12.1.0 and newer");
        assert!(text.lines().next().unwrap().ends_with(&first), "{text}");
        assert!(
            text.contains("tag = \"16.0.0\"") && text.contains("docs/moving.md"),
            "{text}"
        );
    };
    says(&refused(&folder), "from before 11.0.0");
    std::fs::write(tree.join("VERSION"), "10.1.1").unwrap();
    says(&refused(&folder), "10.1.1");
    support::git(&tree, &["init", "--quiet"]);
    support::git(&tree, &["add", "-A"]);
    support::git(&tree, &["commit", "--quiet", "-m", "The fixture"]);
    support::git(&tree, &["tag", "10.1.1"]);
    says(&refused(&support::tag(&tree, "10.1.1")), "10.1.1");
}
