//! A method as a Rust function: the message words from the arguments, the system call, the results
//! from the answer's words.

use super::NamedMethod;
use super::kinds::{Kinds, PassedAs};
use super::places::{WordPlace, places};
use super::types::{Method, Parameter};
use crate::rust::{argument, mask, number};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use selfe_config::model::SeL4Arch;
use std::collections::BTreeMap;
use syn::{ForeignItemFn, Signature};

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

/// Arguments or results, with their places in the message.
struct Message {
    /// Those of known sizes.
    fields: Vec<(Parameter, PassedAs, WordPlace)>,
    /// The struct at the end, if there is one.
    rest: Option<Parameter>,
    /// How many words the fields take.
    words: usize,
}

impl Message {
    fn of(word: usize, parameters: Vec<(Parameter, PassedAs)>) -> Result<Self, String> {
        let mut fields = Vec::new();
        let mut sizes = Vec::new();
        let mut rest: Option<Parameter> = None;
        for (parameter, kind) in parameters {
            if let Some(before) = rest {
                return Err(format!("`{}` comes after the struct `{}`", parameter.name, before.name));
            }
            match kind {
                PassedAs::Struct => {
                    rest = Some(parameter);
                    continue;
                }
                PassedAs::Bits(bits) => sizes.push(bits),
                PassedAs::Bitfield | PassedAs::Capability => sizes.push(word),
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

/// What a method sends and receives.
pub struct Shape {
    caps: Vec<Parameter>,
    inputs: Message,
    outputs: Message,
}

impl Shape {
    /// That of a method.
    ///
    /// # Errors
    /// No release of seL4 has a method of this shape.
    pub fn of(target: &Target, kinds: &Kinds, method: &Method) -> Result<Self, String> {
        let (mut caps, mut inputs, mut outputs) = (Vec::new(), Vec::new(), Vec::new());
        for parameter in &method.parameters {
            let kind = kinds.of(method, parameter)?;
            match (parameter.is_output, kind) {
                (true, kind) => outputs.push((parameter.clone(), kind)),
                (false, PassedAs::Capability) => caps.push(parameter.clone()),
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

/// The function, with the arguments, result and documentation of its declaration.
pub fn method(target: &Target, named: &NamedMethod, declaration: &ForeignItemFn) -> TokenStream {
    let doc = declaration
        .attrs
        .iter()
        .filter(|attribute| attribute.path().is_ident("doc"));
    let Signature {
        ident, inputs, output, ..
    } = &declaration.sig;
    let (send, receive) = (send(target, named), receive(target, named));
    quote! {
        #(#doc)*
        ///
        /// # Safety
        /// The capabilities' objects are used as the method says; pointers are valid.
        #[inline(always)]
        pub unsafe extern "C" fn #ident(#inputs) #output {
            unsafe {
                #send
                #receive
            }
        }
    }
}

/// How many words a struct has.
fn words_of(rest: &Parameter) -> TokenStream {
    let kind = format_ident!("{}", rest.kind);
    quote!(size_of::<crate::#kind>() / size_of::<usize>())
}

/// How many words of a struct count: as many as the caller asks for, at most all.
fn count(method: &Method, rest: &Parameter) -> TokenStream {
    let all = words_of(rest);
    let asked = method.parameters.iter().any(|parameter| parameter.name == "count");
    if asked { quote!(count.min(#all)) } else { all }
}

/// The message words, made from the fields.
fn message_words(target: &Target, inputs: &Message) -> Vec<TokenStream> {
    let mut parts = vec![Vec::new(); inputs.words];
    for (parameter, kind, place) in &inputs.fields {
        let name = argument(&parameter.name);
        match kind {
            // Neither is among the fields: a capability is not in the words, and a struct is in
            // `rest`.
            PassedAs::Capability | PassedAs::Struct => {}
            PassedAs::Bitfield => parts[place.word].push(quote!(#name.words[0] as usize)),
            PassedAs::Bits(_) if place.bits > target.word => {
                let high = number(target.word);
                parts[place.word].push(quote!(#name as usize));
                parts[place.word + 1].push(quote!((#name >> #high) as usize));
            }
            PassedAs::Bits(_) if place.bits == target.word => parts[place.word].push(quote!(#name as usize)),
            PassedAs::Bits(_) => {
                let (mask, shift) = (mask((1 << place.bits) - 1), number(place.shift));
                parts[place.word].push(quote!((((#name as usize) & #mask) << #shift)));
            }
        }
    }
    parts.iter().map(|parts| quote!(#(#parts)|*)).collect()
}

/// Statements up to the system call.
fn send(target: &Target, NamedMethod { method, shape, .. }: &NamedMethod) -> TokenStream {
    let Shape { caps, inputs, .. } = shape;
    let words = message_words(target, inputs);
    let known = words.len();
    let rest = inputs.rest.as_ref().map(|rest| (argument(&rest.name), rest));
    let registers = (0..target.registers).map(|nth| match (words.get(nth), &rest) {
        (Some(word), _) => word.clone(),
        (None, Some((name, _))) => {
            let at = number(nth - known);
            quote!(*#name.cast::<usize>().add(#at))
        }
        (None, None) => quote!(0),
    });

    let in_buffer = !caps.is_empty() || known > target.registers || rest.is_some();
    let buffer = in_buffer.then(|| quote!(let __buffer = current();));
    let still = in_buffer.then(|| quote!(still(__buffer);));
    let write_caps = caps.iter().enumerate().map(|(nth, cap)| {
        let (nth, cap) = (number(nth), argument(&cap.name));
        quote!((*__buffer).caps_or_badges[#nth] = #cap as _;)
    });
    let write_words = words.iter().enumerate().skip(target.registers).map(|(nth, word)| {
        let nth = number(nth);
        quote!((*__buffer).msg[#nth] = (#word) as _;)
    });
    let at = number(known);
    let write_rest = rest.as_ref().map(|(name, rest)| {
        let (first, count) = (number(target.registers.saturating_sub(known)), count(method, rest));
        quote! {
            let mut __i = #first;
            while __i < #count {
                (*__buffer).msg[__i + #at] = *#name.cast::<usize>().add(__i) as _;
                __i += 1;
            }
        }
    });

    let (label, caps) = (format_ident!("{}", method.label), number(caps.len()));
    let length = match &rest {
        Some((_, rest)) => {
            let words = words_of(rest);
            quote!(#at + #words)
        }
        None => quote!(#at),
    };
    quote! {
        #buffer
        #(#write_caps)*
        #(#write_words)*
        #write_rest
        let __tag = message_info(crate::#label as usize, #caps, #length);
        let __answer = send_recv(crate::seL4_SysCall as isize, _service as usize, __tag, [#(#registers),*], NO_REPLY);
        let __error = label(__answer.info);
        #still
    }
}

/// Statements after the system call.
fn receive(target: &Target, named: &NamedMethod) -> TokenStream {
    let NamedMethod { method, shape, .. } = named;
    let outputs = &shape.outputs;
    let by_value = !outputs.fields.is_empty();
    let result = format_ident!("{}_t", named.function());
    let print = target.tells_errors.then(|| quote!(print_error();));
    let failed = by_value.then(|| quote!(return crate::#result { error: __error as _, ..Default::default() };));
    let word = |nth: usize| {
        let at = number(nth);
        match nth < target.registers {
            true => quote!(__answer.words[#at]),
            false => quote!((*__buffer).msg[#at]),
        }
    };

    let in_buffer = outputs.words > target.registers || outputs.rest.is_some();
    let buffer = in_buffer.then(|| quote!(let __buffer = current();));
    let read_rest = outputs.rest.as_ref().map(|rest| {
        let (name, known) = (argument(&rest.name), outputs.words);
        let in_registers = (known..target.registers).map(|nth| {
            let (at, word) = (number(nth - known), word(nth));
            quote!(*#name.cast::<usize>().add(#at) = #word;)
        });
        let first = number(target.registers.saturating_sub(known));
        let (known, count) = (number(known), count(method, rest));
        quote! {
            #(#in_registers)*
            let mut __i = #first;
            while __i < #count {
                *#name.cast::<usize>().add(__i) = (*__buffer).msg[__i + #known] as usize;
                __i += 1;
            }
        }
    });

    let fields = outputs.fields.iter().map(|(parameter, _, place)| {
        let (name, low) = (argument(&parameter.name), word(place.word));
        if place.bits > target.word {
            let (high, by) = (word(place.word + 1), number(target.word));
            quote!(#name: (#low as u64 | (#high as u64) << #by) as _)
        } else if place.bits == target.word {
            quote!(#name: #low as _)
        } else {
            let (shift, mask) = (number(place.shift), mask((1 << place.bits) - 1));
            quote!(#name: ((#low >> #shift) & #mask) as _)
        }
    });
    let answer = if by_value {
        quote!(crate::#result { error: 0, #(#fields),* })
    } else {
        quote!(__error as _)
    };
    quote! {
        if __error != 0 {
            keep(__answer.words);
            #print
            #failed
        }
        #buffer
        #read_rest
        #answer
    }
}
