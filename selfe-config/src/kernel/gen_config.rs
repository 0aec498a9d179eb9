//! The configuration that a kernel's build generates for C: names without `CONFIG_`, booleans as
//! `true` and `false`.

use super::error::UnusableResult;
use crate::options::cmake_cache::CMakeCache;
use crate::options::declared::Declarations;
use crate::release::GeneratedConfig;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// The kernel's and libsel4's, each in its own folder.
const FILES: &[&str] = &[
    "kernel/gen_config/kernel/gen_config",
    "libsel4/gen_config/sel4/gen_config",
];

/// Reads both.
pub fn read(
    build: &Path,
    form: GeneratedConfig,
    declared: &Declarations,
    cache: &CMakeCache,
) -> Result<BTreeMap<String, String>, UnusableResult> {
    let ending = match form {
        GeneratedConfig::Json => "json",
        GeneratedConfig::Header => "h",
    };
    let mut all = BTreeMap::new();
    for file in FILES {
        let path = build.join(format!("{file}.{ending}"));
        let wrong = |cause: String| UnusableResult {
            what: "generated configuration",
            path: path.clone(),
            cause,
        };
        let text = fs::read_to_string(&path).map_err(|error| wrong(error.to_string()))?;
        let values = match form {
            GeneratedConfig::Json => from_json(&text).map_err(|error| wrong(error.to_string()))?,
            GeneratedConfig::Header => from_header(&text, |name| {
                let option = declared.of_config_name(name).and_then(|option| cache.get(option));
                option.is_some_and(|entry| entry.value == "1")
            }),
        };
        all.extend(values);
    }
    Ok(all)
}

fn from_json(text: &str) -> serde_json::Result<BTreeMap<String, String>> {
    let values: BTreeMap<String, serde_json::Value> = serde_json::from_str(text)?;
    let text = |value: serde_json::Value| match value {
        serde_json::Value::String(text) => text,
        other => other.to_string(),
    };
    Ok(values.into_iter().map(|(name, value)| (name, text(value))).collect())
}

/// `#define CONFIG_NAME VALUE`, one per line. Options that are off are left out; those that are on
/// are 1, as are numbers that are 1.
fn from_header(text: &str, is_one: impl Fn(&str) -> bool) -> BTreeMap<String, String> {
    let defined = text.lines().filter_map(|line| {
        let (name, value) = line.strip_prefix("#define CONFIG_")?.split_once(char::is_whitespace)?;
        let value = match value.trim() {
            "1" if !is_one(name) => "true",
            value => value.trim_matches('"'),
        };
        Some((name.to_owned(), value.to_owned()))
    });
    defined.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_s_ones_are_true_or_a_number() {
        let text = "\n#pragma once\n\n#define CONFIG_ON 1\n#define CONFIG_NODES 1\n#define CONFIG_PLAT \"pc99\"\n\
                    #define CONFIG_BITS 0x10\n/* disabled: CONFIG_OFF */\n";
        let read = from_header(text, |name| name == "NODES");
        let pairs: Vec<(&str, &str)> = read
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        assert_eq!(
            pairs,
            [("BITS", "0x10"), ("NODES", "1"), ("ON", "true"), ("PLAT", "pc99")]
        );
    }
}
