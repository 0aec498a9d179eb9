//! sel4.toml as a user writes it.

use selfe_config::model::contextualized::Contextualized;
use selfe_config::model::full::Full;
use selfe_config::model::{Arch, Document, Platform, SeL4Arch, SingleValue, get_default_config};
use std::path::Path;

#[test]
fn the_default_and_the_workspace_s_own_are_whole() {
    let default = get_default_config();
    let set_up: Vec<&str> = default.build.keys().map(String::as_str).collect();
    let known: Vec<&str> = selfe_config::platform::all().iter().map(|data| &*data.name).collect();
    assert_eq!(set_up, known, "the default sets up every platform that selfe knows");
    let own = Document::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../sel4.toml")).unwrap();
    assert_eq!(own.full().sel4.sources, default.sel4.sources);
    let text = default.to_toml_string().unwrap();
    assert_eq!(text.parse::<Full>().unwrap(), default);
}

/// The default works for every target and platform.
#[test]
fn the_default_serves_every_platform() {
    let default = Document::embedded();
    for data in selfe_config::platform::all() {
        for &sel4_arch in data.sel4_arch.keys() {
            for is_debug in [true, false] {
                let platform = Platform(data.name.clone());
                let config = default.contextualize(sel4_arch.arch(), sel4_arch, is_debug, &platform);
                let config = config.unwrap_or_else(|error| panic!("{platform} {sel4_arch}: {error}"));
                assert_eq!(config.sel4_config["KernelDebugBuild"], SingleValue::Boolean(is_debug));
                assert_eq!(config.sel4_config["KernelPrinting"], SingleValue::Boolean(true));
            }
        }
    }
}

const LAYERS: &str = r#"
[sel4]
kernel = { path = "deps/seL4" }
tools = { git = "https://example.com/tools", branch = "main" }
util_libs = { git = "https://example.com/util", rev = "0123abc" }

[sel4.config]
A = "shared"
B = "shared"
C = "shared"
D = "shared"
E = 1

[sel4.config.debug]
B = "debug"
C = "debug"
D = "debug"

[sel4.config.x86]
C = "arch"
D = "arch"

[sel4.config.x86_64]
D = "sel4_arch"

[sel4.config.pc99]
E = true

[build.pc99]
"#;

#[test]
fn a_later_table_overrides_an_earlier() {
    let base = Path::new("/project");
    let c = Contextualized::from_str(
        LAYERS,
        Arch::X86,
        SeL4Arch::X86_64,
        true,
        Platform("pc99".into()),
        Some(base),
    );
    let c = c.unwrap();
    let text = |name: &str| c.sel4_config[name].to_string();
    assert_eq!(
        [text("A"), text("B"), text("C"), text("D")],
        ["shared", "debug", "arch", "sel4_arch"]
    );
    assert_eq!(c.sel4_config["E"], SingleValue::Boolean(true));
}

#[test]
fn origins_name_the_line_that_won() {
    let document = Document::parse(LAYERS, Some(Path::new("/project/sel4.toml"))).unwrap();
    let c = document
        .contextualize(Arch::X86, SeL4Arch::X86_64, true, &Platform("pc99".into()))
        .unwrap();
    let origins = document.origins("sel4.config", &c.context);
    assert_eq!(
        (origins["D"].table.as_str(), origins["D"].line),
        ("sel4.config.x86_64", 24)
    );
    assert_eq!((origins["A"].table.as_str(), origins["A"].line), ("sel4.config", 8));
}

/// A board that selfe does not know, described as in 0.1: by its kernel options.
#[test]
fn a_board_that_only_its_options_describe() {
    let text =
        format!("{LAYERS}[build.zynq7000]\n[sel4.config.zynq7000]\nKernelARMPlatform = 'zynq7000'\n[build.unknown]\n");
    let document = Document::parse(&text, None).unwrap();
    let zynq = Platform("zynq7000".into());
    let c = document
        .contextualize(Arch::Arm, SeL4Arch::Aarch32, true, &zynq)
        .unwrap();
    assert_eq!(c.sel4_config["KernelARMPlatform"].to_string(), "zynq7000");
    assert_eq!(
        document.platform(&zynq).unwrap().options["KernelPlatform"].to_string(),
        "zynq7000"
    );
    assert_eq!(document.default_platform(SeL4Arch::Aarch32).unwrap(), zynq);
    assert_eq!(document.default_platform(SeL4Arch::X86_64).unwrap().0, "pc99");
    assert!(document.platform(&Platform("unknown".into())).is_err());
}

#[test]
fn an_alias_finds_the_table_of_the_platform_s_own_name() {
    let document = Document::parse(&format!("{LAYERS}[build.virt]\n"), None).unwrap();
    let alias = Platform("qemu-arm-virt".into());
    let c = document
        .contextualize(Arch::Arm, SeL4Arch::Aarch64, true, &alias)
        .unwrap();
    assert_eq!(c.context.platform.0, "virt");
}

/// Names with dots are quoted keys in TOML, not nested tables.
#[test]
fn origins_of_names_with_dots() {
    let text = format!("{LAYERS}[metadata]\n'a.b' = 1\n[metadata.pc99]\n'a.b' = 2\nc = 3\n");
    let document = Document::parse(&text, None).unwrap();
    let c = document
        .contextualize(Arch::X86, SeL4Arch::X86_64, true, &Platform("pc99".into()))
        .unwrap();
    let origins = document.origins("metadata", &c.context);
    assert_eq!(origins.keys().collect::<Vec<_>>(), ["a.b", "c"]);
    assert_eq!(origins["a.b"].table, "metadata.pc99");
}
