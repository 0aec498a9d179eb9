//! The functions of each block and union, under C's names, with C's names for their arguments.

use super::Names;
use super::expressions::{FieldPlace, ones};
use super::pbf::{Block, Definitions, TaggedUnion};
use crate::rust::{argument, number};
use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};
use std::collections::BTreeSet;
use syn::Ident;

/// All functions.
#[derive(Default)]
pub struct Functions {
    items: TokenStream,
    /// What the items import from the crate.
    types: BTreeSet<Ident>,
    /// Their names.
    pub names: Names,
}

/// A function without its attributes.
struct Function {
    name: String,
    doc: String,
    parameters: Vec<TokenStream>,
    result: Option<TokenStream>,
    body: TokenStream,
}

/// What the functions of a block have in common.
struct BlockContext<'a> {
    block: &'a Block,
    /// The union that the block belongs to, with the tag's place and value.
    union: Option<(&'a TaggedUnion, FieldPlace<'a>, u64)>,
    /// The type's name in C.
    type_name: Ident,
    /// The same without `_t`: the argument's name.
    name: Ident,
    /// The name of an argument that points to a value.
    pointer: Ident,
    /// The prefix of the functions' names.
    prefix: String,
    /// The type of a word.
    word: Ident,
    /// The fields in the order of the constructor's arguments, without the tag.
    fields: Vec<FieldPlace<'a>>,
}

impl Functions {
    /// The content of the file.
    pub fn file(self) -> TokenStream {
        let Functions { items, types, .. } = self;
        let types = types.into_iter();
        quote!(use crate::{#(#types),*}; #items)
    }

    /// Adds the functions of one file.
    pub fn add(&mut self, definitions: &Definitions) -> Result<(), String> {
        let mut in_unions = BTreeSet::new();
        for union in &definitions.unions {
            let mut tag: Option<(FieldPlace, u32)> = None;
            for (name, value) in &union.tags {
                let block = definitions.blocks.iter().find(|block| block.name == *name);
                let block = block.ok_or_else(|| format!("the union {} has no block {name}", union.name))?;
                let field = block.fields.iter().find(|field| field.name == union.tag_name);
                let field = field.ok_or_else(|| format!("{name} of the union {} has no tag", union.name))?;
                let place = FieldPlace::new(block, field);
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
                self.block(&BlockContext::new(block, Some((union, place, *value))));
            }
            let first = union.tags.first();
            let block = first.and_then(|(name, _)| definitions.blocks.iter().find(|block| block.name == *name));
            if let (Some((place, _)), Some(block)) = (tag, block) {
                self.tag(union, place, block);
            }
        }
        for block in definitions
            .blocks
            .iter()
            .filter(|block| !in_unions.contains(&block.name))
        {
            self.block(&BlockContext::new(block, None));
        }
        Ok(())
    }

    /// Constructors, and the accessors of each field.
    fn block(&mut self, kind: &BlockContext) {
        self.types.extend([kind.type_name.clone(), kind.word.clone()]);
        self.constructors(kind);
        for place in &kind.fields {
            self.accessors(kind, place);
        }
    }

    fn accessors(&mut self, kind: &BlockContext, place: &FieldPlace) {
        let BlockContext {
            name,
            type_name,
            pointer,
            prefix,
            word,
            ..
        } = kind;
        let (field, value, nth) = (&place.field.name, argument(&place.field.name), number(place.word()));
        let of = format!("`{field}` of a {}, {}", kind.describe(), place.describe());
        let (own, pointed) = (quote!(#name.words), quote!((*#pointer).words));

        let function = format!("{prefix}_get_{field}");
        let (check, read) = (kind.check_tag(&own, &function), place.read(quote!(#own[#nth])));
        self.by_value(Function {
            name: function,
            doc: format!("{of}."),
            parameters: vec![quote!(#name: #type_name)],
            result: Some(quote!(#word)),
            body: quote!(#check #read),
        });

        let function = format!("{prefix}_set_{field}");
        let (check, fits) = (kind.check_tag(&own, &function), place.assertion(&value, &function));
        let replaced = place.replaced(quote!(#own[#nth]), &value);
        self.by_value(Function {
            name: function,
            doc: format!("The same with another {of}."),
            parameters: vec![quote!(mut #name: #type_name), quote!(#value: #word)],
            result: Some(quote!(#type_name)),
            body: quote!(#check #fits #own[#nth] = #replaced; #name),
        });

        let function = format!("{prefix}_ptr_get_{field}");
        let (check, read) = (kind.check_tag(&pointed, &function), place.read(quote!(#pointed[#nth])));
        self.by_pointer(Function {
            name: function,
            doc: format!("{of}."),
            parameters: vec![quote!(#pointer: *mut #type_name)],
            result: Some(quote!(#word)),
            body: quote!(#check #read),
        });

        let function = format!("{prefix}_ptr_set_{field}");
        let (check, fits) = (kind.check_tag(&pointed, &function), place.assertion(&value, &function));
        let replaced = place.replaced(quote!(#pointed[#nth]), &value);
        self.by_pointer(Function {
            name: function,
            doc: format!("Writes {of}."),
            parameters: vec![quote!(#pointer: *mut #type_name), quote!(#value: #word)],
            result: None,
            body: quote!(#check #fits #pointed[#nth] = #replaced;),
        });
    }

    fn constructors(&mut self, kind: &BlockContext) {
        let BlockContext {
            type_name,
            pointer,
            prefix,
            word,
            ..
        } = kind;
        let function = format!("{prefix}_new");
        let mut doc = format!("A {}.", kind.describe());
        for (nth, place) in kind.fields.iter().enumerate() {
            let before = if nth == 0 { "\n\n" } else { "\n" };
            doc.push_str(&format!("{before}- `{}`: {}", place.field.name, place.describe()));
        }
        let arguments: Vec<Ident> = kind.fields.iter().map(|place| argument(&place.field.name)).collect();
        let mut parameters: Vec<_> = arguments.iter().map(|argument| quote!(#argument: #word)).collect();
        let mut words = vec![Vec::new(); (kind.block.size / kind.block.base) as usize];
        let mut checks = TokenStream::new();
        for (place, argument) in kind.fields.iter().zip(&arguments) {
            checks.extend(place.assertion(argument, &function));
            words[place.word()].push(place.stored(argument));
        }
        if let Some((_, place, value)) = &kind.union {
            words[place.word()].push(place.stored(Literal::u64_unsuffixed(*value)));
        }
        let words = words.iter().map(|parts| match &parts[..] {
            [] => quote!(0),
            parts => quote!(#(#parts)|*),
        });
        self.by_value(Function {
            name: function.clone(),
            doc,
            parameters: parameters.clone(),
            result: Some(quote!(#type_name)),
            body: quote!(#checks #type_name { words: [#(#words),*] }),
        });

        parameters.insert(0, quote!(#pointer: *mut #type_name));
        let new = format_ident!("{function}");
        self.by_pointer(Function {
            name: format!("{prefix}_ptr_new"),
            doc: format!("Writes a {}, as [`{function}`] makes it.", kind.describe()),
            parameters,
            result: None,
            body: quote!(*#pointer = #new(#(#arguments),*);),
        });
    }

    /// The functions that ask a union which block it is.
    fn tag(&mut self, union: &TaggedUnion, place: FieldPlace, block: &Block) {
        let TaggedUnion { name, tag_name, .. } = union;
        let of = format!("of a [`{name}_t`], {}", place.describe());
        let (union, type_name, pointer) = (
            format_ident!("{name}"),
            format_ident!("{name}_t"),
            format_ident!("{name}_ptr"),
        );
        let (asked, word, nth) = (format_ident!("{name}_type_tag"), word(block), number(place.word()));
        let value = place.read(quote!(#union.words[#nth]));
        self.by_value(Function {
            name: format!("{name}_get_{tag_name}"),
            doc: format!("Which kind it is: the tag {of}."),
            parameters: vec![quote!(#union: #type_name)],
            result: Some(quote!(#word)),
            body: value.clone(),
        });
        self.by_value(Function {
            name: format!("{name}_{tag_name}_equals"),
            doc: format!("1 if it is of this kind, else 0: the tag {of}."),
            parameters: vec![quote!(#union: #type_name), quote!(#asked: #word)],
            result: Some(quote!(crate::ctypes::c_int)),
            body: quote!((#value == #asked) as crate::ctypes::c_int),
        });
        self.by_pointer(Function {
            name: format!("{name}_ptr_get_{tag_name}"),
            doc: format!("Which kind it is: the tag {of}."),
            parameters: vec![quote!(#pointer: *mut #type_name)],
            result: Some(quote!(#word)),
            body: place.read(quote!((*#pointer).words[#nth])),
        });
    }

    /// Adds a safe function.
    fn by_value(&mut self, function: Function) {
        self.names.by_value.push(function.name.clone());
        self.items.extend(function.item(&quote!(const)));
    }

    /// Adds a function that reads or writes through its first argument.
    fn by_pointer(&mut self, mut function: Function) {
        self.names.by_pointer.push(function.name.clone());
        function
            .doc
            .push_str("\n\n# Safety\nThe pointer is to a value of its type, which nothing else writes meanwhile.");
        let body = &function.body;
        function.body = quote!(unsafe { #body });
        self.items.extend(function.item(&quote!(const unsafe)));
    }
}

impl Function {
    fn item(&self, kind: &TokenStream) -> TokenStream {
        let Function { parameters, body, .. } = self;
        let name = format_ident!("{}", self.name);
        let doc = self.doc.lines().map(|line| format!(" {line}"));
        let result = self.result.as_ref().map(|result| quote!(-> #result));
        quote! {
            #(#[doc = #doc])*
            #[inline(always)]
            pub #kind fn #name(#(#parameters),*) #result {
                #body
            }
        }
    }
}

impl<'a> BlockContext<'a> {
    fn new(block: &'a Block, union: Option<(&'a TaggedUnion, FieldPlace<'a>, u64)>) -> Self {
        let (name, prefix) = match &union {
            Some((union, ..)) => (&union.name, format!("{}_{}", union.name, block.name)),
            None => (&block.name, block.name.clone()),
        };
        let tag_name = union.as_ref().map(|(union, ..)| &union.tag_name);
        let fields = block.fields.iter().filter(|field| Some(&field.name) != tag_name);
        BlockContext {
            block,
            type_name: format_ident!("{name}_t"),
            name: format_ident!("{name}"),
            pointer: format_ident!("{name}_ptr"),
            prefix,
            word: word(block),
            fields: fields.map(|field| FieldPlace::new(block, field)).collect(),
            union,
        }
    }

    /// The type, and the block if it is a union.
    fn describe(&self) -> String {
        match self.union {
            Some(_) => format!("[`{}`] that is a `{}`", self.type_name, self.block.name),
            None => format!("[`{}`]", self.type_name),
        }
    }

    /// The assertion that a union is this block.
    fn check_tag(&self, words: &TokenStream, function: &str) -> Option<TokenStream> {
        let (_, place, value) = self.union.as_ref()?;
        let (nth, value) = (number(place.word()), Literal::u64_unsuffixed(*value));
        let tag = place.read(quote!(#words[#nth]));
        let message = format!("{function}: it is not a {}", self.block.name);
        Some(quote!(debug_assert!((#tag) == #value, #message);))
    }
}

/// libsel4's type of a word of these bits.
fn word(block: &Block) -> Ident {
    format_ident!("seL4_Uint{}", block.base)
}

#[cfg(test)]
mod tests {
    use super::super::pbf::parse;
    use super::*;

    fn added(text: &str) -> Result<String, String> {
        let mut functions = Functions::default();
        functions.add(&parse(text)?)?;
        Ok(functions.file().to_string())
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
