//! The environment of `make_root_task`, in which cargo makes the same as without `selfe build`.
//!
//! `make_root_task` gets the chosen platform, architecture and sel4.toml in four variables. Build
//! scripts make cargo watch them: if they are set for `selfe build` and unset for `cargo run`, each
//! of the two compiles everything again. So the shell gets a function `cargo`, which resets those
//! of the four that make no difference to cargo, unless the line itself sets them, or makes cargo
//! build another project's crates.

use crate::context::Chosen;
use selfe_config::build_helpers::of_folder;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

const CONFIG_PATH: &str = "SEL4_CONFIG_PATH";
const PLATFORM: &str = "SEL4_PLATFORM";
const ARCH: &str = "SEL4_OVERRIDE_ARCH";
const SEL4_ARCH: &str = "SEL4_OVERRIDE_SEL4_ARCH";

/// The four variables for `make_root_task`.
pub fn variables(chosen: &Chosen) -> [(&'static str, OsString); 4] {
    let context = &chosen.config.context;
    let config = chosen.document.path().map_or_else(PathBuf::new, |path| {
        std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
    });
    [
        (CONFIG_PATH, config.into_os_string()),
        (PLATFORM, context.platform.0.clone().into()),
        (ARCH, context.arch.as_str().into()),
        (SEL4_ARCH, context.sel4_arch.as_str().into()),
    ]
}

/// The shell function `cargo` for a line that runs in a folder; empty if cargo needs each of the
/// variables.
pub fn shell_function(chosen: &Chosen, folder: &Path) -> String {
    let configured = configured(folder);
    let seen = |name: &str| Seen {
        environment: std::env::var_os(name),
        configured: configured
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.clone()),
    };
    let variables = variables(chosen);
    let needless: Vec<Needless> = needless(chosen, folder, seen)
        .into_iter()
        .filter_map(|(name, outside)| {
            let (_, set) = variables.iter().find(|(known, _)| *known == name)?;
            let set = set.to_str()?.to_owned();
            Some(Needless { name, set, outside })
        })
        .collect();
    function(&needless, folder)
}

/// A variable that makes no difference to cargo.
struct Needless {
    name: &'static str,
    /// Its value in `make_root_task`.
    set: String,
    /// Its value outside of `selfe build`.
    outside: Option<OsString>,
}

/// The state of a variable without `selfe build`.
struct Seen {
    /// In the environment.
    environment: Option<OsString>,
    /// In the `[env]` of cargo's configuration, which the environment overrides.
    configured: Option<OsString>,
}

/// The variables that make no difference to cargo, with their values outside of `selfe build`.
fn needless(chosen: &Chosen, folder: &Path, seen: impl Fn(&str) -> Seen) -> Vec<(&'static str, Option<OsString>)> {
    let context = &chosen.config.context;
    let own = chosen.document.path().and_then(|path| path.canonicalize().ok());
    let is_same = |name: &str, value: Option<&OsString>| match (name, value) {
        // A relative path counts from the folder of each build script.
        (CONFIG_PATH, Some(value)) => {
            Path::new(value).is_absolute() && Path::new(value).canonicalize().ok() == own && own.is_some()
        }
        (CONFIG_PATH, None) => {
            let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
            own.is_some() && of_folder(folder, Path::new(&cargo)) == own
        }
        (PLATFORM, Some(value)) => *value == *context.platform.0,
        (PLATFORM, None) => chosen
            .document
            .default_platform(context.sel4_arch)
            .is_ok_and(|platform| platform == context.platform),
        (ARCH, Some(value)) => value == context.arch.as_str(),
        (ARCH, None) => context.arch == context.sel4_arch.arch(),
        (_, Some(value)) => value == context.sel4_arch.as_str(),
        // It follows from the Rust target, which the line itself may set.
        (_, None) => context.sel4_arch.rust_arch().sel4_arch() == context.sel4_arch,
    };
    [CONFIG_PATH, PLATFORM, ARCH, SEL4_ARCH]
        .into_iter()
        .filter_map(|name| {
            let seen = seen(name);
            // An empty value counts as unset, also in cargo's own table.
            let value = seen.environment.as_ref().or(seen.configured.as_ref());
            is_same(name, value.filter(|value| !value.is_empty())).then_some((name, seen.environment))
        })
        .collect()
}

/// The function runs in a subshell, so that the rest of the line is not affected. A variable to
/// which the line gave another value keeps it. sel4.toml stays named if cargo may find another one:
/// when it is started in, or sent to, another folder than the line's.
fn function(needless: &[Needless], folder: &Path) -> String {
    let quoted = |text: &str| format!("'{}'", text.replace('\'', r"'\''"));
    let here = folder.canonicalize().ok();
    let here = here.as_ref().and_then(|folder| folder.to_str()).map(quoted);
    let mut lines = String::new();
    for Needless { name, set, outside } in needless {
        let change = match outside.as_ref().map(|value| value.to_str()) {
            None => format!("unset {name}"),
            Some(Some(value)) => format!("{name}={}", quoted(value)),
            // It can't be written into a line of the shell, so cargo gets it unchanged.
            Some(None) => continue,
        };
        let is_ours = format!("[ \"${{{name}-}}\" = {} ]", quoted(set));
        lines += &match (*name, &here) {
            (CONFIG_PATH, Some(here)) => format!(
                "if {is_ours} && [ \"$(pwd -P)\" = {here} ]; then case \" $* \" in *' --manifest-path'*|*' -C'*) ;; *) {change};; esac; fi; "
            ),
            (CONFIG_PATH, None) => continue,
            _ => format!("if {is_ours}; then {change}; fi; "),
        };
    }
    match lines.is_empty() {
        true => lines,
        false => format!("cargo() ( {lines}command cargo \"$@\"; )\n"),
    }
}

/// The `[env]` of cargo's configuration for a folder: the nearest file counts.
fn configured(folder: &Path) -> Vec<(String, OsString)> {
    let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    let homes = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let homes = homes.or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cargo")));
    let places = folder.ancestors().map(|folder| folder.join(".cargo")).chain(homes);
    let mut found: Vec<(String, OsString)> = Vec::new();
    for place in places {
        let files = ["config", "config.toml"].map(|name| place.join(name));
        let Some(text) = files.iter().find_map(|file| std::fs::read_to_string(file).ok()) else {
            continue;
        };
        for (name, value) in env_table(&text, place.parent().unwrap_or(&place)) {
            if !found.iter().any(|(known, _)| *known == name) {
                found.push((name, value));
            }
        }
    }
    found
}

/// The `[env]` of a file in a folder's `.cargo`.
fn env_table(text: &str, folder: &Path) -> Vec<(String, OsString)> {
    let table: toml::Table = text.parse().unwrap_or_default();
    let Some(env) = table.get("env").and_then(toml::Value::as_table) else {
        return Vec::new();
    };
    let value = |entry: &toml::Value| match entry {
        toml::Value::String(text) => Some(text.into()),
        toml::Value::Table(entry) => {
            let text = entry.get("value")?.as_str()?;
            let is_relative = entry.get("relative").and_then(toml::Value::as_bool) == Some(true);
            Some(if is_relative {
                folder.join(text).into_os_string()
            } else {
                text.into()
            })
        }
        _ => None,
    };
    env.iter()
        .filter_map(|(name, entry)| Some((name.clone(), value(entry)?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use selfe_config::model::{Document, Platform, SeL4Arch};
    use std::process::Command;

    fn chosen(folder: &Path, sel4_arch: SeL4Arch, platform: &str) -> Chosen {
        let path = folder.join("sel4.toml");
        std::fs::write(&path, selfe_config::model::document::DEFAULT_TEXT).unwrap();
        let document = Document::read(&path).unwrap();
        let config = document
            .contextualize(sel4_arch.arch(), sel4_arch, true, &Platform(platform.to_owned()))
            .unwrap();
        Chosen { document, config }
    }

    fn names(chosen: &Chosen, folder: &Path, configured: &[(&str, OsString)]) -> Vec<&'static str> {
        let seen = |name: &str| Seen {
            environment: None,
            configured: configured
                .iter()
                .find(|(key, _)| *key == name)
                .map(|(_, value)| value.clone()),
        };
        needless(chosen, folder, seen)
            .into_iter()
            .map(|(name, _)| name)
            .collect()
    }

    #[test]
    fn what_cargo_comes_to_by_itself_is_taken_back() {
        let dir = tempfile::tempdir().unwrap();
        let pc99 = chosen(dir.path(), SeL4Arch::X86_64, "pc99");
        let path = dir.path().join("sel4.toml").into_os_string();
        let template = [(CONFIG_PATH, path), (PLATFORM, "pc99".into())];
        assert_eq!(
            names(&pc99, dir.path(), &template),
            [CONFIG_PATH, PLATFORM, ARCH, SEL4_ARCH]
        );
        // There is no package in that folder whose sel4.toml a build script would find.
        assert_eq!(names(&pc99, dir.path(), &[]), [PLATFORM, ARCH, SEL4_ARCH]);
        let other = [(CONFIG_PATH, "/other/sel4.toml".into()), (PLATFORM, "virt".into())];
        assert_eq!(names(&pc99, dir.path(), &other), [ARCH, SEL4_ARCH]);
        let zynqmp = chosen(dir.path(), SeL4Arch::Aarch64, "zynqmp");
        assert_eq!(names(&zynqmp, dir.path(), &[]), [ARCH, SEL4_ARCH]);
        let hypervisor = chosen(dir.path(), SeL4Arch::ArmHyp, "virt");
        assert!(!names(&hypervisor, dir.path(), &[]).contains(&SEL4_ARCH));
    }

    #[test]
    fn the_env_table_of_cargo() {
        let text = "[env]\nA = 'a'\nB = { value = 'b', relative = true }\nC = { value = 'c', force = true }\n";
        let expected = [("A", "a"), ("B", "/p/b"), ("C", "c")];
        assert_eq!(
            env_table(text, Path::new("/p")),
            expected.map(|(name, value)| (name.to_owned(), OsString::from(value)))
        );
        assert!(env_table("[env", Path::new("/p")).is_empty());
    }

    #[test]
    fn cargo_alone_sees_less() {
        let dir = tempfile::tempdir().unwrap();
        let program = dir.path().join("cargo");
        std::fs::write(&program, "#!/bin/sh\necho \"$1 <$A> <$B> <$C>\"\n").unwrap();
        std::fs::set_permissions(&program, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        let of = |name: &'static str, set: &str, outside: Option<&str>| Needless {
            name,
            set: set.to_owned(),
            outside: outside.map(OsString::from),
        };
        let run = |needless: &[Needless], line: &str| {
            let function = function(needless, dir.path());
            let path = format!("{}:{}", dir.path().display(), std::env::var("PATH").unwrap());
            let output = Command::new("sh")
                .args(["-c", &format!("{function}{line}")])
                .current_dir(dir.path())
                .env("PATH", path)
                .envs([("A", "a"), ("B", "b"), ("C", "c"), (CONFIG_PATH, "/it's/sel4.toml")])
                .output()
                .unwrap();
            String::from_utf8(output.stdout).unwrap()
        };
        let both = [of("A", "a", None), of("B", "b", Some("it's"))];
        let said = run(
            &both,
            "echo \"<$A> <$B> <$C>\"; C=d cargo one && cargo two; echo \"<$A> <$B> <$C>\"",
        );
        assert_eq!(
            said.lines().take(3).collect::<Vec<_>>(),
            ["<a> <b> <c>", "one <> <it's> <d>", "two <> <it's> <c>"]
        );
        assert!(said.ends_with("<c>\n") && said.contains("\n<a> <b>"), "{said}");
        // What the line sets counts.
        let said = run(&both, "set -e; A=other B= cargo one; export A=more; cargo two");
        assert_eq!(said, "one <other> <> <c>\ntwo <more> <it's> <c>\n");

        std::fs::write(&program, format!("#!/bin/sh\necho \"<${CONFIG_PATH}>\"\n")).unwrap();
        std::fs::create_dir(dir.path().join("other")).unwrap();
        let config = [of(CONFIG_PATH, "/it's/sel4.toml", None)];
        let own = "</it's/sel4.toml>\n";
        for (line, seen) in [
            ("cargo build --release", "<>\n"),
            ("cargo build --manifest-path other/Cargo.toml", own),
            ("cargo build --manifest-path=other/Cargo.toml", own),
            ("cargo -C other build", own),
            ("cd other && cargo build", own),
            ("(cd other) && cargo build", "<>\n"),
            (
                "SEL4_CONFIG_PATH=$PWD/other.toml; export SEL4_CONFIG_PATH; unset PWD; cargo build",
                "other.toml>\n",
            ),
        ] {
            let said = run(&config, line);
            assert!(said.ends_with(seen), "{line}: {said}");
        }
    }
}
