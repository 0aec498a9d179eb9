//! Generates a Rust module of checks for each bitfield type, and a list of the modules.
//!
//! The file that includes the output has `bitfield` and a macro `checks` in scope. The macro is
//! given the list: the name of each type, and its checks, which are functions that return
//! `Result<(), String>`.

use crate::pbf::{Block, Definitions, Field, TaggedUnion};
use std::fmt::Write;

/// The output so far.
#[derive(Default)]
pub struct Checks {
    modules: String,
    list: String,
}

impl Checks {
    /// The finished file.
    pub fn finish(self) -> String {
        format!(
            "/// The checks of each type.\npub mod types {{\nuse super::bitfield;\n{}}}\nchecks! {{\n{}}}\n",
            self.modules, self.list
        )
    }
}

/// Adds the checks for the definitions of one file.
pub fn checks(definitions: &Definitions, out: &mut Checks) -> Result<(), String> {
    let mut in_unions = Vec::new();
    for union in &definitions.unions {
        for (name, tag) in &union.tags {
            let block = definitions.blocks.iter().find(|block| block.name == *name);
            let block = block.ok_or_else(|| format!("the union {} has no block {name}", union.name))?;
            in_unions.push(name);
            module(block, Some((union, *tag)), out).map_err(|error| error.to_string())?;
        }
    }
    for block in &definitions.blocks {
        if !in_unions.contains(&&block.name) {
            module(block, None, out).map_err(|error| error.to_string())?;
        }
    }
    Ok(())
}

fn module(block: &Block, union: Option<(&TaggedUnion, u64)>, out: &mut Checks) -> std::fmt::Result {
    // The type, and the prefix of its functions' names.
    let (kind, prefix) = match union {
        Some((union, _)) => (union.name.clone(), format!("{}_{}", union.name, block.name)),
        None => (block.name.clone(), block.name.clone()),
    };
    let tag_name = union.map(|(union, _)| union.tag_name.as_str());
    let fields: Vec<&Field> = block
        .fields
        .iter()
        .filter(|field| Some(field.name.as_str()) != tag_name)
        .collect();
    let words = block.size / block.base;
    let arguments: Vec<String> = (0..fields.len()).map(|nth| format!("fields[{nth}] as _")).collect();
    let arguments = arguments.join(", ");
    let mut literals = String::new();
    for field in &fields {
        write!(literals, "{}, ", literal(field))?;
    }
    let own_tag = match (
        union,
        block.fields.iter().find(|field| Some(field.name.as_str()) == tag_name),
    ) {
        (Some((_, value)), Some(field)) => format!("Some(({}, {value}))", literal(field)),
        _ => "None".to_owned(),
    };
    let implementation = |name: &str, functions: &str| -> String {
        let arms = |call: &dyn Fn(&str) -> String| -> String {
            let arms = fields
                .iter()
                .enumerate()
                .map(|(nth, field)| format!("{nth} => {},\n", call(&field.name)));
            arms.collect()
        };
        let get = arms(&|field| format!("{functions}::{prefix}_get_{field}(value) as u64"));
        let ptr_get = arms(&|field| format!("unsafe {{ {functions}::{prefix}_ptr_get_{field}(value) as u64 }}"));
        let set = arms(&|field| format!("{functions}::{prefix}_set_{field}(value, field as _)"));
        let ptr_set = arms(&|field| format!("unsafe {{ {functions}::{prefix}_ptr_set_{field}(value, field as _) }}"));
        let tag = match union {
            Some((TaggedUnion { name, tag_name, .. }, _)) => format!(
                "({functions}::{name}_get_{tag_name}(*value) as u64, \
                 unsafe {{ {functions}::{name}_ptr_get_{tag_name}(value) as u64 }}, \
                 {functions}::{name}_{tag_name}_equals(*value, tag as _) as i64)"
            ),
            None => "(0, 0, 0)".to_owned(),
        };
        format!(
            "    struct {name};
    impl Bitfield for {name} {{
        type Value = Value;
        const LAYOUT: Layout = Layout {{ base: {base}, canonical: {canonical:?}, words: {words}, fields: &[{literals}], tag: {own_tag} }};
        fn words(value: &Value) -> Vec<u64> {{ value.words.iter().map(|word| *word as u64).collect() }}
        fn from_words(words: &[u64]) -> Value {{
            let mut value = Value::default();
            for (to, from) in value.words.iter_mut().zip(words) {{ *to = *from as _; }}
            value
        }}
        fn new(fields: &[u64]) -> Value {{ {functions}::{prefix}_new({arguments}) }}
        fn ptr_new(value: &mut Value, fields: &[u64]) {{ unsafe {{ {functions}::{prefix}_ptr_new(value, {arguments}) }} }}
        fn get(value: Value, nth: usize) -> u64 {{ match nth {{ {get} _ => unreachable!() }} }}
        fn ptr_get(value: &mut Value, nth: usize) -> u64 {{ match nth {{ {ptr_get} _ => unreachable!() }} }}
        fn set(value: Value, nth: usize, field: u64) -> Value {{ match nth {{ {set} _ => unreachable!() }} }}
        fn ptr_set(value: &mut Value, nth: usize, field: u64) {{ match nth {{ {ptr_set} _ => unreachable!() }} }}
        fn tag(value: &mut Value, tag: u64) -> (u64, u64, i64) {{ {tag} }}
    }}
",
            base = block.base,
            canonical = block.canonical,
        )
    };
    let tag_check = union.map(|_| {
        format!("pub fn tags() -> Result<(), String> {{ bitfield::tags::<Functions>(selfe_sys::{prefix} as u64) }}")
    });
    let tags = if union.is_some() { " tags" } else { "" };
    writeln!(
        out.list,
        "    {prefix} {{ size constructors getters setters as_in_c{tags} }}"
    )?;
    write!(
        out.modules,
        "#[allow(missing_docs, non_snake_case, unused_variables, clippy::all, clippy::undocumented_unsafe_blocks)]
pub mod {prefix} {{
    use super::bitfield::{{self, Bitfield, Field, Layout}};
    extern crate alloc;
    use alloc::{{string::String, vec::Vec}};
    type Value = selfe_sys::{kind}_t;
{functions}{in_c}    pub fn size() -> Result<(), String> {{ bitfield::size::<Functions>({size}) }}
    pub fn constructors() -> Result<(), String> {{ bitfield::constructors::<Functions>() }}
    pub fn getters() -> Result<(), String> {{ bitfield::getters::<Functions>() }}
    pub fn setters() -> Result<(), String> {{ bitfield::setters::<Functions>() }}
    pub fn as_in_c() -> Result<(), String> {{ bitfield::as_in_c::<Functions, InC>() }}
    {tag_check}
}}
",
        functions = implementation("Functions", "selfe_sys"),
        in_c = implementation("InC", "selfe_sys::c"),
        tag_check = tag_check.unwrap_or_default(),
        size = block.size,
    )
}

fn literal(field: &Field) -> String {
    let Field {
        name,
        offset,
        size,
        high,
    } = field;
    format!("Field {{ name: {name:?}, offset: {offset}, size: {size}, high: {high} }}")
}
