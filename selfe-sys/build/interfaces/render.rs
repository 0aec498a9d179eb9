//! One method as a Rust function: the message words from the arguments, the system call, the
//! results from the answer's words.

use super::Named;
use super::kinds::{Kind, Kinds};
use super::places::{Place, places};
use super::types::{Method, Parameter};
use crate::rust_names::argument;
use selfe_config::arch::SeL4Arch;
use std::collections::BTreeMap;
use std::fmt::Write;

/// What the shape of messages depends on.
pub struct Target {
    /// The bits of a word.
    pub word: usize,
    /// How many message words travel in registers.
    registers: usize,
    /// Whether the kernel writes the reason of an error into the IPC buffer, for C and Rust to
    /// print.
    tells_errors: bool,
}

impl Target {
    /// That of a kernel with these options.
    pub fn of(sel4_arch: SeL4Arch, options: &BTreeMap<String, String>) -> Self {
        let on = |option: &str| options.get(option).is_some_and(|value| value == "ON");
        let (word, registers) = match sel4_arch {
            SeL4Arch::Ia32 => (32, if on("KernelIsMCS") { 1 } else { 2 }),
            SeL4Arch::Aarch32 | SeL4Arch::ArmHyp | SeL4Arch::Riscv32 => (32, 4),
            SeL4Arch::Aarch64 | SeL4Arch::X86_64 | SeL4Arch::Riscv64 => (64, 4),
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

/// Arguments or results, with their places in the message.
struct Message {
    /// Those of known sizes.
    fields: Vec<(Parameter, Kind, Place)>,
    /// The struct at the end, if there is one.
    rest: Option<Parameter>,
    /// How many words the fields take.
    words: usize,
}

impl Message {
    fn of(word: usize, parameters: Vec<(Parameter, Kind)>) -> Result<Self, String> {
        let mut fields = Vec::new();
        let mut sizes = Vec::new();
        let mut rest: Option<Parameter> = None;
        for (parameter, kind) in parameters {
            if let Some(before) = rest {
                return Err(format!("`{}` comes after the struct `{}`", parameter.name, before.name));
            }
            match kind {
                Kind::Struct => {
                    rest = Some(parameter);
                    continue;
                }
                Kind::Bits(bits) => sizes.push(bits),
                Kind::Bitfield | Kind::Capability => sizes.push(word),
            }
            fields.push((parameter, kind));
        }
        let (places, words) = places(&sizes, word);
        let fields = fields.into_iter().zip(places);
        Ok(Message {
            fields: fields
                .map(|((parameter, kind), place)| (parameter, kind, place))
                .collect(),
            rest,
            words,
        })
    }
}

/// What a method sends and gets back.
pub struct Shape {
    caps: Vec<Parameter>,
    inputs: Message,
    outputs: Message,
}

impl Shape {
    /// That of a method.
    ///
    /// # Errors
    /// It is of a shape that no release of seL4 has had.
    pub fn of(target: &Target, kinds: &Kinds, method: &Method) -> Result<Self, String> {
        let (mut caps, mut inputs, mut outputs) = (Vec::new(), Vec::new(), Vec::new());
        for parameter in &method.parameters {
            let kind = kinds.of(method, parameter)?;
            match (parameter.is_output, kind) {
                (true, kind) => outputs.push((parameter.clone(), kind)),
                (false, Kind::Capability) => caps.push(parameter.clone()),
                (false, kind) => inputs.push((parameter.clone(), kind)),
            }
        }
        let message = |parameters| {
            Message::of(target.word, parameters).map_err(|error: String| format!("{}: {error}", method.name))
        };
        Ok(Shape {
            caps,
            inputs: message(inputs)?,
            outputs: message(outputs)?,
        })
    }
}

/// The function.
pub fn method(target: &Target, named: &Named, declaration: &Declaration) -> String {
    let mut body = String::new();
    send(target, named, &mut body);
    receive(target, named, &mut body);
    format!(
        "{}///\n/// # Safety\n/// What the capabilities stand for is used as the method says; pointers are valid.\n#[inline(always)]\n\
         pub unsafe extern \"C\" fn {}({} {{\nunsafe {{\n{body}}}\n}}\n",
        declaration.doc,
        named.function(),
        declaration.signature
    )
}

/// How many words of a struct count: those that the caller asks for, of at most all.
fn count(method: &Method, rest: &Parameter) -> String {
    let all = format!("size_of::<crate::{}>() / size_of::<usize>()", rest.kind);
    let asked = method.parameters.iter().any(|parameter| parameter.name == "count");
    if asked { format!("count.min({all})") } else { all }
}

/// Statements up to the system call.
fn send(target: &Target, Named { method, shape, .. }: &Named, body: &mut String) {
    let Shape { caps, inputs, .. } = shape;
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
            // Neither is among the fields: a capability is not in the words, and a struct is
            // `rest`.
            Kind::Capability | Kind::Struct => {}
            Kind::Bitfield => add(place.word, format!("{name}.words[0] as usize")),
            Kind::Bits(_) if place.bits > target.word => {
                add(place.word, format!("{name} as usize"));
                add(place.word + 1, format!("({name} >> {}) as usize", target.word));
            }
            Kind::Bits(_) if place.bits == target.word => add(place.word, format!("{name} as usize")),
            Kind::Bits(_) => {
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
        None => match &inputs.rest {
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
    if let Some(rest) = &inputs.rest {
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
fn receive(target: &Target, named: &Named, body: &mut String) {
    let Named { method, shape, .. } = named;
    let (outputs, function) = (&shape.outputs, named.function());
    let by_value = !outputs.fields.is_empty();
    body.push_str("if __error != 0 {\nkeep(__answer.words);\n");
    if target.tells_errors {
        body.push_str("print_error();\n");
    }
    if by_value {
        let _ = writeln!(
            body,
            "return crate::{function}_t {{ error: __error as _, ..Default::default() }};"
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
    if let Some(rest) = &outputs.rest {
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
    let _ = writeln!(body, "crate::{function}_t {{\nerror: 0,");
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
