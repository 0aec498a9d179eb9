//! Property tests of every bitfield type. The build script generates them from the kernel's own
//! definitions.

use selfe_binding_tests::bitfield;

/// Makes a test of each check.
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
