//! The settings of a kernel under which it has a method.
//!
//! Newer releases write the condition as XML elements, which `read` turns into a [`Condition`];
//! release 12 has a preprocessor expression, which [`parse`] reads.

/// The greatest depth of nested conditions, because the parsers are recursive; no release has more
/// than three levels.
pub const DEPTH: usize = 64;

/// The error about a deeper one.
pub fn too_deep() -> String {
    format!("a condition stands within more than {DEPTH} others")
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// A macro such as `CONFIG_KERNEL_MCS` is set.
    Set(String),
    /// A macro's number is greater than this one.
    Greater(String, u64),
    Not(Box<Condition>),
    /// True if it has no parts.
    All(Vec<Condition>),
    Any(Vec<Condition>),
}

impl Condition {
    /// Whether it holds. `value` returns what a macro stands for: an empty text if it is only
    /// defined, `None` if it is not.
    ///
    /// # Errors
    /// A macro that is compared is not a number.
    pub fn holds(&self, value: &dyn Fn(&str) -> Option<String>) -> Result<bool, String> {
        match self {
            Condition::Set(name) => Ok(value(name).is_some()),
            Condition::Greater(name, than) => match value(name) {
                Some(text) => match text.parse::<u64>() {
                    Ok(number) => Ok(number > *than),
                    Err(_) => Err(format!("{name} is compared with {than}, and is `{text}`, not a number")),
                },
                // To C's preprocessor, an undefined macro is 0.
                None => Ok(false),
            },
            Condition::Not(part) => part.holds(value).map(|held| !held),
            Condition::All(parts) => parts.iter().try_fold(true, |held, part| Ok(part.holds(value)? && held)),
            Condition::Any(parts) => parts
                .iter()
                .try_fold(false, |held, part| Ok(part.holds(value)? || held)),
        }
    }
}

/// Reads `defined(A) && !(defined(B) || defined(C))`. An empty condition is true.
pub fn parse(text: &str) -> Result<Condition, String> {
    if text.trim().is_empty() {
        return Ok(Condition::All(Vec::new()));
    }
    let mut rest = text.trim_start();
    let condition = any(&mut rest, DEPTH)?;
    if rest.is_empty() {
        return Ok(condition);
    }
    Err(format!("the condition \"{text}\" goes on with \"{rest}\""))
}

fn any(rest: &mut &str, depth: usize) -> Result<Condition, String> {
    let mut parts = vec![all(rest, depth)?];
    while take(rest, "||") {
        parts.push(all(rest, depth)?);
    }
    Ok(one_or(parts, Condition::Any))
}

fn all(rest: &mut &str, depth: usize) -> Result<Condition, String> {
    let mut parts = vec![single(rest, depth)?];
    while take(rest, "&&") {
        parts.push(single(rest, depth)?);
    }
    Ok(one_or(parts, Condition::All))
}

fn single(rest: &mut &str, depth: usize) -> Result<Condition, String> {
    let depth = depth.checked_sub(1).ok_or_else(too_deep)?;
    if take(rest, "!") {
        return Ok(Condition::Not(Box::new(single(rest, depth)?)));
    }
    if take(rest, "(") {
        let inner = any(rest, depth)?;
        return closed(rest).map(|()| inner);
    }
    if !take(rest, "defined") {
        return greater(rest);
    }
    let in_parentheses = take(rest, "(");
    let name = word(rest)?;
    if in_parentheses {
        closed(rest)?;
    }
    Ok(Condition::Set(name))
}

fn greater(rest: &mut &str) -> Result<Condition, String> {
    let name = word(rest)?;
    if !take(rest, ">") {
        return Err(format!("\"{rest}\" is not a comparison that selfe-sys knows"));
    }
    let number = word(rest)?;
    match number.parse() {
        Ok(number) => Ok(Condition::Greater(name, number)),
        Err(_) => Err(format!("\"{number}\" is not a number, or too large")),
    }
}

fn word(rest: &mut &str) -> Result<String, String> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
    let (word, after) = rest.split_at(end);
    if word.is_empty() {
        return Err(format!("\"{rest}\" where a name or a number is due"));
    }
    *rest = after.trim_start();
    Ok(word.to_owned())
}

fn closed(rest: &mut &str) -> Result<(), String> {
    if take(rest, ")") {
        return Ok(());
    }
    Err(format!("\"{rest}\" where a closing parenthesis is due"))
}

fn take(rest: &mut &str, sign: &str) -> bool {
    let Some(after) = rest.strip_prefix(sign) else {
        return false;
    };
    *rest = after.trim_start();
    true
}

fn one_or(mut parts: Vec<Condition>, many: fn(Vec<Condition>) -> Condition) -> Condition {
    match parts.len() {
        1 => parts.remove(0),
        _ => many(parts),
    }
}

#[cfg(test)]
mod tests {
    use super::{DEPTH, parse};
    use proptest::prelude::*;

    fn value(name: &str) -> Option<String> {
        match name {
            "A" => Some(String::new()),
            "NODES" => Some("4".to_owned()),
            "CPU" => Some("cortex".to_owned()),
            _ => None,
        }
    }

    #[test]
    fn expressions_of_the_preprocessor() {
        for (text, holds) in [
            ("", true),
            ("defined(A)", true),
            ("!defined(A)", false),
            ("defined A && !(defined(B) || defined(C))", true),
            ("defined(B) && defined(C) || defined(A)", true),
            ("defined(A) && defined(B)", false),
            ("NODES > 1", true),
            ("(NODES > 4) || MISSING > 0", false),
        ] {
            assert_eq!(parse(text).and_then(|c| c.holds(&value)), Ok(holds), "{text}");
        }
        assert!(parse("defined(A").is_err());
        assert!(parse("NODES >= 1").is_err());
        assert!(parse("defined(A) defined(B)").is_err());
        assert!(parse("NODES > 18446744073709551616").is_err());
    }

    #[test]
    fn what_is_compared_is_a_number() {
        let error = parse("defined(B) || CPU > 1")
            .and_then(|c| c.holds(&value))
            .unwrap_err();
        assert_eq!(error, "CPU is compared with 1, and is `cortex`, not a number");
    }

    #[test]
    fn conditions_within_conditions_have_an_end() {
        for (before, after) in [("!", ""), ("(", ")"), ("!(", ")")] {
            let nested = |times: usize| format!("{}defined(A){}", before.repeat(times), after.repeat(times));
            assert!(parse(&nested(20)).is_ok());
            for times in [DEPTH, 200_000] {
                assert!(
                    parse(&nested(times))
                        .unwrap_err()
                        .starts_with("a condition stands within")
                );
            }
            assert!(parse(&before.repeat(200_000)).is_err());
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "[()!&|>a-c0-9_ ä]{0,40}|(defined|[()!]|&&|\\|\\|| A| > 9){0,30}") {
            if let Ok(condition) = parse(&text) {
                let _ = condition.holds(&value);
            }
        }
    }
}
