//! Returns an error: the error is printed, and the exit code is 1.
#![no_std]
#![no_main]

selfe_start::entry!(main);

fn main() -> Result<(), selfe_runtime::Error> {
    // SAFETY: the capability does not exist, so the call only returns an error.
    selfe_runtime::Error::check(unsafe { selfe_sys::seL4_TCB_Suspend(0) })
}
