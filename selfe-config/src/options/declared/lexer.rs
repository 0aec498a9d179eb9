//! Splits a CMake file into commands: only as much of CMake's language as that needs.

/// A command with its arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// Its name in lower case: CMake ignores case.
    pub name: String,
    /// Its arguments; a parenthesis among them is an argument too.
    pub(crate) arguments: Vec<String>,
}

/// Every command of a text, in order. Anything that is not CMake is skipped.
pub(crate) fn commands(text: &str) -> Vec<Command> {
    let mut lexer = Lexer { rest: text };
    let mut commands = Vec::new();
    while let Some(word) = lexer.next_word() {
        if lexer.begins_arguments() {
            commands.push(Command {
                name: word.to_ascii_lowercase(),
                arguments: lexer.arguments(),
            });
        }
    }
    commands
}

/// The rest of the text.
struct Lexer<'a> {
    rest: &'a str,
}

impl<'a> Lexer<'a> {
    fn skip_space_and_comments(&mut self) {
        loop {
            self.rest = self.rest.trim_start();
            let Some(comment) = self.rest.strip_prefix('#') else {
                return;
            };
            self.rest = comment;
            if self.bracket().is_none() {
                self.rest = comment.find('\n').map_or("", |end| &comment[end..]);
            }
        }
    }

    /// The next word outside of arguments, or a single character that does not begin a word.
    fn next_word(&mut self) -> Option<&'a str> {
        self.skip_space_and_comments();
        let first = self.rest.chars().next()?;
        let end = self
            .rest
            .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
            .unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end.max(first.len_utf8()));
        self.rest = rest;
        Some(word)
    }

    fn begins_arguments(&mut self) -> bool {
        let opened = self.rest.trim_start_matches([' ', '\t']).strip_prefix('(');
        self.rest = opened.unwrap_or(self.rest);
        opened.is_some()
    }

    /// The arguments up to the closing parenthesis, or to the end of the text.
    fn arguments(&mut self) -> Vec<String> {
        let mut arguments = Vec::new();
        let mut depth = 0;
        loop {
            self.skip_space_and_comments();
            let Some(first) = self.rest.chars().next() else {
                return arguments;
            };
            match first {
                ')' if depth == 0 => {
                    self.rest = &self.rest[1..];
                    return arguments;
                }
                '(' | ')' => {
                    depth = if first == '(' { depth + 1 } else { depth - 1 };
                    self.rest = &self.rest[1..];
                    arguments.push(first.to_string());
                }
                '"' => arguments.push(self.quoted()),
                '[' => match self.bracket() {
                    Some(text) => arguments.push(text),
                    None => arguments.push(self.unquoted()),
                },
                _ => arguments.push(self.unquoted()),
            }
        }
    }

    /// The text in quotation marks; a line break after a backslash is removed.
    fn quoted(&mut self) -> String {
        let mut text = String::new();
        let mut characters = self.rest.char_indices().skip(1);
        while let Some((at, character)) = characters.next() {
            match character {
                '"' => {
                    self.rest = &self.rest[at + 1..];
                    return text;
                }
                '\\' => match characters.next() {
                    Some((_, '\n')) => {}
                    Some((_, 'n')) => text.push('\n'),
                    Some((_, 't')) => text.push('\t'),
                    Some((_, other)) => text.push(other),
                    None => break,
                },
                other => text.push(other),
            }
        }
        self.rest = "";
        text
    }

    /// The text in `[[ ]]`, `[=[ ]=]` and so on, if such a bracket begins here.
    fn bracket(&mut self) -> Option<String> {
        let inner = self.rest.strip_prefix('[')?;
        let marks = inner.len() - inner.trim_start_matches('=').len();
        let inner = inner[marks..].strip_prefix('[')?;
        let close = format!("]{}]", "=".repeat(marks));
        let (text, rest) = inner.split_once(&close).unwrap_or((inner, ""));
        self.rest = rest;
        Some(text.strip_prefix('\n').unwrap_or(text).to_owned())
    }

    fn unquoted(&mut self) -> String {
        let mut text = String::new();
        let mut characters = self.rest.char_indices();
        while let Some((at, character)) = characters.next() {
            match character {
                '\\' => text.extend(characters.next().map(|(_, escaped)| escaped)),
                '(' | ')' | '"' | '#' => {
                    self.rest = &self.rest[at..];
                    return text;
                }
                space if space.is_whitespace() => {
                    self.rest = &self.rest[at..];
                    return text;
                }
                other => text.push(other),
            }
        }
        self.rest = "";
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn arguments(text: &str) -> Vec<String> {
        let mut all = commands(text);
        assert_eq!(all.len(), 1, "{all:?}");
        all.remove(0).arguments
    }

    #[test]
    fn arguments_of_every_form() {
        assert_eq!(
            arguments("f(a \"b c\" [[d\n e]] [=[]]]=])"),
            ["a", "b c", "d\n e", "]]"]
        );
        assert_eq!(arguments("f(\"a \\\n  b\\\"c\" d\\ e;f)"), ["a   b\"c", "d e;f"]);
        assert_eq!(arguments("f(a # no ) here\n #[[ nor\n ) here ]] b)"), ["a", "b"]);
        assert_eq!(
            arguments("IF ( a AND (b OR c) )"),
            ["a", "AND", "(", "b", "OR", "c", ")"]
        );
        assert_eq!(arguments("f(${a} \"${b}\")"), ["${a}", "${b}"]);
        assert_eq!(arguments("f()"), [""; 0]);
    }

    #[test]
    fn commands_follow_each_other() {
        let all = commands("# f(x)\nSet(a b)\n\nendif()#[=[ g() ]=]h(\n)");
        let names: Vec<&str> = all.iter().map(|command| command.name.as_str()).collect();
        assert_eq!(names, ["set", "endif", "h"]);
    }

    #[test]
    fn what_is_no_cmake_ends() {
        for text in [
            "f(", "f(\"a", "f([[a", "f(a\\", "f(\"a\\", ")(", "ä(b)", "#[[", "\"", "[=x",
        ] {
            commands(text);
        }
    }

    #[test]
    fn depth_and_length_are_no_matter() {
        for piece in ["f(", "(", "[", "[=", "#[[", "f([[a", "\\", "f(\"\\", "\"", "f(a"] {
            for text in [piece.repeat(200_000), format!("f({}", piece.repeat(200_000))] {
                commands(&text);
            }
        }
        let nested = commands(&format!("f({}a{})", "(".repeat(200_000), ")".repeat(200_000)));
        assert_eq!((nested.len(), nested[0].arguments.len()), (1, 400_001));
    }

    proptest! {
        #[test]
        fn any_text_has_an_end(text in ".{0,60}|([()\\[\\]=\"#;$ {}\n\\\\]|a|set|ä){0,60}") {
            for command in commands(&text) {
                prop_assert!(!command.name.is_empty());
            }
        }

        #[test]
        fn what_is_quoted_comes_out_as_it_was(argument in "[ -~ä\n]{0,30}") {
            let quoted: String = argument.chars().flat_map(|c| matches!(c, '\\' | '"').then_some('\\').into_iter().chain([c])).collect();
            prop_assert_eq!(arguments(&format!("f(\"{quoted}\" b)")), [argument.as_str(), "b"]);
        }
    }
}
