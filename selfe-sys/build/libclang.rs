//! The advice if libclang, which bindgen loads, is missing.

use std::error::Error;

/// Loads libclang, so that bindgen does not panic if there is none.
pub fn find() -> Result<(), Box<dyn Error>> {
    // bindgen reports it by a panic, whose text would come before ours.
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| ()));
    let found = std::panic::catch_unwind(bindgen::clang_version);
    std::panic::set_hook(hook);
    found.map(drop).map_err(|panic| {
        let reason = panic.downcast_ref::<String>().map_or("", String::as_str);
        format!(
            "can't load libclang, with which bindgen reads libsel4's headers\n\
             on Debian and Ubuntu: `apt-get install libclang-dev`; elsewhere: the package that has libclang.so\n\
             without root: `pip install libclang`, then set LIBCLANG_PATH to the folder `clang/native` of that package\n\
             where it is installed: set LIBCLANG_PATH to the folder that holds libclang.so\n{reason}"
        )
        .into()
    })
}
