//! Makes the kernel's options known as cfgs.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if !selfe_config::build_helpers::is_docs_rs() {
        selfe_config::build_helpers::linked_kernel();
    }
}
