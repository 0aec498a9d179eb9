//! Property tests of every bitfield type, written by the build script from the kernel's own
//! definitions.

use selfe_binding_tests::bitfield;

/// A test for each check.
macro_rules! checks {
    ($($kind:ident { $($check:ident)* })*) => {
        $(
            #[allow(non_snake_case)]
            mod $kind {
                $(
                    #[test]
                    fn $check() {
                        if let Err(what) = super::types::$kind::$check() {
                            panic!("{what}");
                        }
                    }
                )*
            }
        )*
    };
}

include!(concat!(env!("OUT_DIR"), "/bitfields.rs"));
