//! Returns an error: it is printed, and the code is 1.
#![no_std]
#![no_main]

selfe_start::entry!(main);

fn main() -> Result<(), selfe_runtime::Error> {
    // SAFETY: there is no such capability, so nothing happens but the error.
    selfe_runtime::Error::check(unsafe { selfe_sys::seL4_TCB_Suspend(0) })
}
