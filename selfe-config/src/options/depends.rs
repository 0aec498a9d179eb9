//! Which of an option's dependencies does not hold, as far as CMakeCache.txt shows.

use super::cmake_cache::CMakeCache;

/// The parts that don't hold; if none is known not to hold, those that may not.
pub(crate) fn unmet(depends: &[String], cache: &CMakeCache) -> Vec<String> {
    let judged: Vec<(&String, Option<bool>)> = depends.iter().map(|part| (part, holds(part, cache))).collect();
    let that_are = |wanted: Option<bool>| {
        let parts = judged.iter().filter(move |(_, held)| *held == wanted);
        parts.map(|(part, _)| (*part).clone()).collect::<Vec<String>>()
    };
    let false_ones = that_are(Some(false));
    if false_ones.is_empty() {
        that_are(None)
    } else {
        false_ones
    }
}

/// Whether a condition holds; none if that is unknown.
fn holds(condition: &str, cache: &CMakeCache) -> Option<bool> {
    if condition.contains(['(', ')', '"']) {
        return None;
    }
    let words: Vec<&str> = condition.split_whitespace().collect();
    any(&words, cache)
}

fn any(words: &[&str], cache: &CMakeCache) -> Option<bool> {
    let parts: Vec<_> = words.split(|word| *word == "OR").map(|part| all(part, cache)).collect();
    if parts.contains(&Some(true)) {
        return Some(true);
    }
    (!parts.contains(&None)).then_some(false)
}

fn all(words: &[&str], cache: &CMakeCache) -> Option<bool> {
    let parts: Vec<_> = words
        .split(|word| *word == "AND")
        .map(|part| one(part, cache))
        .collect();
    if parts.contains(&Some(false)) {
        return Some(false);
    }
    (!parts.contains(&None)).then_some(true)
}

fn one(words: &[&str], cache: &CMakeCache) -> Option<bool> {
    match words {
        ["NOT", rest @ ..] => one(rest, cache).map(|held| !held),
        [left, compared, right] => {
            let (left, right) = (value(left, cache)?, value(right, cache)?);
            match *compared {
                "EQUAL" => Some(left.parse::<i64>().ok()? == right.parse::<i64>().ok()?),
                "GREATER" => Some(left.parse::<i64>().ok()? > right.parse::<i64>().ok()?),
                "LESS" => Some(left.parse::<i64>().ok()? < right.parse::<i64>().ok()?),
                "STREQUAL" => Some(left == right),
                _ => None,
            }
        }
        [word] => match cache.get(word.trim_start_matches("${").trim_end_matches('}')) {
            Some(entry) => Some(is_true(&entry.value)),
            // The kernel removes options for other architectures and platforms.
            None => is_of_place(word).then_some(false),
        },
        _ => None,
    }
}

fn value(word: &str, cache: &CMakeCache) -> Option<String> {
    let name = word.trim_start_matches("${").trim_end_matches('}');
    let known = cache.get(name).map(|entry| entry.value.clone());
    known.or_else(|| (!word.starts_with("${")).then(|| word.to_owned()))
}

fn is_true(value: &str) -> bool {
    let value = value.to_ascii_uppercase();
    !matches!(
        value.as_str(),
        "" | "0" | "OFF" | "FALSE" | "NO" | "N" | "IGNORE" | "NOTFOUND"
    ) && !value.ends_with("-NOTFOUND")
}

/// Whether a word of a condition names an architecture or a platform.
fn is_of_place(word: &str) -> bool {
    ["KernelArch", "KernelSel4Arch", "KernelPlat", "Kernel32", "Kernel64"]
        .iter()
        .any(|prefix| word.starts_with(prefix))
}

/// Whether a condition can only hold for another architecture or platform.
pub(crate) fn is_about_place(condition: &str) -> bool {
    let words = condition.split_whitespace();
    words
        .filter(|word| !["NOT", "AND", "OR"].contains(word))
        .all(is_of_place)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unmet_of(depends: &[&str]) -> Vec<String> {
        let cache = CMakeCache::parse("A:BOOL=ON\nB:BOOL=OFF\nN:STRING=1\nC:STRING=x\n");
        let depends: Vec<String> = depends.iter().map(|part| (*part).to_owned()).collect();
        unmet(&depends, &cache)
    }

    #[test]
    fn conditions_are_read() {
        assert_eq!(unmet_of(&["A", "B", "NOT A", "NOT B"]), ["B", "NOT A"]);
        assert_eq!(unmet_of(&["A AND B", "A OR B", "A AND NOT B"]), ["A AND B"]);
        assert_eq!(
            unmet_of(&["${N} EQUAL 1", "NOT ${N} EQUAL 1", "N GREATER 1"]),
            ["NOT ${N} EQUAL 1", "N GREATER 1"]
        );
        assert_eq!(unmet_of(&["C STREQUAL x", "C STREQUAL y"]), ["C STREQUAL y"]);
        assert_eq!(unmet_of(&["A", "KernelPlatformTk1"]), ["KernelPlatformTk1"]);
    }

    #[test]
    fn what_can_t_be_told_is_said_where_nothing_else_is() {
        assert_eq!(unmet_of(&["A", "Unheard"]), ["Unheard"]);
        assert_eq!(unmet_of(&["B", "Unheard"]), ["B"]);
        assert_eq!(unmet_of(&["(A OR B) AND A"]), ["(A OR B) AND A"]);
    }

    #[test]
    fn another_architecture_is_told_apart() {
        assert!(is_about_place("KernelArchX86"));
        assert!(is_about_place("KernelSel4ArchAarch64 OR KernelPlatformTx2"));
        assert!(!is_about_place("NOT KernelVerificationBuild"));
    }
}
