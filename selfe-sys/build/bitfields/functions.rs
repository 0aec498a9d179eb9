//! The functions of each block and union, under C's names, with C's names for their arguments.

use super::Names;
use super::expressions::{Place, ones};
use super::pbf::{Block, Definitions, TaggedUnion};
use crate::rust_names::argument;
use std::collections::BTreeSet;

/// All functions, as they are written.
#[derive(Default)]
pub struct Functions {
    text: String,
    /// What the text takes from the crate.
    types: BTreeSet<String>,
    /// Their names.
    pub names: Names,
}

/// What the functions of one block have in common.
struct Kind<'a> {
    block: &'a Block,
    /// The union that the block is one of, and the tag's place and value.
    union: Option<(&'a TaggedUnion, Place<'a>, u64)>,
    /// The type's name in C, without `_t`.
    name: &'a str,
    /// What the functions' names begin with.
    prefix: String,
    /// The type of a word.
    word: String,
    /// The fields in the order of the constructor's arguments, without the tag.
    fields: Vec<Place<'a>>,
}

impl Functions {
    /// The file.
    pub fn text(&self) -> String {
        let types: Vec<&str> = self.types.iter().map(String::as_str).collect();
        format!("use crate::{{{}}};\n{}", types.join(", "), self.text)
    }

    /// Adds the functions of one file.
    pub fn add(&mut self, definitions: &Definitions) -> Result<(), String> {
        let mut in_unions = BTreeSet::new();
        for union in &definitions.unions {
            let mut tag: Option<(Place, u32)> = None;
            for (name, value) in &union.tags {
                let block = definitions.blocks.iter().find(|block| block.name == *name);
                let block = block.ok_or_else(|| format!("the union {} has no block {name}", union.name))?;
                let field = block.fields.iter().find(|field| field.name == union.tag_name);
                let field = field.ok_or_else(|| format!("{name} of the union {} has no tag", union.name))?;
                let place = Place::new(block, field);
                match tag {
                    None => tag = Some((place, block.size)),
                    Some((first, size)) if first.field == field && size == block.size => {}
                    Some(_) => return Err(format!("the blocks of the union {} differ in size or tag", union.name)),
                }
                if field.high {
                    return Err(format!("the tag of the union {} is an address", union.name));
                }
                if *value > ones(field.size) {
                    return Err(format!(
                        "the tag {value} of {name} of the union {} has too many bits",
                        union.name
                    ));
                }
                in_unions.insert(name);
                self.block(&Kind::new(block, Some((union, place, *value))));
            }
            let first = union.tags.first();
            let block = first.and_then(|(name, _)| definitions.blocks.iter().find(|block| block.name == *name));
            if let (Some((place, _)), Some(block)) = (tag, block) {
                self.tag(union, place, &word(block));
            }
        }
        for block in definitions
            .blocks
            .iter()
            .filter(|block| !in_unions.contains(&block.name))
        {
            self.block(&Kind::new(block, None));
        }
        Ok(())
    }

    /// Constructors, and the accessors of each field.
    fn block(&mut self, kind: &Kind) {
        let Kind { name, prefix, word, .. } = kind;
        self.types.extend([format!("{name}_t"), word.clone()]);
        self.constructors(kind);
        for place in &kind.fields {
            let (field, argument) = (&place.field.name, argument(&place.field.name));
            let of = format!("`{field}` of a {}, {}", kind.describe(), place.describe());
            let (value, pointed) = (
                format!("{name}.words[{}]", place.word()),
                format!("(*{name}_ptr).words[{}]", place.word()),
            );

            let function = format!("{prefix}_get_{field}");
            let check = kind.check_tag(&format!("{name}.words"), &function);
            let read = place.read(&value);
            self.by_value(
                &function,
                &format!("{of}."),
                &format!("{name}: {name}_t"),
                Some(word),
                &format!("{check}{read}"),
            );

            let function = format!("{prefix}_set_{field}");
            let check = kind.check_tag(&format!("{name}.words"), &function);
            let fits = place.assertion(&argument, &function).unwrap_or_default();
            self.by_value(
                &function,
                &format!("The same with another {of}."),
                &format!("mut {name}: {name}_t, {argument}: {word}"),
                Some(&format!("{name}_t")),
                &format!("{check}{fits}{value} = {};\n{name}", place.replaced(&value, &argument)),
            );

            let function = format!("{prefix}_ptr_get_{field}");
            let check = kind.check_tag(&format!("(*{name}_ptr).words"), &function);
            let read = place.read(&pointed);
            self.by_pointer(
                &function,
                &format!("{of}."),
                &format!("{name}_ptr: *mut {name}_t"),
                Some(word),
                &format!("{check}{read}"),
            );

            let function = format!("{prefix}_ptr_set_{field}");
            let check = kind.check_tag(&format!("(*{name}_ptr).words"), &function);
            let fits = place.assertion(&argument, &function).unwrap_or_default();
            self.by_pointer(
                &function,
                &format!("Writes {of}."),
                &format!("{name}_ptr: *mut {name}_t, {argument}: {word}"),
                None,
                &format!("{check}{fits}{pointed} = {};", place.replaced(&pointed, &argument)),
            );
        }
    }

    fn constructors(&mut self, kind: &Kind) {
        let Kind { name, prefix, word, .. } = kind;
        let function = format!("{prefix}_new");
        let mut doc = format!("A {}.", kind.describe());
        let mut list = String::new();
        for place in &kind.fields {
            list.push_str(&format!("\n- `{}`: {}", place.field.name, place.describe()));
        }
        if !list.is_empty() {
            doc.push_str(&format!("\n{list}"));
        }
        let mut words = vec![Vec::new(); (kind.block.size / kind.block.base) as usize];
        let (mut parameters, mut arguments, mut body) = (Vec::new(), Vec::new(), String::new());
        for place in &kind.fields {
            let argument = argument(&place.field.name);
            body.push_str(&place.assertion(&argument, &function).unwrap_or_default());
            words[place.word() as usize].push(place.stored(&argument));
            parameters.push(format!("{argument}: {word}"));
            arguments.push(argument);
        }
        if let Some((_, place, value)) = &kind.union {
            words[place.word() as usize].push(place.stored(&value.to_string()));
        }
        let words: Vec<String> = words
            .iter()
            .map(|parts| {
                if parts.is_empty() {
                    "0".to_owned()
                } else {
                    parts.join(" | ")
                }
            })
            .collect();
        body.push_str(&format!("{name}_t {{ words: [{}] }}", words.join(", ")));
        self.by_value(
            &function,
            &doc,
            &parameters.join(", "),
            Some(&format!("{name}_t")),
            &body,
        );

        parameters.insert(0, format!("{name}_ptr: *mut {name}_t"));
        self.by_pointer(
            &format!("{prefix}_ptr_new"),
            &format!("Writes a {}, as [`{function}`] makes it.", kind.describe()),
            &parameters.join(", "),
            None,
            &format!("*{name}_ptr = {function}({});", arguments.join(", ")),
        );
    }

    /// What asks a union which block it is.
    fn tag(&mut self, union: &TaggedUnion, place: Place, word: &str) {
        let TaggedUnion { name, tag_name, .. } = union;
        let of = format!("of a [`{name}_t`], {}", place.describe());
        let value = place.read(&format!("{name}.words[{}]", place.word()));
        let pointed = place.read(&format!("(*{name}_ptr).words[{}]", place.word()));
        self.by_value(
            &format!("{name}_get_{tag_name}"),
            &format!("Which kind it is: the tag {of}."),
            &format!("{name}: {name}_t"),
            Some(word),
            &value,
        );
        self.by_value(
            &format!("{name}_{tag_name}_equals"),
            &format!("1 where it is of this kind, else 0: the tag {of}."),
            &format!("{name}: {name}_t, {name}_type_tag: {word}"),
            Some("crate::ctypes::c_int"),
            &format!("({value} == {name}_type_tag) as crate::ctypes::c_int"),
        );
        self.by_pointer(
            &format!("{name}_ptr_get_{tag_name}"),
            &format!("Which kind it is: the tag {of}."),
            &format!("{name}_ptr: *mut {name}_t"),
            Some(word),
            &pointed,
        );
    }

    fn by_value(&mut self, name: &str, doc: &str, parameters: &str, result: Option<&str>, body: &str) {
        self.write("const fn", name, doc, parameters, result, body);
        self.names.by_value.push(name.to_owned());
    }

    fn by_pointer(&mut self, name: &str, doc: &str, parameters: &str, result: Option<&str>, body: &str) {
        let doc =
            format!("{doc}\n\n# Safety\nThe pointer is to a value of its type, which nothing else writes meanwhile.");
        let body = format!("unsafe {{\n{body}\n}}");
        self.write("const unsafe fn", name, &doc, parameters, result, &body);
        self.names.by_pointer.push(name.to_owned());
    }

    fn write(&mut self, kind: &str, name: &str, doc: &str, parameters: &str, result: Option<&str>, body: &str) {
        for line in doc.lines() {
            self.text.push_str(&format!("/// {line}\n"));
        }
        let result = result.map(|word| format!(" -> {word}")).unwrap_or_default();
        self.text.push_str(&format!(
            "#[inline(always)]\npub {kind} {name}({parameters}){result} {{\n{body}\n}}\n"
        ));
    }
}

impl<'a> Kind<'a> {
    fn new(block: &'a Block, union: Option<(&'a TaggedUnion, Place<'a>, u64)>) -> Self {
        let (name, prefix) = match &union {
            Some((union, ..)) => (union.name.as_str(), format!("{}_{}", union.name, block.name)),
            None => (block.name.as_str(), block.name.clone()),
        };
        let tag_name = union.as_ref().map(|(union, ..)| &union.tag_name);
        let fields = block.fields.iter().filter(|field| Some(&field.name) != tag_name);
        Kind {
            block,
            name,
            prefix,
            word: word(block),
            fields: fields.map(|field| Place::new(block, field)).collect(),
            union,
        }
    }

    /// The type, and the kind that a union is.
    fn describe(&self) -> String {
        match self.union {
            Some(_) => format!("[`{}_t`] that is a `{}`", self.name, self.block.name),
            None => format!("[`{}_t`]", self.name),
        }
    }

    /// The assertion that a union is of this kind.
    fn check_tag(&self, words: &str, function: &str) -> String {
        match &self.union {
            None => String::new(),
            Some((_, place, value)) => format!(
                "debug_assert!(({}) == {value}, \"{function}: it is no {}\");\n",
                place.read(&format!("{words}[{}]", place.word())),
                self.block.name
            ),
        }
    }
}

/// libsel4's type of a word of these bits.
fn word(block: &Block) -> String {
    format!("seL4_Uint{}", block.base)
}

#[cfg(test)]
mod tests {
    use super::super::pbf::parse;
    use super::*;

    fn added(text: &str) -> Result<String, String> {
        let mut functions = Functions::default();
        functions.add(&parse(text)?)?;
        Ok(functions.text())
    }

    #[test]
    fn unions_that_can_t_be_told_apart_are_refused() {
        let union = |blocks: &str, tags: &str| added(&format!("base 64 {blocks} tagged_union u k {{ {tags} }}"));
        let one = "block a { field x 56 field k 8 }";
        assert!(union(one, "tag a 255").unwrap().contains("u_a_new"));
        for (blocks, tags, why) in [
            (one, "tag a 256", "too many bits"),
            (one, "tag b 1", "no block b"),
            ("block a { field x 64 }", "tag a 1", "no tag"),
            (
                "base 64(48,0) block a { padding 16 field_high k 48 }",
                "tag a 1",
                "is an address",
            ),
            (
                "block a { field x 56 field k 8 } block b { field k 8 field x 56 }",
                "tag a 1 tag b 2",
                "differ in size or tag",
            ),
        ] {
            let error = union(blocks, tags).unwrap_err();
            assert!(error.contains(why), "{error}");
        }
    }
}
