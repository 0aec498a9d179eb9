//! The headers' comments as rustdoc.
//!
//! Most of libsel4's functions have doxygen comments with XML from the manual; most constants and
//! fields have plain ones. Both become Markdown without rustdoc warnings. References into the
//! manual's LaTeX source are left out.

/// The Markdown of a comment; empty if it is about its file and not about an item.
pub fn to_rustdoc(comment: &str) -> String {
    if comment.contains("SPDX-License-Identifier") {
        return String::new();
    }
    let (text, manual) = expand_xml(comment);
    let mut parts = Parts::default();
    for paragraph in paragraphs(&text) {
        parts.add(&paragraph);
    }
    parts.manual = manual;
    parts.markdown()
}

/// The parts of a doxygen comment, in Markdown.
#[derive(Default)]
struct Parts {
    text: Vec<String>,
    parameters: Vec<String>,
    returns: Vec<String>,
    values: Vec<String>,
    manual: Option<String>,
}

impl Parts {
    /// Adds a paragraph to its part.
    fn add(&mut self, paragraph: &str) {
        let (tag, rest) = split_tag(paragraph);
        match tag {
            Some("param" | "retval") => {
                let (name, description) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
                let item = format!("- `{name}`: {}", escape(description.trim()));
                if tag == Some("param") {
                    &mut self.parameters
                } else {
                    &mut self.values
                }
                .push(item);
            }
            Some("return" | "returns") => self.returns.push(escape(rest)),
            Some("defgroup" | "addtogroup" | "file" | "{" | "}") => {}
            _ if rest.is_empty() => {}
            None if rest.starts_with("- ") => self.text.push(format!("- {}", escape(&rest[2..]))),
            _ => self.text.push(escape(rest)),
        }
    }

    fn markdown(self) -> String {
        let mut blocks = self.text;
        if !self.parameters.is_empty() {
            blocks.push("# Parameters".to_owned());
            blocks.push(self.parameters.join("\n"));
        }
        if !self.returns.is_empty() || !self.values.is_empty() {
            blocks.push("# Returns".to_owned());
            blocks.extend(self.returns);
            blocks.push(self.values.join("\n"));
        }
        if let Some(name) = self.manual {
            blocks.push(format!("In seL4's reference manual: “{}”.", escape(&name)));
        }
        blocks.retain(|block| !block.is_empty());
        blocks.join("\n\n")
    }
}

/// Paragraphs and list items, each on one line. A tag begins a new paragraph.
fn paragraphs(text: &str) -> Vec<String> {
    let mut paragraphs: Vec<String> = Vec::new();
    let mut open = false;
    for line in text.lines() {
        let line = line.trim().trim_start_matches("*/").trim();
        if line.is_empty() {
            open = false;
            continue;
        }
        let starts = split_tag(line).0.is_some() || line.starts_with("- ");
        match paragraphs.last_mut() {
            Some(last) if open && !starts => {
                last.push(' ');
                last.push_str(line);
            }
            _ => paragraphs.push(line.to_owned()),
        }
        open = true;
    }
    paragraphs
}

/// `@param[in] dest The …` as `param` and `dest The …`.
fn split_tag(line: &str) -> (Option<&str>, &str) {
    let Some(rest) = line.strip_prefix(['@', '\\']) else {
        return (None, line);
    };
    if let Some(after) = rest.strip_prefix(['{', '}']) {
        return (Some(&rest[..1]), after.trim_start());
    }
    let end = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
    let (tag, mut rest) = rest.split_at(end);
    if tag.is_empty() {
        return (None, line);
    }
    if let Some((_, after)) = rest.strip_prefix('[').and_then(|r| r.split_once(']')) {
        rest = after;
    }
    (Some(tag), rest.trim_start())
}

/// The text with the manual's XML as words, and the item's name in the manual.
fn expand_xml(comment: &str) -> (String, Option<String>) {
    let comment = comment.replace("@xmlonly", "").replace("@endxmlonly", "");
    let mut text = String::new();
    let mut manual = None;
    let (mut in_reference, mut no_more_ends) = (false, false);
    let mut rest = comment.as_str();
    while let Some(at) = rest.find('<') {
        let (before, from) = rest.split_at(at);
        push(&mut text, before, in_reference);
        let is_element = from[1..].starts_with(|c: char| c.is_ascii_alphabetic() || c == '/');
        // Don't search again for the end of an element if there is none.
        let end = if is_element && !no_more_ends {
            from.find('>')
        } else {
            None
        };
        no_more_ends |= is_element && end.is_none();
        let Some(end) = end else {
            push(&mut text, "<", in_reference);
            rest = &from[1..];
            continue;
        };
        let element = &from[1..end];
        rest = &from[end + 1..];
        let name = element.split(|c: char| c.is_whitespace()).next().unwrap_or("");
        let value = element.split('"').nth(1).unwrap_or("");
        match name.trim_end_matches('/') {
            "docref" => in_reference = true,
            "/docref" => in_reference = false,
            "manual" => manual = Some(value.to_owned()),
            "errorenumdesc" => push(&mut text, "`seL4_NoError` or the error.", in_reference),
            "texttt" | "nameref" | "obj" => push(&mut text, &format!("`{value}`"), in_reference),
            "shortref" | "autoref" => push(&mut text, &format!("“{value}”"), in_reference),
            _ => push(&mut text, &from[..=end], in_reference),
        }
    }
    push(&mut text, rest, in_reference);
    (tidy(&text), manual)
}

/// Appends text that is not part of a reference into the manual.
fn push(text: &mut String, piece: &str, in_reference: bool) {
    if !in_reference {
        text.push_str(piece);
    }
}

/// Removes the spaces that the XML leaves before punctuation and between words.
fn tidy(text: &str) -> String {
    let mut lines = Vec::new();
    for line in text.lines() {
        let mut tidy = String::new();
        for word in line.split_whitespace() {
            let joins = matches!(word, "." | "," | ";" | ":" | ")" | ".)");
            if !tidy.is_empty() && !joins {
                tidy.push(' ');
            }
            tidy.push_str(word);
        }
        lines.push(tidy);
    }
    lines.join("\n")
}

/// Keeps Markdown and rustdoc from finding links, HTML or emphasis in C's prose, and marks C's
/// names as code.
fn escape(text: &str) -> String {
    // A single backquote is prose.
    let spans = text.matches('`').count().is_multiple_of(2);
    let mut in_code = false;
    let mut words = Vec::new();
    for word in text.split(' ') {
        let was_in_code = in_code;
        if spans && word.matches('`').count() % 2 == 1 {
            in_code = !in_code;
        }
        words.push(if was_in_code || spans && word.contains('`') {
            word.to_owned()
        } else if word.starts_with("https://") || word.starts_with("http://") {
            format!("<{word}>")
        } else {
            name_as_code(word).unwrap_or_else(|| escape_word(word))
        });
    }
    words.join(" ")
}

/// A word that can only be a name in C, as code; punctuation around it is not included.
fn name_as_code(word: &str) -> Option<String> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let name = word.trim_matches(|c: char| !is_name(c));
    if !name.contains('_') || !name.chars().all(is_name) {
        return None;
    }
    let (before, after) = word.split_once(name)?;
    Some(format!("{}`{name}`{}", escape_word(before), escape_word(after)))
}

fn escape_word(word: &str) -> String {
    let mut escaped = String::new();
    for c in word.chars() {
        if matches!(c, '[' | ']' | '<' | '>' | '*' | '_' | '`' | '\\' | '#') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::to_rustdoc;
    use proptest::prelude::*;

    #[test]
    fn a_function_with_parameters_and_errors() {
        let comment = "\
@xmlonly <manual name=\"Map\" label=\"x86_map\"/> @endxmlonly
@brief @xmlonly Map a page. @endxmlonly

@xmlonly
<docref>See <autoref label=\"ch:vspace\"/></docref>
@endxmlonly

@param[in] _service Capability to the page,
           or to its copy.
@param[out] vaddr Where.
@return @xmlonly <errorenumdesc/> @endxmlonly
@retval seL4_DeleteFirst The  @xmlonly <texttt text=\"vaddr\"/> @endxmlonly  is
  taken  @xmlonly <docref>(see <autoref label=\"s:x\"/>)</docref> @endxmlonly .
";
        let rustdoc = "\
Map a page.

# Parameters

- `_service`: Capability to the page, or to its copy.
- `vaddr`: Where.

# Returns

`seL4_NoError` or the error.

- `seL4_DeleteFirst`: The `vaddr` is taken.

In seL4's reference manual: “Map”.";
        assert_eq!(to_rustdoc(comment), rustdoc);
    }

    #[test]
    fn prose_of_c_is_no_markup() {
        assert_eq!(
            to_rustdoc("ID [0..numNodes-1] of <it> * #2"),
            r"ID \[0..numNodes-1\] of \<it\> \* \#2"
        );
        assert_eq!(
            to_rustdoc("see (seL4_Fail), or `a_b[1]`."),
            "see (`seL4_Fail`), or `a_b[1]`."
        );
        assert_eq!(to_rustdoc("a lone ` sign"), r"a lone \` sign");
        assert_eq!(
            to_rustdoc("at https://sel4.systems/ now"),
            "at <https://sel4.systems/> now"
        );
    }

    #[test]
    fn indented_text_is_no_code_and_lists_stay_lists() {
        assert_eq!(
            to_rustdoc("State:\n    - IP: the\n      pointer\n    - Name: it"),
            "State:\n\n- IP: the pointer\n\n- Name: it"
        );
    }

    #[test]
    fn what_is_about_the_file_is_dropped() {
        assert_eq!(to_rustdoc("Copyright 2020\nSPDX-License-Identifier: BSD-2-Clause"), "");
        assert_eq!(to_rustdoc("@defgroup Calls System Calls\n@{"), "");
    }

    #[test]
    fn a_long_comment_takes_no_longer_than_its_length() {
        // With quadratic running time these would take minutes.
        for piece in ["<a", "<a b=\"", "@param ", "`", "[", "a_", "\n- ", "<a>"] {
            to_rustdoc(&piece.repeat(200_000 / piece.len()));
        }
    }

    proptest! {
        #[test]
        fn any_comment_becomes_text(text in ".{0,60}|([<>@`{}/\\[\\]\\\\*\n -]|manual|docref|param|a_b|\"|ä){0,40}") {
            to_rustdoc(&text);
        }
    }
}
