//! The code for a test: its function, and its entry in the program's list of tests.

use crate::settings::Settings;
use proc_macro2::TokenStream;
use quote::quote;
use syn::{Error, ItemFn, Result, Safety, spanned::Spanned};

/// Expands the attribute.
pub fn test(arguments: TokenStream, function: TokenStream) -> Result<TokenStream> {
    let mut settings = Settings::of(arguments)?;
    let mut function: ItemFn = syn::parse2(function)
        .map_err(|error| Error::new(error.span(), "`#[selfe_test::test]` belongs on a function"))?;
    settings.take_from(&mut function.attrs)?;
    check(&function)?;
    let name = &function.sig.ident;
    let attributes = function
        .attrs
        .iter()
        .filter(|attribute| attribute.path().is_ident("cfg"));
    let ignore = option(settings.ignore.as_deref());
    let should_panic = option(settings.should_panic.as_deref());
    let timeout = settings.timeout.unwrap_or(0);
    Ok(quote! {
        #function

        #(#attributes)*
        const _: () = {
            // The linker gathers the tests of all modules in this section.
            #[used]
            #[unsafe(link_section = "selfe_tests")]
            static TEST: ::selfe_test::TestCase = ::selfe_test::TestCase::new(
                ::core::concat!(::core::module_path!(), "::", ::core::stringify!(#name)),
                #ignore,
                #should_panic,
                #timeout as usize,
                || ::selfe_test::__report(#name()),
            );
        };
    })
}

fn option(text: Option<&str>) -> TokenStream {
    match text {
        Some(text) => quote!(::core::option::Option::Some(#text)),
        None => quote!(::core::option::Option::None),
    }
}

/// A test is an ordinary function without arguments.
fn check(function: &ItemFn) -> Result<()> {
    let signature = &function.sig;
    let wrong = |span, what: &str| Err(Error::new(span, what));
    if let Some(argument) = signature.inputs.first() {
        return wrong(argument.span(), "a test takes no arguments");
    }
    if let Some(word) = &signature.asyncness {
        return wrong(word.span(), "a test can't be `async`: nothing on the target runs it");
    }
    if !signature.generics.params.is_empty() {
        return wrong(signature.generics.span(), "a test can't be generic");
    }
    if let Safety::Unsafe(word) = &signature.safety {
        return wrong(word.span(), "a test can't be `unsafe`: put the `unsafe` block into it");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_plain_function_can_be_a_test() {
        for (item, message) in [
            (
                quote!(
                    fn f(x: u8) {}
                ),
                "takes no arguments",
            ),
            (
                quote!(
                    async fn f() {}
                ),
                "can't be `async`",
            ),
            (
                quote!(
                    fn f<T>() {}
                ),
                "can't be generic",
            ),
            (
                quote!(
                    unsafe fn f() {}
                ),
                "can't be `unsafe`",
            ),
            (
                quote!(
                    struct S;
                ),
                "belongs on a function",
            ),
        ] {
            let error = test(TokenStream::new(), item).unwrap_err().to_string();
            assert!(error.contains(message), "{error}");
        }
        let code = test(
            quote!(timeout = 5),
            quote!(
                #[should_panic]
                fn f() {}
            ),
        )
        .unwrap()
        .to_string();
        assert!(
            code.contains("5000u64") && code.contains("Some (\"\")") && !code.contains("should_panic"),
            "{code}"
        );
    }
}
