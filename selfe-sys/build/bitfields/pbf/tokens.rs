//! The words, numbers and signs of a definition file, and the arithmetic of its sizes.

/// What is left of a file.
pub struct Tokens(std::iter::Peekable<std::vec::IntoIter<String>>);

impl Tokens {
    pub fn read(text: &str) -> Result<Self, String> {
        let mut tokens: Vec<String> = Vec::new();
        for line in text.lines() {
            let line = line.split("--").next().unwrap_or("").split('#').next().unwrap_or("");
            let mut rest = line.trim_start();
            while let Some(first) = rest.chars().next() {
                let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
                let end = match first {
                    c if is_word(c) => rest.find(|c| !is_word(c)).unwrap_or(rest.len()),
                    '{' | '}' | '(' | ')' | ',' | '+' | '-' | '*' | '/' | '%' => 1,
                    other => return Err(format!("the character `{other}`")),
                };
                tokens.push(rest[..end].to_owned());
                rest = rest[end..].trim_start();
            }
        }
        Ok(Tokens(tokens.into_iter().peekable()))
    }

    pub fn next(&mut self) -> Option<String> {
        self.0.next()
    }

    /// Takes the token where it comes next.
    pub fn take(&mut self, token: &str) -> bool {
        self.0.next_if(|next| next == token).is_some()
    }

    pub fn expect(&mut self, token: &str) -> Result<(), String> {
        match self.next() {
            Some(found) if found == token => Ok(()),
            found => Err(format!("`{}` where `{token}` is due", found.unwrap_or_default())),
        }
    }

    pub fn identifier(&mut self) -> Result<String, String> {
        let is_name = |word: &String| word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        match self.next() {
            Some(word) if is_name(&word) => Ok(word),
            found => Err(format!("`{}` where a name is due", found.unwrap_or_default())),
        }
    }

    /// The value of an expression that counts bits.
    pub fn small(&mut self, constants: &[(&str, u32)]) -> Result<u32, String> {
        let value = self.number(constants)?;
        u32::try_from(value)
            .ok()
            .filter(|bits| *bits <= 1 << 16)
            .ok_or_else(|| format!("{value} bits"))
    }

    /// The value of an expression.
    pub fn number(&mut self, constants: &[(&str, u32)]) -> Result<u64, String> {
        let value = self.sum(constants)?;
        u64::try_from(value).map_err(|_| format!("the negative number {value}"))
    }

    fn sum(&mut self, constants: &[(&str, u32)]) -> Result<i128, String> {
        let mut value = self.product(constants)?;
        loop {
            if self.take("+") {
                value += self.product(constants)?;
            } else if self.take("-") {
                value -= self.product(constants)?;
            } else {
                return Ok(value);
            }
        }
    }

    fn product(&mut self, constants: &[(&str, u32)]) -> Result<i128, String> {
        let mut value = self.factor(constants)?;
        loop {
            let sign = self.0.next_if(|next| matches!(next.as_str(), "*" | "/" | "%"));
            let Some(sign) = sign else { return Ok(value) };
            let by = self.factor(constants)?;
            value = match sign.as_str() {
                "*" => value.checked_mul(by),
                "/" => value.checked_div(by),
                _ => value.checked_rem(by),
            }
            .ok_or("an expression without a value")?;
        }
    }

    fn factor(&mut self, constants: &[(&str, u32)]) -> Result<i128, String> {
        if self.take("-") {
            return Ok(-self.factor(constants)?);
        }
        if self.take("(") {
            let value = self.sum(constants)?;
            self.expect(")")?;
            return Ok(value);
        }
        let word = self.next().ok_or("the end where a number is due")?;
        if let Some((_, value)) = constants.iter().find(|(name, _)| *name == word) {
            return Ok(i128::from(*value));
        }
        let digits = word.trim_end_matches(['l', 'L']).to_ascii_lowercase();
        let parsed = match digits.get(..2) {
            Some("0x") => u64::from_str_radix(&digits[2..], 16),
            Some("0b") => u64::from_str_radix(&digits[2..], 2),
            Some("0o") => u64::from_str_radix(&digits[2..], 8),
            _ => digits.parse(),
        };
        parsed
            .map(i128::from)
            .map_err(|_| format!("`{word}` where a number is due"))
    }
}
