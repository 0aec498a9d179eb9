//! Reads the kernel's interface files.

use super::condition::{self, Condition};
use super::types::{Interface, Method, Parameter};
use roxmltree::{Document, Node};

/// The interfaces of one file.
///
/// # Errors
/// It is no XML, or has something that no release of seL4 has had.
pub fn read(text: &str) -> Result<Vec<Interface>, String> {
    let document = Document::parse(text).map_err(|error| error.to_string())?;
    let interfaces = document.descendants().filter(|node| node.has_tag_name("interface"));
    interfaces
        .map(|node| {
            Ok(Interface {
                name: attribute(node, "name")?,
                methods: elements(node, "method").map(method).collect::<Result<_, _>>()?,
            })
        })
        .collect()
}

fn method(node: Node) -> Result<Method, String> {
    let name = attribute(node, "name")?;
    let within = |error| format!("method {name}: {error}");
    Ok(Method {
        label: attribute(node, "id").map_err(within)?,
        condition: method_condition(node).map_err(within)?,
        parameters: elements(node, "param")
            .map(parameter)
            .collect::<Result<_, _>>()
            .map_err(within)?,
        name: name.clone(),
    })
}

fn parameter(node: Node) -> Result<Parameter, String> {
    Ok(Parameter {
        name: attribute(node, "name")?,
        kind: attribute(node, "type")?,
        is_output: match attribute(node, "dir")?.as_str() {
            "in" => false,
            "out" => true,
            other => return Err(format!("no direction: \"{other}\"")),
        },
    })
}

/// Release 12 has an attribute, the later ones an element.
fn method_condition(node: Node) -> Result<Condition, String> {
    if let Some(text) = node.attribute("condition") {
        return condition::parse(text);
    }
    let parts = elements(node, "condition").flat_map(|node| node.children().filter(Node::is_element));
    Ok(Condition::All(parts.map(of_element).collect::<Result<_, _>>()?))
}

fn of_element(node: Node) -> Result<Condition, String> {
    let parts = || {
        let parts = node.children().filter(Node::is_element).map(of_element);
        parts.collect::<Result<Vec<_>, _>>()
    };
    match node.tag_name().name() {
        "config" => Ok(Condition::Set(attribute(node, "var")?)),
        "not" => Ok(Condition::Not(Box::new(Condition::All(parts()?)))),
        "and" => Ok(Condition::All(parts()?)),
        "or" => Ok(Condition::Any(parts()?)),
        other => Err(format!("no condition: <{other}>")),
    }
}

fn elements<'a>(node: Node<'a, 'a>, name: &'static str) -> impl Iterator<Item = Node<'a, 'a>> {
    node.children().filter(move |child| child.has_tag_name(name))
}

fn attribute(node: Node, name: &str) -> Result<String, String> {
    let value = node.attribute(name).map(str::to_owned);
    value.ok_or_else(|| format!("<{}> has no \"{name}\"", node.tag_name().name()))
}
