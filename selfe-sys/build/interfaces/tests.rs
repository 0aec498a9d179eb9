//! Which methods of an interface file are written, and which are rejected.

use super::condition;
use super::kinds::Kinds;
use super::read::read;
use super::render::{Shape, Target, method as rendered};
use super::{NamedMethod, methods};
use proptest::prelude::*;
use selfe_config::model::SeL4Arch;
use std::collections::BTreeMap;
use std::path::Path;

fn file(inner: &str) -> String {
    format!("<api>{inner}</api>")
}

fn method(parameters: &str) -> String {
    file(&format!(
        "<interface name=\"seL4_Thing\"><method id=\"ThingDo\" name=\"Do\">{parameters}</method></interface>"
    ))
}

fn target(sel4_arch: SeL4Arch) -> Target {
    Target::of(sel4_arch, &BTreeMap::new())
}

fn written(text: &str, in_c_else: bool) -> Result<Vec<NamedMethod>, String> {
    let file = read(Path::new("thing.xml"), text)?;
    let value = |name: &str| (name == "CONFIG_ON").then(|| "1".to_owned());
    methods(vec![file], &target(SeL4Arch::X86_64), &value, in_c_else)
}

fn refused(text: &str) -> String {
    written(text, false).err().expect("it should be refused")
}

#[test]
fn a_type_that_is_not_known_is_an_error_with_its_method_and_file() {
    for direction in ["in", "out"] {
        let text = method(&format!("<param dir=\"{direction}\" name=\"what\" type=\"seL4_New\"/>"));
        let error = refused(&text);
        assert!(
            error.starts_with(
                "in thing.xml: seL4_Thing_Do: the parameter `what` has the type `seL4_New`, which selfe-sys does not know"
            ),
            "{error}"
        );
        assert_eq!(written(&text, true).unwrap().len(), 0, "libsel4.a's function serves");
    }
}

#[test]
fn a_method_that_this_kernel_lacks_may_have_new_types() {
    let inner =
        "<condition><config var=\"CONFIG_OFF\"/></condition><param dir=\"in\" name=\"what\" type=\"seL4_New\"/>";
    assert_eq!(written(&method(inner), false).unwrap().len(), 0);
    let error = refused(&method(&inner.replace("OFF", "ON")));
    assert!(error.contains("`seL4_New`"), "{error}");
}

#[test]
fn types_are_those_that_the_files_define() {
    let parameter = |kind: &str| format!("<param dir=\"in\" name=\"it\" type=\"{kind}\"/>");
    let known = |kind: &str| written(&method(&parameter(kind)), false).is_ok();
    for kind in [
        "seL4_Thing",
        "seL4_CPtr",
        "seL4_Bool",
        "seL4_CapRights_t",
        "seL4_X86_EPT_VMAttributes",
    ] {
        assert!(known(kind), "{kind}");
    }
    for kind in [
        "seL4_UserContext",
        "seL4_VCPUContext",
        "seL4_New_VMAttributes",
        "seL4_CapRights",
        "",
    ] {
        assert!(!known(kind), "{kind}");
    }
    let with_struct = method(&parameter("seL4_New")).replace("<api>", "<api><struct name=\"seL4_New\"/>");
    assert_eq!(written(&with_struct, false).unwrap().len(), 1);
}

#[test]
fn shapes_that_no_release_has_had_are_refused() {
    let context = "<param dir=\"in\" name=\"regs\" type=\"seL4_Regs\"/>";
    for (parameters, why) in [
        (
            format!("{context}<param dir=\"in\" name=\"n\" type=\"seL4_Word\"/>"),
            "`n` comes after the struct `regs`",
        ),
        (format!("{context}{context}"), "`regs` comes after the struct `regs`"),
        (
            "<param dir=\"out\" name=\"cap\" type=\"seL4_CPtr\"/>".to_owned(),
            "no release of seL4 returns",
        ),
        (
            "<param dir=\"out\" name=\"rights\" type=\"seL4_CapRights_t\"/>".to_owned(),
            "no release of seL4 returns",
        ),
        (
            "<param dir=\"inout\" name=\"n\" type=\"seL4_Word\"/>".to_owned(),
            "`inout` is not a direction",
        ),
        ("<param name=\"n\" type=\"seL4_Word\"/>".to_owned(), "has no \"dir\""),
        (
            "<param dir=\"in\" name=\"a b\" type=\"seL4_Word\"/>".to_owned(),
            "\"name\" of <param> is `a b`, which is not a name",
        ),
        ("<condition><some/></condition>".to_owned(), "<some> is not a condition"),
    ] {
        let text = method(&parameters).replace("<api>", "<api><struct name=\"seL4_Regs\"/>");
        let error = refused(&text);
        assert!(error.contains(why), "{error}");
    }
}

#[test]
fn the_message_is_written() {
    let text = method(
        "<param dir=\"in\" name=\"root\" type=\"seL4_CNode\"/><param dir=\"in\" name=\"depth\" type=\"seL4_Uint8\"/>",
    );
    let text = text.replace("<api>", "<api><interface name=\"seL4_CNode\"/>");
    let methods = written(&text, false).unwrap();
    let declared = syn::parse_str("fn seL4_Thing_Do(_service: seL4_Thing) -> seL4_Error;").unwrap();
    let function = rendered(&target(SeL4Arch::X86_64), &methods[0], &declared);
    let function = prettyplease::unparse(&syn::parse2(function).unwrap());
    for part in [
        "pub unsafe extern \"C\" fn seL4_Thing_Do(_service: seL4_Thing) -> seL4_Error {",
        "caps_or_badges[0] = root as _",
        "message_info(crate::ThingDo as usize, 1, 1)",
        "((depth as usize) & 0xff) << 0",
    ] {
        assert!(function.contains(part), "{function}");
    }
}

#[test]
fn every_sel4_arch_has_its_word() {
    let method = read(
        Path::new("f"),
        &method("<param dir=\"in\" name=\"a\" type=\"seL4_Time\"/>"),
    )
    .unwrap();
    let method = &method.interfaces[0].methods[0];
    for &sel4_arch in SeL4Arch::ALL {
        let target = target(sel4_arch);
        let expected = if sel4_arch.rust_arch().as_str().ends_with("64") {
            64
        } else {
            32
        };
        assert_eq!(target.word, expected, "{sel4_arch}");
        assert!(Shape::of(&target, &Kinds::new(target.word, [], []), method).is_ok());
    }
}

#[test]
fn elements_within_elements_have_an_end() {
    let nested = |times: usize| {
        let condition = format!(
            "<condition>{}<config var=\"A\"/>{}</condition>",
            "<not>".repeat(times),
            "</not>".repeat(times)
        );
        method(&condition)
    };
    assert!(written(&nested(20), false).is_ok());
    for times in [condition::DEPTH, 100_000] {
        assert!(refused(&nested(times)).contains("a condition stands within more than"));
    }
}

proptest! {
    #[test]
    fn a_file_that_is_cut_is_read_or_refused(at in 0usize..400, junk in ".{0,8}") {
        let whole = method("<condition><not><config var=\"A\"/></not></condition><param dir=\"in\" name=\"n\" type=\"seL4_Word\"/>");
        // The text is ASCII.
        let at = at.min(whole.len());
        let _ = written(&whole[..at], false);
        let _ = written(&format!("{}{junk}{}", &whole[..at], &whole[at..]), false);
    }
}
