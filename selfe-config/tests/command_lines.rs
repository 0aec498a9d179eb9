//! CMake's command line for each platform of the embedded configuration, in `command_lines/` beside
//! this file.
//!
//! `SNAPSHOTS=overwrite cargo test -p selfe-config --test command_lines` writes them again.

mod support;

use selfe_config::build;
use selfe_config::cache::Cache;
use selfe_config::model::contextualized::Contextualized;
use selfe_config::model::{Platform, RepoSource, SeL4Arch, get_default_config};
use selfe_config::platform::lookup;
use selfe_config::progress::Silent;
use snapbox::{Data, assert_data_eq};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

/// The command line, one argument per line, with the compilers' names normalised.
fn command_line(platform: &str, sel4_arch: SeL4Arch, is_debug: bool) -> String {
    let dir = tempfile::tempdir().unwrap();
    for prefix in ["", "i686-linux-gnu-", "arm-linux-gnueabihf-", "aarch64-linux-gnu-"] {
        let compiler = dir.path().join(format!("{prefix}gcc"));
        std::fs::write(&compiler, "#!/bin/sh\n").unwrap();
        std::fs::set_permissions(&compiler, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    let mut full = get_default_config();
    full.sel4.sources.kernel = RepoSource::LocalPath(support::fixture());
    for build in full.build.values_mut() {
        build.toolchain_dir = Some(dir.path().to_owned());
    }
    let name = Platform(platform.to_owned());
    let config = Contextualized::from_full(&full, sel4_arch.arch(), sel4_arch, is_debug, name, None).unwrap();
    let cache = Cache::at(&dir.path().join("cache")).unwrap();
    let plan = build::plan(&cache, &config, lookup(platform).unwrap(), &Silent).unwrap();
    assert!(plan.compiler.starts_with(dir.path()), "{}", plan.compiler.display());
    let arguments = plan.cmake_arguments(Path::new("[BUILD]"), Path::new("[PROJECT]"));
    let kernel = support::fixture().canonicalize().unwrap().display().to_string();
    format!("{}\n", arguments.join("\n").replace(&kernel, "[KERNEL]"))
}

#[test]
fn every_platform_of_the_embedded_configuration() {
    let all = [
        ("pc99", SeL4Arch::X86_64),
        ("pc99", SeL4Arch::Ia32),
        ("sabre", SeL4Arch::Aarch32),
        ("tx1", SeL4Arch::Aarch64),
        ("virt", SeL4Arch::Aarch64),
    ];
    for (platform, sel4_arch) in all {
        for (is_debug, profile) in [(true, "debug"), (false, "release")] {
            let file = format!("tests/command_lines/{platform}_{sel4_arch}_{profile}.txt");
            let expected = Data::read_from(&Path::new(env!("CARGO_MANIFEST_DIR")).join(file), None);
            assert_data_eq!(command_line(platform, sel4_arch, is_debug), expected);
        }
    }
}
