//! What a build script written for selfe 0.1 relies on: the file's tables, the library's names and
//! public fields, and which table overrides which.

use selfe_config::build_helpers::{BuildEnv, BuildProfile, load_config_from_env_or_default};
use selfe_config::model::contextualized::Contextualized;
use selfe_config::model::full::{Full, PlatformBuild, PlatformBuildProfile, PropertiesTree, SeL4};
use selfe_config::model::{
    Arch, GitTarget, ImportError, Platform, RepoSource, RustArch, SeL4Arch, SeL4Sources, SingleValue,
    get_default_config,
};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

const FILE: &str = include_str!("compat.toml");

fn text(value: &str) -> SingleValue {
    SingleValue::String(value.to_owned())
}

fn table(values: &[(&str, SingleValue)]) -> BTreeMap<String, SingleValue> {
    values
        .iter()
        .map(|(name, value)| ((*name).to_owned(), value.clone()))
        .collect()
}

fn resolve(sel4_arch: SeL4Arch, is_debug: bool, platform: &str) -> Result<Contextualized, ImportError> {
    let base = Some(Path::new("/project"));
    Contextualized::from_str(
        FILE,
        sel4_arch.arch(),
        sel4_arch,
        is_debug,
        Platform(platform.to_owned()),
        base,
    )
}

#[test]
fn every_table_of_the_file() {
    let full: Full = FILE.parse().unwrap();
    assert_eq!(
        full.sel4.sources,
        SeL4Sources {
            kernel: RepoSource::RemoteGit {
                url: "https://github.com/seL4/seL4".to_owned(),
                target: GitTarget::Tag("10.1.1".to_owned()),
            },
            tools: RepoSource::LocalPath(PathBuf::from("deps/seL4_tools")),
            util_libs: RepoSource::RemoteGit {
                url: "https://github.com/seL4/util_libs".to_owned(),
                target: GitTarget::Branch("10.1.x-compatible".to_owned()),
            },
        }
    );
    assert_eq!(full.sel4.build_dir.as_deref(), Some(Path::new("prebuilt")));
    let config: &PropertiesTree = &full.sel4.config;
    assert_eq!(config.shared["KernelRetypeFanOutLimit"], SingleValue::Integer(256));
    assert_eq!(config.debug["KernelDebugBuild"], SingleValue::Boolean(true));
    assert_eq!(config.release["KernelPrinting"], SingleValue::Boolean(false));
    let names: Vec<&str> = config.contextual.keys().map(String::as_str).collect();
    assert_eq!(names, ["aarch32", "aarch64", "arm", "pc99", "sabre", "x86", "x86_64"]);
    assert_eq!(
        full.build["sabre"],
        PlatformBuild {
            cross_compiler_prefix: Some("arm-linux-gnueabihf-".to_owned()),
            toolchain_dir: Some(PathBuf::from("toolchain")),
            debug_build_profile: Some(PlatformBuildProfile {
                make_root_task: None,
                root_task_image: PathBuf::from("debug.elf"),
            }),
            release_build_profile: None,
            ..PlatformBuild::default()
        }
    );
    assert_eq!(full.build["some-other-board"], PlatformBuild::default());
    assert_eq!(full.metadata.contextual["sabre"]["ticks"], SingleValue::Integer(20));
    assert_eq!(full.to_toml_string().unwrap().parse::<Full>().unwrap(), full);
}

#[test]
fn x86_64_debug_on_pc99() {
    let c = resolve(SeL4Arch::X86_64, true, "pc99").unwrap();
    assert_eq!(
        c.sel4_config,
        table(&[
            ("KernelArch", text("x86")),
            ("KernelDebugBuild", SingleValue::Boolean(true)),
            ("KernelOptimisation", text("-O2")),
            ("KernelPrinting", SingleValue::Boolean(true)),
            ("KernelRetypeFanOutLimit", SingleValue::Integer(256)),
            ("KernelVerificationBuild", SingleValue::Boolean(false)),
            ("KernelX86Platform", text("pc99")),
            ("KernelX86Sel4Arch", text("x86_64")),
            ("Level", text("arch")),
        ])
    );
    let expected = [
        ("name", text("arch")),
        ("ticks", SingleValue::Integer(10)),
        ("trace", SingleValue::Boolean(true)),
    ];
    assert_eq!(c.metadata, table(&expected));
    assert_eq!(c.build_dir.as_deref(), Some(Path::new("/project/prebuilt")));
    assert_eq!(
        c.sel4_sources.tools,
        RepoSource::LocalPath(PathBuf::from("/project/deps/seL4_tools"))
    );
    assert_eq!(c.context.platform, Platform("pc99".to_owned()));
    assert!(c.context.is_debug);
    assert_eq!(c.context.base_dir.as_deref(), Some(Path::new("/project")));
    assert_eq!((c.context.arch, c.context.sel4_arch), (Arch::X86, SeL4Arch::X86_64));
    let root_task = c.build.root_task.unwrap();
    assert_eq!(
        root_task.make_command.as_deref(),
        Some("cargo xbuild --target x86_64-unknown-linux-gnu")
    );
    assert_eq!(
        root_task.image_path,
        Path::new("target/x86_64-unknown-linux-gnu/debug/hello")
    );
}

#[test]
fn each_level_overrides_those_before_it() {
    let level =
        |sel4_arch, is_debug, platform| resolve(sel4_arch, is_debug, platform).unwrap().sel4_config["Level"].clone();
    assert_eq!(level(SeL4Arch::Riscv64, true, "some-other-board"), text("debug"));
    assert_eq!(level(SeL4Arch::Riscv64, false, "some-other-board"), text("release"));
    assert_eq!(level(SeL4Arch::Aarch64, true, "some-other-board"), text("arch"));
    assert_eq!(level(SeL4Arch::Aarch32, true, "some-other-board"), text("sel4_arch"));
    assert_eq!(level(SeL4Arch::Aarch32, true, "sabre"), text("platform"));
}

#[test]
fn release_on_sabre() {
    let c = resolve(SeL4Arch::Aarch32, false, "sabre").unwrap();
    assert_eq!(c.sel4_config["KernelPrinting"], SingleValue::Boolean(false));
    assert_eq!(
        c.metadata,
        table(&[("name", text("release")), ("ticks", SingleValue::Integer(20))])
    );
    assert_eq!(c.build.cross_compiler_prefix.as_deref(), Some("arm-linux-gnueabihf-"));
    assert_eq!(c.build.toolchain_dir.as_deref(), Some(Path::new("/project/toolchain")));
    assert!(c.build.root_task.is_none());
}

#[test]
fn the_platform_has_to_be_set_up() {
    let refused = resolve(SeL4Arch::Aarch64, true, "tx1");
    assert!(matches!(refused, Err(ImportError::NoBuildTable { .. })));
}

#[test]
fn a_configuration_made_by_hand() {
    let local = |name: &str| RepoSource::LocalPath(PathBuf::from(name));
    let git = RepoSource::RemoteGit {
        url: "https://example.com/seL4.git".to_owned(),
        target: GitTarget::Rev("0123456789abcdef".to_owned()),
    };
    let full = Full {
        sel4: SeL4 {
            sources: SeL4Sources {
                kernel: git,
                tools: local("tools"),
                util_libs: local("util_libs"),
            },
            build_dir: None,
            config: PropertiesTree {
                shared: table(&[("KernelPrinting", SingleValue::Boolean(true))]),
                debug: BTreeMap::new(),
                release: BTreeMap::new(),
                contextual: BTreeMap::new(),
            },
            // Fields that selfe 0.1 did not have.
            ..get_default_config().sel4
        },
        build: BTreeMap::from([("pc99".to_owned(), PlatformBuild::default())]),
        metadata: PropertiesTree::default(),
        ..get_default_config()
    };
    let platform = Platform("pc99".to_owned());
    let c = Contextualized::from_full(&full, Arch::X86, SeL4Arch::Ia32, false, platform, None).unwrap();
    assert_eq!(c.sel4_config, full.sel4.config.shared);
    assert_eq!(c.sel4_sources, full.sel4.sources);
    assert!(c.build.cross_compiler_prefix.is_none() && c.build.toolchain_dir.is_none());
}

#[test]
fn every_name_reads_and_prints() {
    for word in ["arm", "x86", "riscv"] {
        assert_eq!(word.parse::<Arch>().unwrap().to_string(), word);
    }
    for word in ["aarch32", "aarch64", "arm_hyp", "ia32", "x86_64", "riscv32", "riscv64"] {
        assert_eq!(word.parse::<SeL4Arch>().unwrap().to_string(), word);
    }
    for word in ["aarch64", "arm", "x86", "x86_64", "riscv32", "riscv64"] {
        assert!(word.parse::<RustArch>().is_ok(), "{word}");
    }
    assert!("x64".parse::<Arch>().is_err() && "x64".parse::<SeL4Arch>().is_err() && "x64".parse::<RustArch>().is_err());
}

#[test]
fn the_embedded_default_serves_its_platforms() {
    let default = get_default_config();
    for (sel4_arch, platform) in [
        (SeL4Arch::X86_64, "pc99"),
        (SeL4Arch::Ia32, "pc99"),
        (SeL4Arch::Aarch32, "sabre"),
        (SeL4Arch::Aarch64, "tx1"),
        (SeL4Arch::Aarch64, "virt"),
    ] {
        for is_debug in [true, false] {
            let platform = Platform(platform.to_owned());
            let c = Contextualized::from_full(&default, sel4_arch.arch(), sel4_arch, is_debug, platform, None).unwrap();
            assert_eq!(c.sel4_config["KernelDebugBuild"], SingleValue::Boolean(is_debug));
        }
    }
}

/// A build script of 0.1: it is compiled here, and run by `build_helpers.rs`.
#[allow(dead_code)]
fn build_script() {
    BuildEnv::request_reruns();
    let BuildEnv {
        cargo_cfg_target_arch,
        cargo_cfg_target_pointer_width,
        out_dir,
        profile,
        sel4_config_path,
        sel4_override_arch,
        sel4_override_sel4_arch,
        sel4_platform,
    } = BuildEnv::from_env_vars();
    let _: (String, usize, PathBuf) = (cargo_cfg_target_arch, cargo_cfg_target_pointer_width, out_dir);
    let _: (Option<PathBuf>, Option<String>) = (sel4_config_path, sel4_override_arch);
    let _: (Option<String>, Option<String>) = (sel4_override_sel4_arch, sel4_platform);
    let _is_debug = match profile {
        BuildProfile::Debug => true,
        BuildProfile::Release => false,
    };
    let config: Contextualized = load_config_from_env_or_default();
    config.print_boolean_feature_flags();
}

#[test]
fn sources_under_their_old_names() {
    use selfe_config::compilation::{
        ResolvedSeL4Source, SeL4BuildMode, SeL4BuildOutcome, build_sel4, resolve_sel4_sources,
    };
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path().canonicalize().unwrap();
    let tree = |name: &str, file: &str| {
        let file = dir.join(name).join(file);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, "").unwrap();
        RepoSource::LocalPath(dir.join(name))
    };
    let sources = SeL4Sources {
        kernel: tree("seL4", "FindseL4.cmake"),
        tools: tree("tools", "elfloader-tool/CMakeLists.txt"),
        util_libs: tree("util_libs", "libcpio/CMakeLists.txt"),
    };
    let resolved: ResolvedSeL4Source = resolve_sel4_sources(&sources, &dir.join("sources"), false).unwrap();
    assert_eq!(resolved.kernel_dir, dir.join("seL4"));
    assert_eq!(resolved.tools_dir, dir.join("tools"));
    assert_eq!(resolved.util_libs_dir, dir.join("util_libs"));

    let cache = selfe_config::cache::Cache::at(&dir).unwrap();
    let config = resolve(SeL4Arch::X86_64, true, "pc99").unwrap();
    let platform = selfe_config::platform::lookup("pc99").unwrap();
    let refused = build_sel4(&cache, &config, platform, SeL4BuildMode::Kernel, false);
    assert!(refused.unwrap_err().to_string().contains("`build_dir`"));
    let outcome = SeL4BuildOutcome::StaticLib {
        build_dir: PathBuf::new(),
    };
    assert!(matches!(outcome, SeL4BuildOutcome::StaticLib { build_dir } if build_dir.as_os_str().is_empty()));
}
