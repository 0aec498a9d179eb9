//! selfe
fn main() {}
