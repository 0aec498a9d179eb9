//! Compares the options as constants and cfgs with the kernel's build and its headers.

use selfe_binding_tests::manifest;
use selfe_sys::config;

/// A module of selfe-sys's build script, included because build scripts cannot have tests.
#[path = "../../../selfe-sys/build/config.rs"]
#[expect(dead_code, reason = "the build script alone writes the file")]
mod written;

/// The dependencies of that module.
#[path = "../../../selfe-sys/build/rust.rs"]
#[allow(dead_code, reason = "the build script uses all of it")]
mod rust;

#[test]
fn each_option_has_a_constant_of_its_value() {
    let manifest = manifest().unwrap();
    let bindings = std::fs::read_to_string(selfe_binding_tests::bindings().join("config.rs")).unwrap();
    for (name, value) in &manifest.options {
        let declared = format!("pub const {name}: ");
        let line = bindings.lines().find(|line| line.starts_with(&declared));
        let line = line.unwrap_or_else(|| panic!("{name} has no constant"));
        if let "ON" | "OFF" = value.as_str() {
            assert_eq!(line, format!("{declared}bool = {};", value == "ON"));
        }
    }
    assert!(manifest.options.len() > 50, "{:?}", manifest.options);
}

#[test]
fn constants_agree_with_the_headers_and_the_cfgs() {
    let manifest = manifest().unwrap();
    let header = |name: &str| manifest.gen_config[name].as_str();
    assert_eq!(config::KernelNumPriorities.to_string(), header("NUM_PRIORITIES"));
    assert_eq!(
        config::KernelRootCNodeSizeBits.to_string(),
        header("ROOT_CNODE_SIZE_BITS")
    );
    assert_eq!(config::KernelMaxNumNodes.to_string(), header("MAX_NUM_NODES"));
    assert_eq!(config::KernelDebugBuild.to_string(), header("DEBUG_BUILD"));
    assert_eq!(config::KernelPrinting, cfg!(KernelPrinting));
    assert_eq!(config::KernelIsMCS, cfg!(KernelIsMCS));
}

#[test]
fn the_kernel_s_version_and_release() {
    let manifest = manifest().unwrap();
    assert_eq!(selfe_sys::KERNEL_VERSION, manifest.kernel_version);
    assert_eq!(selfe_sys::KERNEL_VERSION, selfe_sys::kernel::VERSION);
    let at_least = |name: &str| {
        let number = |name: &str| {
            selfe_config::release::all()
                .iter()
                .position(|release| release.name == name)
        };
        number(&manifest.release) >= number(name)
    };
    assert_eq!(cfg!(sel4_release_at_least = "12.1"), at_least("12.1.0"));
    assert_eq!(cfg!(sel4_release_at_least = "13"), at_least("13.0.0"));
    assert_eq!(cfg!(sel4_release_at_least = "14.0.0"), at_least("14.0.0"));
    assert_eq!(cfg!(sel4_release_at_least = "15"), at_least("15.0.0"));
    assert_eq!(cfg!(sel4_release_at_least = "16"), at_least("16.0.0"));
}

#[test]
fn types_follow_the_values() {
    let options = [
        ("A", "ON"),
        ("B", "256"),
        ("C", "0xFFFFFFFF80000000"),
        ("D", "-1"),
        ("E", "a \"b\""),
        ("F", ""),
        ("G-H", "1"),
    ];
    let items = syn::parse2(written::constants(options.into_iter())).unwrap();
    let text = prettyplease::unparse(&items);
    let constants: Vec<&str> = text.lines().filter(|line| !line.starts_with("///")).collect();
    assert_eq!(
        constants,
        [
            "pub const A: bool = true;",
            "pub const B: usize = 256;",
            "pub const C: u64 = 0xffffffff80000000;",
            "pub const D: i64 = -1;",
            "pub const E: &str = \"a \\\"b\\\"\";",
            "pub const F: &str = \"\";",
        ]
    );
}

/// Programs for older kernels compile with a warning that names the new constant.
#[test]
#[cfg(sel4_release_at_least = "13")]
#[expect(deprecated, reason = "that is what is tested")]
fn a_renamed_option_has_its_former_name_too() {
    assert_eq!(config::KernelUseLogcalIDs, config::KernelUseLogicalIDs);
}
