//! Builds that start from a verified configuration: the fixture's, which says nothing about seL4,
//! and the real ones.

mod support;

use selfe_config::build;
use selfe_config::cache::Cache;
use selfe_config::kernel::{KernelError, Plan};
use selfe_config::model::contextualized::Contextualized;
use selfe_config::model::{Document, Platform, SeL4Arch};
use selfe_config::options::verified_config::VerifiedError;
use selfe_config::progress::Silent;
use selfe_config::release;
use selfe_config::verified::{self, Nearest};
use std::path::Path;

/// A configuration for the fixture kernel, with lines for `[sel4]` and for its options.
fn fixture(sel4: &str, options: &str) -> Document {
    let kernel = support::fixture();
    let text = format!(
        "[sel4]\nkernel = {{ path = '{}' }}\n{sel4}\n[sel4.config]\n{options}\n[build.fixture]\n\
         [platform.fixture]\nimage = 'multiboot'\noptions.KernelPlatform = 'fixture'\n\
         sel4_arch.x86_64.options.KernelSel4Arch = 'x86_64'\n",
        kernel.display()
    );
    Document::parse(&text, Some(Path::new("sel4.toml"))).unwrap_or_else(|error| panic!("{error}"))
}

fn resolve(document: &Document, platform: &str, sel4_arch: SeL4Arch, is_debug: bool) -> Contextualized {
    document
        .contextualize(sel4_arch.arch(), sel4_arch, is_debug, &Platform(platform.to_owned()))
        .unwrap()
}

fn plan(cache: &Cache, document: &Document, config: &Contextualized) -> Result<Plan, KernelError> {
    let platform = document.platform(&config.context.platform)?;
    build::plan(cache, config, platform, &Silent)
}

/// How a configuration differs from the nearest verified one, without a build.
fn nearest(cache: &Cache, document: &Document, config: &Contextualized) -> Result<Nearest, KernelError> {
    let plan = plan(cache, document, config)?;
    let found = verified::nearest(cache, &plan, config, None, &Silent)?;
    Ok(found.unwrap_or_else(|| panic!("none for {}", config.context.sel4_arch)))
}

#[test]
fn a_build_that_starts_from_one_is_it() {
    let dir = tempfile::tempdir().unwrap();
    let cache = Cache::at(dir.path()).unwrap();
    // An option may repeat the configuration's value, and an option that the kernel does not know
    // is reported as usual.
    let document = fixture("verified = 'FIXTURE'", "FixtureSeconds = '0'\nFixtureNosuch = 1");
    let config = resolve(&document, "fixture", SeL4Arch::X86_64, true);
    let platform = document.platform(&config.context.platform).unwrap();
    let built = build::build(&cache, &config, platform, &Silent).unwrap().manifest;
    assert_eq!(built.options["FixtureSeconds"], "0");
    assert_eq!(built.reports.len(), 1, "{:?}", built.reports);
    let plan = plan(&cache, &document, &config).unwrap();
    let found = verified::nearest(&cache, &plan, &config, Some(&built), &Silent)
        .unwrap()
        .unwrap();
    assert_eq!(found.verified.name, "FIXTURE");
    assert!(found.is_it(), "{found:?}");
}

#[test]
fn an_option_that_leaves_it_is_refused_before_anything_is_built() {
    let dir = tempfile::tempdir().unwrap();
    let cache = Cache::at(dir.path()).unwrap();
    let document = fixture("verified = 'FIXTURE'", "FixtureForced = true\nFixtureSeconds = 7");
    let config = resolve(&document, "fixture", SeL4Arch::X86_64, true);
    let platform = document.platform(&config.context.platform).unwrap();
    let error = build::build(&cache, &config, platform, &Silent)
        .unwrap_err()
        .to_string();
    snapbox::assert_data_eq!(
        format!("{error}\n"),
        snapbox::str![[r#"
sel4.toml:3:1: `verified = "FIXTURE"` can't be kept: sel4.toml has options that leave this configuration
  sel4.toml:5:1: FixtureForced = ON in [sel4.config], where the verified configuration has OFF
  sel4.toml:6:1: FixtureSeconds = 7 in [sel4.config], where the verified configuration has 0
drop them, or drop `verified`

"#]]
    );
    assert!(!dir.path().join("build").exists());
}

#[test]
fn the_nearest_one_is_for_the_board() {
    let dir = tempfile::tempdir().unwrap();
    let cache = Cache::at(dir.path()).unwrap();
    let document = fixture("", "FixtureSeconds = 3");
    let config = resolve(&document, "fixture", SeL4Arch::X86_64, true);
    let found = nearest(&cache, &document, &config).unwrap();
    assert_eq!(found.verified.name, "FIXTURE");
    assert!(found.is_for_board && !found.is_it());
    let differences: Vec<String> = found.comparison.differences.iter().map(ToString::to_string).collect();
    assert_eq!(differences, ["FixtureSeconds = 3, there 0"]);
}

/// A real kernel's configuration without a build; none, with a line in the summary, if a tool or
/// the sources are missing.
fn real(
    tag: &str,
    sel4: &str,
    platform: &str,
    sel4_arch: SeL4Arch,
    is_debug: bool,
) -> Option<Result<Nearest, KernelError>> {
    let text = format!(
        "[sel4]\nkernel = {{ git = 'https://github.com/seL4/seL4', tag = '{tag}' }}\n{sel4}\n\
         [sel4.config.debug]\nKernelDebugBuild = true\n[build.{platform}]\n"
    );
    let document = Document::parse(&text, Some(Path::new("sel4.toml"))).unwrap();
    let config = resolve(&document, platform, sel4_arch, is_debug);
    let cache = Cache::open().unwrap();
    match nearest(&cache, &document, &config) {
        Err(KernelError::Source(error)) if error.is_unreachable() => {
            selfe_tests::skip("verified", &error.to_string());
            None
        }
        Err(KernelError::MissingTool(missing)) => {
            selfe_tests::skip("verified", &missing.to_string());
            None
        }
        // Showing differences installs nothing; checking options against a configuration does.
        Err(KernelError::Verified(error)) if matches!(*error, VerifiedError::Python) => {
            real(tag, "verified = 'X64'", "pc99", SeL4Arch::X86_64, false)?.unwrap();
            Some(nearest(&cache, &document, &config))
        }
        other => Some(other),
    }
}

#[test]
fn every_release_settles_on_its_verified_configuration() {
    for release in release::all() {
        let found = real(&release.name, "verified = 'X64'", "pc99", SeL4Arch::X86_64, false);
        if let Some(found) = found {
            let found = found.unwrap_or_else(|error| panic!("{}: {error}", release.name));
            assert!(
                found.is_it() && found.verified.name == "X64",
                "{}: {found:?}",
                release.name
            );
        }
    }
}

#[test]
fn every_board_that_has_one_settles_on_it() {
    for (name, platform, sel4_arch) in [
        ("ARM", "sabre", SeL4Arch::Aarch32),
        ("ARM_MCS", "sabre", SeL4Arch::Aarch32),
        ("AARCH64_zynqmp", "zynqmp", SeL4Arch::Aarch64),
        ("RISCV64", "hifive", SeL4Arch::Riscv64),
    ] {
        let sel4 = format!("verified = '{name}'");
        if let Some(found) = real("16.0.0", &sel4, platform, sel4_arch, false) {
            let found = found.unwrap_or_else(|error| panic!("{name}: {error}"));
            assert!(found.is_it() && found.verified.name == name, "{name}: {found:?}");
        }
    }
}

#[test]
fn a_debug_build_of_the_real_kernel_leaves_it() {
    if let Some(found) = real("16.0.0", "verified = 'X64'", "pc99", SeL4Arch::X86_64, true) {
        let error = found.unwrap_err().to_string();
        assert!(error.contains("sel4.toml:5:1: KernelDebugBuild = ON"), "{error}");
        assert!(error.contains("--release"), "{error}");
    }
}

#[test]
fn the_usual_kernel_of_a_platform_differs_by_name() {
    let Some(found) = real("16.0.0", "", "pc99", SeL4Arch::X86_64, true) else {
        return;
    };
    let found = found.unwrap();
    let names: Vec<&str> = found
        .comparison
        .differences
        .iter()
        .map(|one| one.name.as_str())
        .collect();
    assert_eq!(found.verified.name, "X64");
    // The kernel's own defaults are those of a verification build, which is not a debug build.
    assert_eq!(
        names,
        [
            "KernelMaxNumBootinfoUntypedCaps",
            "KernelRootCNodeSizeBits",
            "KernelSupportPCID"
        ]
    );
    let allowed: Vec<&str> = found.comparison.allowed.iter().map(|one| one.name.as_str()).collect();
    assert!(allowed.contains(&"KernelNumDomains"), "{allowed:?}");
}

#[test]
fn a_platform_without_one_is_held_against_another_board_s() {
    let Some(found) = real("16.0.0", "", "virt", SeL4Arch::Aarch64, false) else {
        return;
    };
    let found = found.unwrap();
    assert_eq!((found.verified.name.as_str(), found.is_for_board), ("AARCH64", false));
    let names: Vec<&str> = found
        .comparison
        .differences
        .iter()
        .map(|one| one.name.as_str())
        .collect();
    assert!(names.contains(&"KernelArmHypervisorSupport"), "{names:?}");
    assert!(!names.contains(&"KernelPlatform"), "{names:?}");
}
