//! A page is mapped in two places, read-only, and unmapped again.

use super::faults::reads::address as address_of_fault;
use crate::arch;
use crate::ensure;
use crate::failure::{Checked, Failure, Outcome, kernel};
use crate::handler::Handler;
use crate::root::{PAGE, Root, read_only};
use crate::thread::Thread;

const WORDS: usize = PAGE / size_of::<usize>();

fn read(address: usize, index: usize) -> usize {
    // SAFETY: the caller has mapped memory there.
    unsafe { (address as *const usize).add(index).read_volatile() }
}

fn write(address: usize, index: usize, value: usize) {
    // SAFETY: the caller has mapped memory there, for this check alone.
    unsafe { (address as *mut usize).add(index).write_volatile(value) }
}

/// A write through one mapping is read through the other. Access to an unmapped page, or writing a
/// read-only one, is a fault.
pub fn check(root: &mut Root) -> Checked {
    let (frame, first) = root.page()?;
    for index in 0..WORDS {
        ensure!(read(first, index) == 0, "word {index} of new memory is not 0");
        write(first, index, index * 3 + 1);
    }
    let copy = root.mint(frame, 0)?;
    let second = root.address(1);
    root.map(copy, second, read_only())?;
    for index in 0..WORDS {
        let found = read(second, index);
        ensure!(found == index * 3 + 1, "word {index} is {found} in the other place");
    }
    write(first, 7, 0xabc);
    ensure!(read(second, 7) == 0xabc, "a later word is not seen in the other place");

    faults(root, writes, second, "writing to a page that is mapped for reading")?;
    ensure!(read(first, 0) == 1, "the page was written to all the same");
    // SAFETY: the memory is no longer used.
    kernel("unmapping a page", unsafe { arch::unmap(frame) })?;
    faults(root, reads, first, "reading an unmapped page")?;
    let found = read(second, 7);
    ensure!(
        found == 0xabc,
        "word 7 is {found:#x} after the other place was unmapped"
    );
    Ok(Outcome::Ok)
}

/// A thread that enters this function with this address faults there.
fn faults(root: &mut Root, entry: fn(usize), address: usize, doing: &str) -> Result<(), Failure> {
    let handler = Handler::new(root)?;
    let thread = Thread::new(root, handler.cap)?;
    thread.start(entry, address)?;
    let found = address_of_fault(&handler)?;
    ensure!(found == address, "{doing} was a fault at {found:#x}, not {address:#x}");
    thread.suspend()
}

// Each function continues to another fault if the first access succeeds, so that the check ends.

fn writes(address: usize) {
    write(address, 0, 0xbad);
    write(0, 1, 0);
}

fn reads(address: usize) {
    read(address, 0);
    write(0, 1, 0);
}
