//! One method as a Rust function: the message words from the arguments, the system call, the results from the answer's words.

use super::places::{Place, places};
use super::types::{Interface, Method, Parameter};
use crate::rust_names::argument;
use selfe_config::kernel::Manifest;
use std::collections::BTreeMap;
use std::fmt::Write;

/// What the shape of messages depends on.
pub struct Target {
    /// The bits of a word.
    word: usize,
    /// How many message words travel in registers.
    registers: usize,
    /// Whether the kernel writes the reason of an error into the IPC buffer, for C and Rust to print.
    tells_errors: bool,
}

impl Target {
    /// That of a kernel.
    pub fn of(manifest: &Manifest) -> Self {
        let on = |option: &str| manifest.options.get(option).is_some_and(|value| value == "ON");
        let (word, registers) = match manifest.sel4_arch.as_str() {
            "ia32" => (32, if on("KernelIsMCS") { 1 } else { 2 }),
            "aarch32" | "arm_hyp" | "riscv32" => (32, 4),
            _ => (64, 4),
        };
        Target {
            word,
            registers,
            tells_errors: on("KernelInvocationReportErrorIPC"),
        }
    }
}

/// A function as bindgen declares it.
pub struct Declaration<'a> {
    /// Its documentation, as attributes.
    doc: String,
    /// What stands between the name and the end: arguments and result.
    signature: &'a str,
}

/// The functions that bindgen has declared, by name.
pub fn declarations(text: &str) -> BTreeMap<&str, Declaration<'_>> {
    let blocks = text.split("unsafe extern \"C\" {").skip(1);
    let functions = blocks.filter_map(|block| {
        let (doc, function) = block.split_once("pub fn ")?;
        let (name, rest) = function.split_once('(')?;
        let end = rest.find(';')?;
        let doc = doc.lines().filter(|line| line.trim_start().starts_with("#[doc"));
        Some((
            name,
            Declaration {
                doc: doc.map(|line| format!("{}\n", line.trim())).collect(),
                signature: &rest[..end],
            },
        ))
    });
    functions.collect()
}

/// How a parameter's type travels.
enum Kind {
    /// A capability: not in the message's words.
    Capability,
    /// So many bits of a word, or a word, or two words.
    Bits(usize),
    /// The one word of a bitfield.
    Bitfield,
    /// A struct of words, by pointer.
    Struct,
}

/// Integers that are smaller than a word, or may be larger; and the types of words that are no capabilities.
fn kind(target: &Target, name: &str) -> Kind {
    match name {
        "seL4_Bool" => Kind::Bits(1),
        "seL4_Uint8" => Kind::Bits(8),
        "seL4_Uint16" => Kind::Bits(16),
        "seL4_Uint32" | "int" => Kind::Bits(32),
        "seL4_Uint64" | "seL4_Time" => Kind::Bits(64),
        "seL4_CapRights_t" => Kind::Bitfield,
        "seL4_UserContext" | "seL4_VCPUContext" | "seL4_ARM_SMCContext" => Kind::Struct,
        "seL4_Word" | "long" | "seL4_VCPUReg" => Kind::Bits(target.word),
        _ if name.ends_with("VMAttributes") => Kind::Bits(target.word),
        _ => Kind::Capability,
    }
}

/// Arguments or results, with their places in the message.
struct Message<'a> {
    /// Those of known sizes.
    fields: Vec<(&'a Parameter, Kind, Place)>,
    /// The struct at the end, where there is one.
    rest: Option<&'a Parameter>,
    /// How many words the fields take.
    words: usize,
}

fn message<'a>(target: &Target, parameters: Vec<&'a Parameter>) -> Result<Message<'a>, String> {
    let mut fields = Vec::new();
    let mut sizes = Vec::new();
    let mut rest = None;
    for parameter in parameters {
        let bits = match kind(target, &parameter.kind) {
            Kind::Struct => {
                rest = Some(parameter);
                continue;
            }
            Kind::Bits(bits) => bits,
            Kind::Bitfield | Kind::Capability => target.word,
        };
        if let Some(before) = rest {
            return Err(format!("`{}` comes after the struct `{}`", parameter.name, before.name));
        }
        sizes.push(bits);
        fields.push((parameter, kind(target, &parameter.kind)));
    }
    let (places, words) = places(&sizes, target.word);
    let fields = fields.into_iter().zip(places);
    Ok(Message {
        fields: fields
            .map(|((parameter, kind), place)| (parameter, kind, place))
            .collect(),
        rest,
        words,
    })
}

/// The function.
///
/// # Errors
/// It is of a shape that no release of seL4 has had.
pub fn method(
    target: &Target,
    interface: &Interface,
    method: &Method,
    declaration: &Declaration,
) -> Result<String, String> {
    let (outputs, inputs): (Vec<&Parameter>, Vec<&Parameter>) =
        method.parameters.iter().partition(|parameter| parameter.is_output);
    let (caps, inputs): (Vec<&Parameter>, Vec<&Parameter>) = inputs
        .into_iter()
        .partition(|parameter| matches!(kind(target, &parameter.kind), Kind::Capability));
    let (inputs, outputs) = (message(target, inputs)?, message(target, outputs)?);
    let mut body = String::new();
    send(target, method, &caps, &inputs, &mut body);
    receive(target, interface, method, &outputs, &mut body);
    Ok(format!(
        "{}///\n/// # Safety\n/// What the capabilities stand for is used as the method says; pointers are valid.\n#[inline(always)]\n\
         pub unsafe extern \"C\" fn {}_{}({} {{\nunsafe {{\n{body}}}\n}}\n",
        declaration.doc, interface.name, method.name, declaration.signature
    ))
}

/// How many words of a struct count: those that the caller asks for, of at most all.
fn count(method: &Method, rest: &Parameter) -> String {
    let all = format!("size_of::<crate::{}>() / size_of::<usize>()", rest.kind);
    let asked = method.parameters.iter().any(|parameter| parameter.name == "count");
    if asked { format!("count.min({all})") } else { all }
}

/// Statements up to the system call.
fn send(target: &Target, method: &Method, caps: &[&Parameter], inputs: &Message, body: &mut String) {
    let mut words = vec![String::new(); inputs.words];
    for (parameter, kind, place) in &inputs.fields {
        let name = argument(&parameter.name);
        let mut add = |word: usize, part: String| {
            let so_far = &mut words[word];
            *so_far = if so_far.is_empty() {
                part
            } else {
                format!("{so_far} | {part}")
            };
        };
        match kind {
            Kind::Bitfield => add(place.word, format!("{name}.words[0] as usize")),
            _ if place.bits > target.word => {
                add(place.word, format!("{name} as usize"));
                add(place.word + 1, format!("({name} >> {}) as usize", target.word));
            }
            _ if place.bits == target.word => add(place.word, format!("{name} as usize")),
            _ => {
                let mask = (1u64 << place.bits) - 1;
                add(
                    place.word,
                    format!("((({name} as usize) & {mask:#x}) << {})", place.shift),
                );
            }
        }
    }
    let (mut length, known) = (words.len().to_string(), words.len());
    let in_registers = |nth: usize| match words.get(nth) {
        Some(word) => word.clone(),
        None => match inputs.rest {
            Some(rest) => format!("*{}.cast::<usize>().add({})", argument(&rest.name), nth - known),
            None => "0".to_owned(),
        },
    };
    let registers: Vec<String> = (0..target.registers).map(in_registers).collect();
    let in_buffer = !caps.is_empty() || known > target.registers || inputs.rest.is_some();
    if in_buffer {
        body.push_str("let __buffer = current();\n");
    }
    for (nth, cap) in caps.iter().enumerate() {
        let _ = writeln!(
            body,
            "(*__buffer).caps_or_badges[{nth}] = {} as _;",
            argument(&cap.name)
        );
    }
    for (nth, word) in words.iter().enumerate().skip(target.registers) {
        let _ = writeln!(body, "(*__buffer).msg[{nth}] = ({word}) as _;");
    }
    if let Some(rest) = inputs.rest {
        let first = target.registers.saturating_sub(known);
        let _ = writeln!(
            body,
            "let mut __i = {first};\nwhile __i < {} {{\n(*__buffer).msg[__i + {known}] = *{}.cast::<usize>().add(__i) as _;\n__i += 1;\n}}",
            count(method, rest),
            argument(&rest.name)
        );
        let _ = write!(length, " + size_of::<crate::{}>() / size_of::<usize>()", rest.kind);
    }
    let _ = writeln!(
        body,
        "let __tag = message_info(crate::{} as usize, {}, {length});\n\
         let __answer = send_recv(crate::seL4_SysCall as isize, _service as usize, __tag, [{}], NO_REPLY);\n\
         let __error = label(__answer.info);\n{}",
        method.label,
        caps.len(),
        registers.join(", "),
        if in_buffer { "still(__buffer);" } else { "" }
    );
}

/// Statements after the system call.
fn receive(target: &Target, interface: &Interface, method: &Method, outputs: &Message, body: &mut String) {
    let by_value = !outputs.fields.is_empty();
    body.push_str("if __error != 0 {\nkeep(__answer.words);\n");
    if target.tells_errors {
        body.push_str("print_error();\n");
    }
    if by_value {
        let _ = writeln!(
            body,
            "return crate::{}_{}_t {{ error: __error as _, ..Default::default() }};",
            interface.name, method.name
        );
    }
    body.push_str("}\n");
    let in_buffer = outputs.words > target.registers || outputs.rest.is_some();
    if in_buffer {
        body.push_str("let __buffer = current();\n");
    }
    let word = |nth: usize| match nth < target.registers {
        true => format!("__answer.words[{nth}]"),
        false => format!("(*__buffer).msg[{nth}]"),
    };
    if let Some(rest) = outputs.rest {
        let (name, known) = (argument(&rest.name), outputs.words);
        for nth in known..target.registers {
            let _ = writeln!(body, "*{name}.cast::<usize>().add({}) = {};", nth - known, word(nth));
        }
        let first = target.registers.saturating_sub(known);
        let _ = writeln!(
            body,
            "let mut __i = {first};\nwhile __i < {} {{\n*{name}.cast::<usize>().add(__i) = (*__buffer).msg[__i + {known}] as usize;\n__i += 1;\n}}",
            count(method, rest)
        );
    }
    if !by_value {
        body.push_str("__error as _\n");
        return;
    }
    let _ = writeln!(body, "crate::{}_{}_t {{\nerror: 0,", interface.name, method.name);
    for (parameter, _, place) in &outputs.fields {
        let name = argument(&parameter.name);
        let value = if place.bits > target.word {
            format!(
                "({} as u64 | ({} as u64) << {})",
                word(place.word),
                word(place.word + 1),
                target.word
            )
        } else if place.bits == target.word {
            word(place.word)
        } else {
            format!(
                "(({} >> {}) & {:#x})",
                word(place.word),
                place.shift,
                (1u64 << place.bits) - 1
            )
        };
        let _ = writeln!(body, "{name}: {value} as _,");
    }
    body.push_str("}\n");
}
