//! Links this crate as a root task and makes the kernel's options known as cfgs.

fn main() {
    selfe_config::build_helpers::root_task();
}
