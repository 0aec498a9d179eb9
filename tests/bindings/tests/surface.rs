//! Every item of the kernel's headers is in selfe-sys, or left out for a reason that stands here.

use selfe_binding_tests::headers::Kind;
use selfe_binding_tests::{bindings, headers, manifest, rust_items, sources, target};

#[test]
fn every_item_of_the_headers_is_bound_or_left_out_for_a_reason() {
    let manifest = manifest().unwrap();
    let arguments = target::clang_arguments(&manifest).unwrap();
    let items = headers::list(&bindings().join("libsel4.h"), &arguments).unwrap();
    assert!(
        items.len() > 500,
        "libclang found only {} items in the headers",
        items.len()
    );
    let files = sources();
    let names = rust_items::read(files.iter().map(|file| file.as_path())).unwrap();
    let missing: Vec<String> = items
        .iter()
        .filter(|(name, _)| !names.all.contains(*name))
        .map(|(name, (kind, file))| format!("{kind:?} {name} ({file})"))
        .collect();
    assert!(
        missing.is_empty(),
        "{} of {} items of the headers are missing from selfe-sys:\n{}",
        missing.len(),
        items.len(),
        missing.join("\n")
    );
}
