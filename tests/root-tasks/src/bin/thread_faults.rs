//! A second thread faults without a fault handler; the first one continues and ends the run.
#![no_std]
#![no_main]

use selfe_root_tasks::FREE;
use selfe_root_tasks::failure::Failure;
use selfe_root_tasks::objects::Objects;
use selfe_root_tasks::thread;
use selfe_start::{boot_info, debug_println, exit};
use selfe_sys as sys;

selfe_start::entry!(main);

fn main() -> Result<(), Failure> {
    let mut objects = Objects::new(boot_info());
    thread::start(&mut objects, FREE, other, 16)?;
    for _ in 0..1000 {
        // SAFETY: yielding is always sound.
        unsafe { sys::seL4_Yield() };
    }
    debug_println!("the first thread goes on");
    exit(9)
}

fn other(nowhere: usize) -> ! {
    // SAFETY: none; the write is meant to fault.
    unsafe { core::hint::black_box(nowhere as *mut u32).write_volatile(1) };
    exit(1)
}
