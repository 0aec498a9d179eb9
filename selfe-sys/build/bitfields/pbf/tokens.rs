//! The tokens of a definition file, and the arithmetic of its sizes.

/// The greatest size of a block in bits: several times that of any block, so that sums of sizes and
/// the output stay small.
pub const LARGEST: u32 = 1 << 12;

/// The greatest depth of nested signs and parentheses, because the parser is recursive.
const DEPTH: usize = 64;

/// The rest of a file.
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

    /// Takes the token if it is next.
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
            .filter(|bits| *bits <= LARGEST)
            .ok_or_else(|| format!("{value} bits, where no block has more than {LARGEST}"))
    }

    /// The value of an expression.
    pub fn number(&mut self, constants: &[(&str, u32)]) -> Result<u64, String> {
        let value = self.sum(constants, DEPTH)?;
        u64::try_from(value).map_err(|_| format!("{value}, which is negative or larger than a word"))
    }

    fn sum(&mut self, constants: &[(&str, u32)], depth: usize) -> Result<i128, String> {
        let mut value = self.product(constants, depth)?;
        loop {
            let sum = if self.take("+") {
                value.checked_add(self.product(constants, depth)?)
            } else if self.take("-") {
                value.checked_sub(self.product(constants, depth)?)
            } else {
                return Ok(value);
            };
            value = sum.ok_or(NO_VALUE)?;
        }
    }

    fn product(&mut self, constants: &[(&str, u32)], depth: usize) -> Result<i128, String> {
        let mut value = self.factor(constants, depth)?;
        loop {
            let product = if self.take("*") {
                value.checked_mul(self.factor(constants, depth)?)
            } else if self.take("/") {
                value.checked_div(self.factor(constants, depth)?)
            } else if self.take("%") {
                value.checked_rem(self.factor(constants, depth)?)
            } else {
                return Ok(value);
            };
            value = product.ok_or(NO_VALUE)?;
        }
    }

    fn factor(&mut self, constants: &[(&str, u32)], depth: usize) -> Result<i128, String> {
        let depth = depth
            .checked_sub(1)
            .ok_or_else(|| format!("an expression stands within more than {DEPTH} others"))?;
        if self.take("-") {
            let value = self.factor(constants, depth)?;
            return Ok(value.checked_neg().ok_or(NO_VALUE)?);
        }
        if self.take("(") {
            let value = self.sum(constants, depth)?;
            self.expect(")")?;
            return Ok(value);
        }
        let word = self.next().ok_or("the end where a number is due")?;
        if let Some((_, value)) = constants.iter().find(|(name, _)| *name == word) {
            return Ok(i128::from(*value));
        }
        number(&word).ok_or_else(|| format!("`{word}` where a number is due"))
    }
}

/// The error about a division by zero, or a result with too many bits.
const NO_VALUE: &str = "an expression without a value";

/// A number in the syntax of C or Python. One that begins with a zero is octal in C and an error in
/// Python.
fn number(word: &str) -> Option<i128> {
    let digits = word.trim_end_matches(['l', 'L']).to_ascii_lowercase();
    let (digits, base) = match digits.get(..2) {
        Some("0x") => (&digits[2..], 16),
        Some("0b") => (&digits[2..], 2),
        Some("0o") => (&digits[2..], 8),
        _ => (digits.as_str(), 10),
    };
    let is_octal_to_some = base == 10 && digits.len() > 1 && digits.starts_with('0');
    let parsed = u64::from_str_radix(digits, base).ok().filter(|_| !is_octal_to_some);
    parsed.map(i128::from)
}
