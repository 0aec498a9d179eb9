//! The attribute `#[selfe_test::test]`; selfe-test re-exports and describes it.

mod expand;
mod settings;

use proc_macro::TokenStream;

/// A test that runs on seL4.
///
/// The function takes no arguments and returns `()` or a `Result` whose error is `Debug`. Beside
/// this attribute it may have `#[should_panic]`, `#[should_panic(expected = "…")]`, `#[ignore]` and
/// `#[ignore = "reason"]`, as the tests of Rust's own library have. `#[selfe_test::test(timeout =
/// 5)]` sets another time limit than 60 seconds.
#[proc_macro_attribute]
pub fn test(arguments: TokenStream, function: TokenStream) -> TokenStream {
    expand::test(arguments.into(), function.into())
        .unwrap_or_else(syn::Error::into_compile_error)
        .into()
}
