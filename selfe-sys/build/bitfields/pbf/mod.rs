//! Reads the kernel's bitfield definitions (`.pbf`: `.bf` files after the C preprocessor).
//!
//! The grammar is that of seL4's `bitfield_gen.py`. Features that libsel4 has never used, such as
//! tags in several slices or of several widths, are rejected by name rather than ignored.

pub mod files;
mod tokens;

use std::collections::BTreeSet;
use tokens::{LARGEST, Tokens};

/// The blocks and unions of one file.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Definitions {
    /// Bit patterns.
    pub blocks: Vec<Block>,
    /// Unions of blocks, distinguished by a field that all of them have.
    pub unions: Vec<TaggedUnion>,
}

/// One bit pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// Its name in C.
    pub name: String,
    /// The bits of a word: 32 or 64.
    pub base: u32,
    /// How many bits of an address are significant, and whether the highest of them is repeated
    /// above.
    pub canonical: (u32, bool),
    /// The bits of the whole block.
    pub size: u32,
    /// The fields in the order of the constructor's arguments.
    pub fields: Vec<Field>,
}

/// One field of a block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// Its lowest bit, counted from the block's lowest.
    pub offset: u32,
    /// Its bits.
    pub size: u32,
    /// Whether it holds the high bits of an address whose low bits are zero.
    pub high: bool,
}

/// Several blocks; a value is one of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaggedUnion {
    /// Its name in C.
    pub name: String,
    /// The field that shows which block it is.
    pub tag_name: String,
    /// Each block's name and the tag's value for it.
    pub tags: Vec<(String, u64)>,
}

/// Reads the text of one file.
///
/// # Errors
/// The text is not as expected.
pub fn parse(text: &str) -> Result<Definitions, String> {
    let mut tokens = Tokens::read(text)?;
    let mut definitions = Definitions::default();
    let mut base = None;
    while let Some(word) = tokens.next() {
        match word.as_str() {
            "base" => base = Some(parse_base(&mut tokens)?),
            "block" => {
                let base = base.ok_or("a block before any `base`")?;
                definitions.blocks.push(parse_block(&mut tokens, base)?);
            }
            "tagged_union" => definitions.unions.push(parse_union(&mut tokens)?),
            other => return Err(format!("`{other}` where base, block or tagged_union is due")),
        }
    }
    Ok(definitions)
}

type Base = (u32, (u32, bool));

fn parse_base(tokens: &mut Tokens) -> Result<Base, String> {
    let base = tokens.small(&[])?;
    if !matches!(base, 32 | 64) {
        return Err(format!("a base of {base} bits"));
    }
    if !tokens.take("(") {
        return Ok((base, (base, false)));
    }
    let bits = tokens.small(&[])?;
    tokens.expect(",")?;
    let sign_extend = tokens.small(&[])? != 0;
    tokens.expect(")")?;
    if bits == 0 || bits > base {
        return Err(format!("addresses of {bits} bits in words of {base}"));
    }
    Ok((base, (bits, sign_extend)))
}

fn parse_block(tokens: &mut Tokens, (base, canonical): Base) -> Result<Block, String> {
    let constants = [("word_size", base), ("canonical_size", canonical.0)];
    let name = tokens.identifier()?;
    let order = if tokens.take("(") {
        Some(names_to(tokens, ")")?)
    } else {
        None
    };
    tokens.expect("{")?;
    // From the highest bit down; padding has no name.
    let mut parts: Vec<(Option<String>, u32, bool)> = Vec::new();
    while !tokens.take("}") {
        match tokens.identifier()?.as_str() {
            "padding" => parts.push((None, tokens.small(&constants)?, false)),
            "field" => parts.push((Some(tokens.identifier()?), tokens.small(&constants)?, false)),
            "field_high" => parts.push((Some(tokens.identifier()?), tokens.small(&constants)?, true)),
            "field_ptr" => {
                let align = if tokens.take("(") {
                    let align = tokens.small(&constants)?;
                    tokens.expect(")")?;
                    align
                } else {
                    0
                };
                let (field, size) = (tokens.identifier()?, tokens.small(&constants)?);
                let width = canonical
                    .0
                    .checked_sub(align)
                    .ok_or("a pointer aligned to more than its bits")?;
                let padding = size
                    .checked_sub(width)
                    .ok_or("a pointer field smaller than a pointer")?;
                parts.push((None, padding, false));
                parts.push((Some(field), width, true));
            }
            other => return Err(format!("`{other}` in the block {name}")),
        }
    }
    let too_large = || format!("the block {name} has more than {LARGEST} bits");
    let add = |sum: u32, part: &(_, u32, _)| sum.checked_add(part.1).filter(|sum| *sum <= LARGEST);
    let size = parts.iter().try_fold(0, add).ok_or_else(too_large)?;
    if size == 0 || size % base != 0 {
        return Err(format!(
            "the block {name} has {size} bits, which is not a whole number of words"
        ));
    }
    let mut fields = Vec::new();
    let mut offset = size;
    for (field, bits, high) in parts {
        offset -= bits;
        if let Some(field) = field {
            if bits == 0 || offset / base != (offset + bits - 1) / base {
                return Err(format!("the field {field} of {name} is empty or crosses a word"));
            }
            if high && bits > canonical.0 {
                return Err(format!("the field {field} of {name} has more bits than an address"));
            }
            fields.push(Field {
                name: field,
                offset,
                size: bits,
                high,
            });
        }
    }
    if let Some(order) = order {
        let place = |field: &Field| order.iter().position(|name| *name == field.name);
        let once = order.iter().collect::<BTreeSet<_>>().len() == order.len();
        if !once || fields.len() != order.len() || fields.iter().any(|field| place(field).is_none()) {
            return Err(format!("the visible order of {name} does not name each field once"));
        }
        fields.sort_by_key(place);
    }
    Ok(Block {
        name,
        base,
        canonical,
        size,
        fields,
    })
}

fn parse_union(tokens: &mut Tokens) -> Result<TaggedUnion, String> {
    let (name, tag_name) = (tokens.identifier()?, tokens.identifier()?);
    if tokens.take("(") {
        return Err(format!(
            "the union {name} has a tag in several slices, which selfe does not know"
        ));
    }
    tokens.expect("{")?;
    let mut tags = Vec::new();
    while !tokens.take("}") {
        match tokens.identifier()?.as_str() {
            "tag" => tags.push((tokens.identifier()?, tokens.number(&[])?)),
            "mask" => {
                return Err(format!(
                    "the union {name} has tags of several widths, which selfe does not know"
                ));
            }
            other => return Err(format!("`{other}` in the union {name}")),
        }
    }
    Ok(TaggedUnion { name, tag_name, tags })
}

fn names_to(tokens: &mut Tokens, end: &str) -> Result<Vec<String>, String> {
    let mut names = Vec::new();
    while !tokens.take(end) {
        names.push(tokens.identifier()?);
        tokens.take(",");
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn field(name: &str, offset: u32, size: u32, high: bool) -> Field {
        Field {
            name: name.to_owned(),
            offset,
            size,
            high,
        }
    }

    #[test]
    fn fields_lie_from_the_highest_bit_down() {
        let read =
            parse("-- a comment\nbase 64\nblock rights { padding 32 padding 30 field read 1 field write 1 }").unwrap();
        assert_eq!(read.blocks[0].size, 64);
        assert_eq!(
            read.blocks[0].fields,
            [field("read", 1, 1, false), field("write", 0, 1, false)]
        );
    }

    #[test]
    fn the_visible_order_is_that_of_the_arguments() {
        let read = parse("base 32 block a (low, top) { field top 16 field low 16 }").unwrap();
        assert_eq!(
            read.blocks[0].fields,
            [field("low", 0, 16, false), field("top", 16, 16, false)]
        );
    }

    #[test]
    fn pointers_have_the_bits_of_the_canonical_size() {
        let read = parse("base 64(48, 1) block a { field_ptr(4) to 64 - 8 field_high b 0x8 }").unwrap();
        let block = &read.blocks[0];
        assert_eq!((block.size, block.canonical), (64, (48, true)));
        assert_eq!(block.fields, [field("to", 8, 44, true), field("b", 0, 8, true)]);
    }

    #[test]
    fn sizes_may_be_expressions() {
        let read = parse("base 32 block a { padding word_size - (2 + 3) * 4 / 2 % 11 field b 5*2 }").unwrap();
        assert_eq!(read.blocks[0].fields, [field("b", 0, 10, false)]);
    }

    #[test]
    fn unions_name_blocks_and_tags() {
        let read = parse("tagged_union fault kind { tag none 0 tag vm 0x5 }").unwrap();
        assert_eq!(read.unions[0].tags, [("none".to_owned(), 0), ("vm".to_owned(), 5)]);
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for text in [
            "block a { }",
            "base 64 block a { field b 65 }",
            "base 64 block a { field b 32 field c }",
            "base 64 block a { field b 63 }",
            "base 64 block a { field b 40 field c 40 field d 48 }",
            "base 64 block a (x) { field b 64 }",
            "base 64(0, 0) block a { field_high b 64 }",
            "base 64(48, 1) block a { padding 15 field_high b 49 }",
            "base 64 block a { colour b 64 }",
            "base 16",
            "base 64 block a { padding 1 - 2 }",
            "base 64 block a { padding 1 / 0 }",
            "base 64 block a { padding",
            "tagged_union a b (c, d) { }",
            "tagged_union a b { mask 4 0xc }",
            "base 64 ?",
            "base 64 block a { }",
            "base 64 block a (b, b) { field b 32 field c 32 }",
            "base 64 block a { field b 064 }",
            "base 64 block a { field b 0x10000000000000040 }",
            "base 64 block a { field b 99999999999999999999999999 }",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn sizes_have_an_end() {
        let block = |size: &str| parse(&format!("base 64 block a {{ {size} }}"));
        let largest = "0xffffffffffffffff";
        for size in [
            format!("padding {}", [largest; 10].join(" * ")),
            format!("padding {}", [largest; 10].join(" + ")),
            format!("padding -{} * -{}", [largest; 2].join(" * "), largest),
            format!("padding 0 - {} * {}", [largest; 2].join(" * "), largest),
            "padding 4096 ".repeat(2),
            "padding 4096 ".repeat(1 << 17),
            "padding 4097".to_owned(),
        ] {
            assert!(block(&size).is_err(), "{:.60}", size);
        }
        // As the sign comes before the sum, this is the smallest number there is, whose negative is
        // none.
        let smallest = format!(
            "padding -(0 - {} * 2 - {largest} - {largest} - 2)",
            [largest; 2].join(" * ")
        );
        assert!(block(&smallest).is_err());
        assert_eq!(block(&"padding 64 ".repeat(64)).unwrap().blocks[0].size, 4096);
    }

    #[test]
    fn expressions_within_expressions_have_an_end() {
        // Two signs without a space begin a comment.
        for (before, after) in [("- ", ""), ("(", ")"), ("-(", ")")] {
            let nested = |times| {
                format!(
                    "base 64 block a {{ padding {}64{} }}",
                    before.repeat(times),
                    after.repeat(times)
                )
            };
            assert!(parse(&nested(20)).is_ok(), "{}", nested(20));
            for times in [64, 200_000] {
                let error = parse(&nested(times)).unwrap_err();
                assert_eq!(error, "an expression stands within more than 64 others");
            }
            assert!(parse(&format!("base 64 block a {{ padding {}", before.repeat(200_000))).is_err());
        }
    }

    const WORDS: &str = "(base|block|field|field_high|field_ptr|padding|tagged_union|tag|mask|[a-c]|[{}(),+*/%-]|0|1|32|64|0x[0-9]{1,20}|[0-9]{1,40}| |\n){0,60}";

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in ".{0,60}") {
            let _ = parse(&text);
        }

        #[test]
        fn any_words_are_read_or_refused(text in WORDS) {
            let _ = parse(&format!("base 64 {text}"));
            let _ = parse(&format!("base 32(31,1) block a {{ field b {text}"));
        }

        #[test]
        fn a_file_that_is_cut_is_read_or_refused(at in 0usize..80) {
            let whole = "base 64(48,1) block a (c, b) { padding 16 field_high b 40 field c 8 } tagged_union u c { tag a 1 }";
            prop_assert!(parse(whole).is_ok());
            let _ = parse(&whole[..at]);
        }
    }
}
