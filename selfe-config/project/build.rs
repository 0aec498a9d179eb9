fn main() {
    selfe_config::build_helpers::root_task();
}
