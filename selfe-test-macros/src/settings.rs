//! What the attributes of a test say.

use syn::parse::Parser;
use syn::{Attribute, Error, Expr, ExprLit, Lit, Meta, Result, Token, punctuated::Punctuated, spanned::Spanned};

/// What the attributes of a test say.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// The reason why it is ignored, which may be empty; none if it is not.
    pub ignore: Option<String>,
    /// A part of the panic's message that is expected, which may be empty; none if the test should
    /// not panic.
    pub should_panic: Option<String>,
    /// The time limit in milliseconds; none for the usual one.
    pub timeout: Option<u64>,
}

impl Settings {
    /// Reads the arguments of the attribute itself.
    pub fn of(arguments: proc_macro2::TokenStream) -> Result<Self> {
        let mut settings = Settings::default();
        let all = Punctuated::<Meta, Token![,]>::parse_terminated.parse2(arguments)?;
        for one in all {
            if one.path().is_ident("timeout") {
                settings.timeout = Some(milliseconds(&one)?);
            } else if !settings.take(&one)? {
                return Err(Error::new(
                    one.span(),
                    "expected `timeout = SECONDS`, `should_panic` or `ignore`",
                ));
            }
        }
        Ok(settings)
    }

    /// Takes the attributes that belong to a test from those of its function.
    pub fn take_from(&mut self, attributes: &mut Vec<Attribute>) -> Result<()> {
        let mut kept = Vec::new();
        for attribute in attributes.drain(..) {
            if !self.take(&attribute.meta)? {
                kept.push(attribute);
            }
        }
        *attributes = kept;
        Ok(())
    }

    /// Whether an attribute belongs to a test.
    fn take(&mut self, meta: &Meta) -> Result<bool> {
        if meta.path().is_ident("ignore") {
            self.ignore = Some(match meta {
                Meta::Path(_) => String::new(),
                Meta::NameValue(pair) => text(&pair.value)?,
                Meta::List(list) => return Err(Error::new(list.span(), "expected `ignore` or `ignore = \"reason\"`")),
            });
            return Ok(true);
        }
        if meta.path().is_ident("should_panic") {
            self.should_panic = Some(match meta {
                Meta::Path(_) => String::new(),
                Meta::NameValue(pair) => text(&pair.value)?,
                Meta::List(list) => {
                    let pair: syn::MetaNameValue = list.parse_args()?;
                    if !pair.path.is_ident("expected") {
                        return Err(Error::new(
                            pair.path.span(),
                            "expected `expected = \"part of the message\"`",
                        ));
                    }
                    text(&pair.value)?
                }
            });
            return Ok(true);
        }
        Ok(false)
    }
}

fn text(value: &Expr) -> Result<String> {
    match value {
        Expr::Lit(ExprLit {
            lit: Lit::Str(text), ..
        }) => Ok(text.value()),
        other => Err(Error::new(other.span(), "expected a text in quotation marks")),
    }
}

fn milliseconds(meta: &Meta) -> Result<u64> {
    let value = &meta.require_name_value()?.value;
    let seconds = match value {
        Expr::Lit(ExprLit {
            lit: Lit::Int(number), ..
        }) => number.base10_parse::<u32>().ok().map(f64::from),
        Expr::Lit(ExprLit {
            lit: Lit::Float(number),
            ..
        }) => number.base10_parse::<f64>().ok(),
        _ => None,
    };
    match seconds {
        Some(seconds) if (0.001..=86_400.0).contains(&seconds) => Ok((seconds * 1000.0) as u64),
        _ => Err(Error::new(
            value.span(),
            "expected a number of seconds between 0.001 and 86400",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use quote::quote;

    #[test]
    fn the_attribute_s_own_arguments() {
        let settings = Settings::of(quote!(timeout = 1.5, should_panic(expected = "no"), ignore = "slow")).unwrap();
        let expected = Settings {
            ignore: Some("slow".to_owned()),
            should_panic: Some("no".to_owned()),
            timeout: Some(1500),
        };
        assert_eq!(settings, expected);
        for (arguments, message) in [
            (quote!(timeout = 0), "between 0.001 and 86400"),
            (quote!(timeout = "5"), "a number of seconds"),
            (quote!(slow), "expected `timeout"),
            (quote!(ignore(x)), "expected `ignore`"),
            (quote!(should_panic(with = "x")), "expected `expected"),
        ] {
            let error = Settings::of(arguments).unwrap_err().to_string();
            assert!(error.contains(message), "{error}");
        }
    }

    #[test]
    fn the_function_keeps_its_other_attributes() {
        let mut attributes = vec![
            syn::parse_quote!(#[should_panic]),
            syn::parse_quote!(#[allow(dead_code)]),
            syn::parse_quote!(#[ignore]),
        ];
        let mut settings = Settings::default();
        settings.take_from(&mut attributes).unwrap();
        assert_eq!(attributes, [syn::parse_quote!(#[allow(dead_code)])]);
        assert_eq!(
            (settings.ignore.as_deref(), settings.should_panic.as_deref()),
            (Some(""), Some(""))
        );
    }
}
