//! Reads the kernel's interface files.

use super::condition::{self, Condition};
use super::types::{File, Interface, Method, Parameter};
use roxmltree::{Document, Node};
use std::path::Path;

/// The content of a file.
///
/// # Errors
/// It is not XML, or contains something that no release of seL4 has.
pub fn read(path: &Path, text: &str) -> Result<File, String> {
    let document = Document::parse(text).map_err(|error| error.to_string())?;
    let all = |name: &'static str| document.descendants().filter(move |node| node.has_tag_name(name));
    let interface = |node| {
        Ok(Interface {
            name: name(node, "name")?,
            file: path.to_owned(),
            methods: elements(node, "method").map(method).collect::<Result<_, _>>()?,
        })
    };
    Ok(File {
        interfaces: all("interface").map(interface).collect::<Result<_, String>>()?,
        structs: all("struct").map(|node| name(node, "name")).collect::<Result<_, _>>()?,
    })
}

fn method(node: Node) -> Result<Method, String> {
    let method = name(node, "name")?;
    let within = |error| format!("method {method}: {error}");
    Ok(Method {
        label: name(node, "id").map_err(within)?,
        condition: method_condition(node).map_err(within)?,
        parameters: elements(node, "param")
            .map(parameter)
            .collect::<Result<_, _>>()
            .map_err(within)?,
        name: method.clone(),
    })
}

fn parameter(node: Node) -> Result<Parameter, String> {
    Ok(Parameter {
        name: name(node, "name")?,
        kind: attribute(node, "type")?,
        is_output: match attribute(node, "dir")?.as_str() {
            "in" => false,
            "out" => true,
            other => return Err(format!("`{other}` is not a direction: it is `in` or `out`")),
        },
    })
}

/// Release 12 has an attribute, later ones have an element.
fn method_condition(node: Node) -> Result<Condition, String> {
    if let Some(text) = node.attribute("condition") {
        return condition::parse(text);
    }
    let parts = elements(node, "condition").flat_map(|node| node.children().filter(Node::is_element));
    let parts = parts.map(|part| of_element(part, condition::DEPTH));
    Ok(Condition::All(parts.collect::<Result<_, _>>()?))
}

/// A condition that may contain others, up to a depth.
fn of_element(node: Node, depth: usize) -> Result<Condition, String> {
    let depth = depth.checked_sub(1).ok_or_else(condition::too_deep)?;
    let parts = || {
        let parts = node.children().filter(Node::is_element);
        parts.map(|part| of_element(part, depth)).collect::<Result<Vec<_>, _>>()
    };
    match node.tag_name().name() {
        "config" => Ok(Condition::Set(attribute(node, "var")?)),
        "not" => Ok(Condition::Not(Box::new(Condition::All(parts()?)))),
        "and" => Ok(Condition::All(parts()?)),
        "or" => Ok(Condition::Any(parts()?)),
        other => Err(format!("<{other}> is not a condition that selfe-sys knows")),
    }
}

fn elements<'a>(node: Node<'a, 'a>, name: &'static str) -> impl Iterator<Item = Node<'a, 'a>> {
    node.children().filter(move |child| child.has_tag_name(name))
}

fn attribute(node: Node, name: &str) -> Result<String, String> {
    let value = node.attribute(name).map(str::to_owned);
    value.ok_or_else(|| format!("<{}> has no \"{name}\"", node.tag_name().name()))
}

/// An attribute that is a name in C.
fn name(node: Node, attribute_name: &str) -> Result<String, String> {
    let value = attribute(node, attribute_name)?;
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if value.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && value.chars().all(is_name) {
        return Ok(value);
    }
    Err(format!(
        "\"{attribute_name}\" of <{}> is `{value}`, which is not a name",
        node.tag_name().name()
    ))
}
