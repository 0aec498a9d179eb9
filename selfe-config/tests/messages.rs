//! The messages about an invalid sel4.toml: each file of `tests/bad/` is beside the text of its
//! message.
//!
//! `SNAPSHOTS=overwrite cargo test -p selfe-config --test messages` writes the texts again.

use selfe_config::model::{Arch, Document, ImportError, Platform, SeL4Arch};
use snapbox::{Data, assert_data_eq};
use std::path::{Path, PathBuf};

fn bad() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bad")
}

#[test]
fn every_bad_file_is_refused_with_what_and_where() {
    let mut count = 0;
    for entry in std::fs::read_dir(bad()).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "toml") {
            continue;
        }
        count += 1;
        let text = std::fs::read_to_string(&path).unwrap();
        let error = Document::parse(&text, Some(Path::new("sel4.toml"))).expect_err(&path.display().to_string());
        assert!(matches!(error, ImportError::Invalid(_)), "{}", path.display());
        assert_data_eq!(format!("{error}\n"), Data::read_from(&path.with_extension("txt"), None));
    }
    assert!(count > 20, "{count} files");
}

#[test]
fn the_place_counts_characters() {
    let text = std::fs::read_to_string(bad().join("tabs_and_umlauts.toml")).unwrap();
    let Err(ImportError::Invalid(invalid)) = Document::parse(&text, None) else {
        panic!("it is accepted");
    };
    assert_eq!(invalid.line_column(), (7, 12));
}

#[test]
fn a_file_that_is_not_there() {
    let error = Document::read(Path::new("no/such/sel4.toml")).unwrap_err();
    assert_data_eq!(
        error.to_string(),
        "can't read no/such/sel4.toml: No such file or directory (os error 2)"
    );
}

#[test]
fn a_file_that_is_not_utf_8() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("sel4.toml");
    std::fs::write(&path, b"[sel4]\n# gr\xf6\xdfer\n").unwrap();
    let error = Document::read(&path).unwrap_err().to_string();
    assert_data_eq!(
        error.replace(&dir.path().display().to_string(), "."),
        "./sel4.toml:2: this is not UTF-8 from byte 5 of the line on\n\
         sel4.toml is a text file in UTF-8: save it in that encoding"
    );
}

/// A valid file that sets up pc99 and a board of its own.
fn document() -> Document {
    let text = r#"
[sel4]
kernel = { path = "deps/seL4" }
tools = { path = "deps/seL4_tools" }
util_libs = { path = "deps/util_libs" }

[build.pc99]

[build.myboard]

[platform.myboard]
image = "elfloader"

[platform.myboard.sel4_arch.riscv64]
"#;
    Document::parse(text, Some(Path::new("sel4.toml"))).unwrap()
}

fn refused(arch: Arch, sel4_arch: SeL4Arch, platform: &str) -> String {
    let refused = document().contextualize(arch, sel4_arch, true, &Platform(platform.to_owned()));
    refused.unwrap_err().to_string()
}

#[test]
fn an_unknown_platform() {
    assert_data_eq!(
        refused(Arch::X86, SeL4Arch::X86_64, "pc98"),
        "unknown platform `pc98`; did you mean `pc99`?\n\
         selfe knows hifive, imx8mm-evk, odroidc4, pc99, qemu-riscv-virt, rpi4, sabre, spike, tx1, virt, zynq7000, zynqmp, myboard; a board of your own goes into sel4.toml as [platform.pc98]"
    );
}

#[test]
fn a_platform_that_is_not_set_up() {
    assert_data_eq!(
        refused(Arch::Arm, SeL4Arch::Aarch32, "sabre"),
        "platform `sabre` is not set up in sel4.toml: there is no table [build.sabre]\n\
         choose one of myboard, pc99, or add [build.sabre]"
    );
}

#[test]
fn a_platform_that_does_not_run_the_architecture() {
    assert_data_eq!(
        refused(Arch::Arm, SeL4Arch::Aarch64, "pc99"),
        "platform `pc99` does not run aarch64; it runs ia32, x86_64"
    );
}

#[test]
fn an_arch_and_a_sel4_arch_that_don_t_belong_together() {
    assert_data_eq!(
        refused(Arch::Arm, SeL4Arch::X86_64, "pc99"),
        "sel4_arch `x86_64` belongs to arch `x86`, not to `arm`\nleave the arch out, or name the right one"
    );
}

#[test]
fn an_unknown_arch() {
    let error = ImportError::from("x64".parse::<SeL4Arch>().unwrap_err());
    assert_data_eq!(
        error.to_string(),
        "`x64` is not a sel4_arch; expected one of aarch32, aarch64, arm_hyp, ia32, x86_64, riscv32, riscv64"
    );
}

#[test]
fn every_architecture_has_its_usual_platform() {
    for &sel4_arch in SeL4Arch::ALL {
        assert!(document().default_platform(sel4_arch).is_ok(), "{sel4_arch}");
    }
}
