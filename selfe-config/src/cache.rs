//! The cache outside `target/` that every project on the machine shares.
