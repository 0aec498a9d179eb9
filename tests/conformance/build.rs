//! Links the program as a root task.

fn main() {
    selfe_config::build_helpers::root_task();
    // Kernels before 13.0.0 have no such option.
    println!("cargo::rustc-check-cfg=cfg(KernelEnableSMPSupport)");
}
