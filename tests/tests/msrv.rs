//! Every dependency compiles with the declared minimum version of Rust.

use selfe_tests::{cargo, run};

/// A version's numbers; missing ones are 0.
fn numbers(version: &str) -> Vec<u32> {
    let mut numbers: Vec<u32> = version.split('.').map(|number| number.parse().unwrap_or(0)).collect();
    numbers.resize(3, 0);
    numbers
}

#[test]
fn no_dependency_wants_a_newer_rust() {
    let metadata = run(cargo()
        .args(["metadata", "--format-version", "1", "--locked", "--offline"])
        // Packages for other hosts were not downloaded.
        .args(["--filter-platform", "x86_64-unknown-linux-gnu"]))
    .success();
    let metadata: serde_json::Value = serde_json::from_str(&metadata.out).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let of = |package: &serde_json::Value, key: &str| package[key].as_str().unwrap_or_default().to_owned();
    let own = packages
        .iter()
        .find(|package| package["name"] == "selfe-config")
        .unwrap();
    let declared = of(own, "rust_version");
    assert!(!declared.is_empty(), "selfe-config declares no rust-version");
    let newer: Vec<String> = packages
        .iter()
        .filter(|package| numbers(&of(package, "rust_version")) > numbers(&declared))
        .map(|package| {
            format!(
                "{} {} wants {}",
                of(package, "name"),
                of(package, "version"),
                of(package, "rust_version")
            )
        })
        .collect();
    assert!(newer.is_empty(), "rust-version is {declared}, and {}", newer.join(", "));
}
