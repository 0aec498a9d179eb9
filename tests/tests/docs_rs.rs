//! The documentation as docs.rs makes it: without a kernel.

use selfe_tests::{cargo, run, target_dir};

#[test]
fn crates_that_need_a_kernel_show_their_front_pages() {
    let target = target_dir().join("second-project");
    let mut doc = cargo();
    doc.env("CARGO_TARGET_DIR", &target).env("DOCS_RS", "1");
    doc.env("RUSTDOCFLAGS", "-D warnings");
    // Everything else that would be needed is not available there.
    doc.env("LIBCLANG_PATH", "/nowhere").env("SELFE_CACHE_DIR", "/nowhere");
    doc.args(["doc", "--quiet", "--no-deps"]);
    run(doc.args([
        "-p",
        "selfe-sys",
        "-p",
        "selfe-runtime",
        "-p",
        "selfe-start",
        "-p",
        "selfe-test",
    ]))
    .success();
    for (page, words) in [
        ("selfe_sys", "Rust bindings of libsel4"),
        ("selfe_runtime", "in place of an operating system"),
        ("selfe_start", "The entry point of a Rust root task"),
        ("selfe_test", "Tests of a root task that run on seL4"),
    ] {
        let text = std::fs::read_to_string(target.join("doc").join(page).join("index.html")).unwrap();
        assert!(text.contains(words), "{page}");
    }
}
