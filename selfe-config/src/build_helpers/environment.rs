//! The environment of a build script: what cargo and the user put into it.

use super::directives::or_exit;
use super::error::BuildScriptError;
use std::env;
use std::ffi::OsString;
use std::path::PathBuf;

/// The environment of a build script, as far as it decides the configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuildEnv {
    /// The target's architecture, as cargo names it.
    pub cargo_cfg_target_arch: String,
    /// 32 or 64.
    pub cargo_cfg_target_pointer_width: usize,
    /// The folder for what the build script makes.
    pub out_dir: PathBuf,
    /// Debug or release.
    pub profile: BuildProfile,
    /// `SEL4_CONFIG_PATH`: the sel4.toml to use.
    pub sel4_config_path: Option<PathBuf>,
    /// `SEL4_OVERRIDE_ARCH`.
    pub sel4_override_arch: Option<String>,
    /// `SEL4_OVERRIDE_SEL4_ARCH`.
    pub sel4_override_sel4_arch: Option<String>,
    /// `SEL4_PLATFORM`.
    pub sel4_platform: Option<String>,
}

/// Cargo's two kinds of profile; a custom profile counts as the one that it inherits from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BuildProfile {
    /// `dev`, and profiles that inherit from it.
    Debug,
    /// `release`, and profiles that inherit from it.
    Release,
}

impl BuildProfile {
    /// Whether it is [`BuildProfile::Debug`].
    pub fn is_debug(&self) -> bool {
        *self == BuildProfile::Debug
    }
}

impl BuildEnv {
    /// Makes cargo run the build script again if one of the variables that decide the configuration
    /// changes.
    ///
    /// Cargo runs it again for another target or profile by itself.
    pub fn request_reruns() {
        for variable in [
            "SEL4_CONFIG_PATH",
            "SEL4_PLATFORM",
            "SEL4_OVERRIDE_ARCH",
            "SEL4_OVERRIDE_SEL4_ARCH",
        ] {
            println!("cargo::rerun-if-env-changed={variable}");
        }
    }

    /// Reads the environment. Outside a build script, this ends the process with an error for
    /// cargo.
    pub fn from_env_vars() -> Self {
        or_exit(Self::try_from_env_vars())
    }

    /// As [`BuildEnv::from_env_vars`], for a script that goes on after an error.
    ///
    /// # Errors
    /// A variable that cargo sets for build scripts is not set, or one has a value that can't be
    /// used.
    pub fn try_from_env_vars() -> Result<Self, super::Error> {
        Ok(Self::read(|name| env::var_os(name))?)
    }

    pub(super) fn read(get: impl Fn(&str) -> Option<OsString>) -> Result<Self, BuildScriptError> {
        let user = |name: &'static str| match get(name).filter(|value| !value.is_empty()).map(OsString::into_string) {
            None => Ok(None),
            Some(Ok(value)) => Ok(Some(value)),
            Some(Err(value)) => Err(BuildScriptError::Value {
                variable: name,
                value: value.to_string_lossy().into_owned(),
                wanted: "UTF-8",
            }),
        };
        let cargo = |name: &'static str| user(name)?.ok_or(BuildScriptError::NotCargo(name));
        let width = cargo("CARGO_CFG_TARGET_POINTER_WIDTH")?;
        let profile = cargo("PROFILE")?;
        Ok(BuildEnv {
            cargo_cfg_target_arch: cargo("CARGO_CFG_TARGET_ARCH")?,
            cargo_cfg_target_pointer_width: width.parse().map_err(|_| BuildScriptError::Value {
                variable: "CARGO_CFG_TARGET_POINTER_WIDTH",
                value: width,
                wanted: "a number",
            })?,
            out_dir: get("OUT_DIR")
                .map(PathBuf::from)
                .ok_or(BuildScriptError::NotCargo("OUT_DIR"))?,
            profile: match profile.as_str() {
                "debug" => BuildProfile::Debug,
                "release" => BuildProfile::Release,
                _ => {
                    return Err(BuildScriptError::Value {
                        variable: "PROFILE",
                        value: profile,
                        wanted: "debug or release",
                    });
                }
            },
            sel4_config_path: get("SEL4_CONFIG_PATH")
                .filter(|path| !path.is_empty())
                .map(PathBuf::from),
            sel4_override_arch: user("SEL4_OVERRIDE_ARCH")?,
            sel4_override_sel4_arch: user("SEL4_OVERRIDE_SEL4_ARCH")?,
            sel4_platform: user("SEL4_PLATFORM")?,
        })
    }
}
