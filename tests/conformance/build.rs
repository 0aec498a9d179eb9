//! Links the program as a root task.

fn main() {
    selfe_config::build_helpers::root_task();
}
