//! Under which of the kernel's settings a method is there.
//!
//! Newer releases write it as elements, which `read` turns into a [`Condition`]; release 12 as an expression of C's preprocessor,
//! which [`parse`] reads.

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// A macro such as `CONFIG_KERNEL_MCS` is set.
    Set(String),
    /// A macro's number is greater than this one.
    Greater(String, u64),
    Not(Box<Condition>),
    /// True where it has no parts.
    All(Vec<Condition>),
    Any(Vec<Condition>),
}

impl Condition {
    /// Whether it holds. `value` tells a macro's number: 1 for one that is merely set, `None` for one that is not.
    pub fn holds(&self, value: &dyn Fn(&str) -> Option<u64>) -> bool {
        match self {
            Condition::Set(name) => value(name).is_some(),
            // To C's preprocessor, what is not set is 0.
            Condition::Greater(name, number) => value(name).unwrap_or(0) > *number,
            Condition::Not(part) => !part.holds(value),
            Condition::All(parts) => parts.iter().all(|part| part.holds(value)),
            Condition::Any(parts) => parts.iter().any(|part| part.holds(value)),
        }
    }
}

/// Reads `defined(A) && !(defined(B) || defined(C))`. Nothing at all is always true.
pub fn parse(text: &str) -> Result<Condition, String> {
    if text.trim().is_empty() {
        return Ok(Condition::All(Vec::new()));
    }
    let mut rest = text.trim_start();
    let condition = any(&mut rest)?;
    if rest.is_empty() {
        return Ok(condition);
    }
    Err(format!("the condition \"{text}\" goes on with \"{rest}\""))
}

fn any(rest: &mut &str) -> Result<Condition, String> {
    let mut parts = vec![all(rest)?];
    while take(rest, "||") {
        parts.push(all(rest)?);
    }
    Ok(one_or(parts, Condition::Any))
}

fn all(rest: &mut &str) -> Result<Condition, String> {
    let mut parts = vec![single(rest)?];
    while take(rest, "&&") {
        parts.push(single(rest)?);
    }
    Ok(one_or(parts, Condition::All))
}

fn single(rest: &mut &str) -> Result<Condition, String> {
    if take(rest, "!") {
        return Ok(Condition::Not(Box::new(single(rest)?)));
    }
    if take(rest, "(") {
        let inner = any(rest)?;
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
        return Err(format!("no comparison that is known: \"{rest}\""));
    }
    let number = word(rest)?;
    match number.parse() {
        Ok(number) => Ok(Condition::Greater(name, number)),
        Err(_) => Err(format!("no number: \"{number}\"")),
    }
}

fn word(rest: &mut &str) -> Result<String, String> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
    let (word, after) = rest.split_at(end);
    if word.is_empty() {
        return Err(format!("no name or number: \"{rest}\""));
    }
    *rest = after.trim_start();
    Ok(word.to_owned())
}

fn closed(rest: &mut &str) -> Result<(), String> {
    if take(rest, ")") {
        return Ok(());
    }
    Err(format!("no closing parenthesis: \"{rest}\""))
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
    use super::parse;

    #[test]
    fn expressions_of_the_preprocessor() {
        let value = |name: &str| match name {
            "A" => Some(1),
            "NODES" => Some(4),
            _ => None,
        };
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
            assert_eq!(parse(text).map(|c| c.holds(&value)), Ok(holds), "{text}");
        }
        assert!(parse("defined(A").is_err());
        assert!(parse("NODES >= 1").is_err());
        assert!(parse("defined(A) defined(B)").is_err());
    }
}
