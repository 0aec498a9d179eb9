//! Links the programs as root tasks.

fn main() {
    selfe_config::build_helpers::root_task();
}
