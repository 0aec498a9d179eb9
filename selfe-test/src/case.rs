//! A test, as the attribute writes it into the program's list of tests.
//!
//! The linker gathers them in the section `selfe_tests`, from which `selfe run` reads their names
//! and settings without booting. Each is eight words.

use core::ptr;

/// A test of this program.
#[repr(C)]
pub struct TestCase {
    name: Text,
    ignore: Text,
    should_panic: Text,
    /// The time limit in milliseconds; 0 for the usual one.
    timeout: usize,
    run: fn() -> i32,
}

/// A text, or none.
#[repr(C)]
struct Text {
    start: *const u8,
    length: usize,
}

// SAFETY: it points to constants only.
unsafe impl Sync for TestCase {}

impl Text {
    const fn new(text: Option<&'static str>) -> Self {
        match text {
            Some(text) => Text {
                start: text.as_ptr(),
                length: text.len(),
            },
            None => Text {
                start: ptr::null(),
                length: 0,
            },
        }
    }

    fn get(&self) -> Option<&'static str> {
        if self.start.is_null() {
            return None;
        }
        // SAFETY: `new` took both from a text that lives forever.
        unsafe {
            let bytes = core::slice::from_raw_parts(self.start, self.length);
            Some(core::str::from_utf8_unchecked(bytes))
        }
    }
}

impl TestCase {
    /// A test; `run` returns 0 if it succeeds. The attribute calls this.
    #[doc(hidden)]
    pub const fn new(
        name: &'static str,
        ignore: Option<&'static str>,
        should_panic: Option<&'static str>,
        timeout: usize,
        run: fn() -> i32,
    ) -> Self {
        TestCase {
            name: Text::new(Some(name)),
            ignore: Text::new(ignore),
            should_panic: Text::new(should_panic),
            timeout,
            run,
        }
    }

    /// Its path in the program, without the crate's name.
    pub(crate) fn name(&self) -> &'static str {
        let name = self.name.get().unwrap_or_default();
        name.split_once("::").map_or(name, |(_, name)| name)
    }

    pub(crate) fn is_ignored(&self) -> bool {
        self.ignore.get().is_some()
    }

    pub(crate) fn should_panic(&self) -> bool {
        self.should_panic.get().is_some()
    }

    /// Calls the function.
    pub(crate) fn call(&self) -> i32 {
        (self.run)()
    }
}

/// Makes the section exist in a program without tests.
#[used]
#[unsafe(link_section = "selfe_tests")]
static NONE: [TestCase; 0] = [];

/// The tests of this program, in the linker's order, which is that of the section.
pub(crate) fn all() -> &'static [TestCase] {
    unsafe extern "C" {
        // The linker defines both.
        #[link_name = "__start_selfe_tests"]
        static FIRST: u8;
        #[link_name = "__stop_selfe_tests"]
        static END: u8;
    }
    let (first, end) = (&raw const FIRST, &raw const END);
    let count = (end.addr() - first.addr()) / size_of::<TestCase>();
    // SAFETY: the section holds nothing but tests.
    unsafe { core::slice::from_raw_parts(first.cast(), count) }
}
