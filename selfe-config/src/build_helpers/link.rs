//! How a root task is linked.

use super::error::BuildScriptError;

/// The link arguments for the programs of the crate whose build script asks.
pub fn arguments() -> Result<Vec<String>, BuildScriptError> {
    let get = |name| std::env::var(name).map_err(|_| BuildScriptError::NotCargo(name));
    let os = get("CARGO_CFG_TARGET_OS")?;
    let arch = get("CARGO_CFG_TARGET_ARCH")?;
    let arguments = for_target(&os, &arch).iter();
    Ok(arguments
        .map(|argument| format!("cargo::rustc-link-arg-bins={argument}"))
        .collect())
}

/// The root server is loaded at the addresses that its file names, and there is nobody to link it dynamically.
fn for_target(os: &str, arch: &str) -> &'static [&'static str] {
    match (os, arch) {
        // The C compiler links: it is to leave out the C library and its start-up code.
        ("linux", _) => &["-no-pie", "-nostartfiles", "-nostdlib", "-static"],
        // The linker itself links. Of the bare-metal targets this one alone makes position-independent programs.
        ("none", "x86_64") => &["--no-pie"],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::for_target;

    #[test]
    fn only_a_c_compiler_gets_its_options() {
        assert!(for_target("linux", "x86_64").contains(&"-nostartfiles"));
        assert_eq!(for_target("none", "x86_64"), ["--no-pie"]);
        assert!(for_target("none", "aarch64").is_empty());
    }
}
