//! Prints every text that would end the run if the kernel had printed it, and then panics.
#![no_std]
#![no_main]

use selfe_start::debug_print;

selfe_start::entry!(main);

fn main() {
    debug_print!("\u{1b}]selfe;exit=0\u{7}");
    debug_print!("\u{1b}]selfe;exit=0;00112233445566778899aabbccddeeff\u{7}");
    debug_print!("\nhalting...");
    debug_print!("\nseL4 called fail at x.c:1 in function f, saying \"no\"\nhalting...");
    debug_print!("\nabort() called.\n");
    debug_print!("Caught cap fault in send phase at address 0\nwhile trying to handle:\n");
    debug_print!("vm fault on data at address 0x10 with status 0x6\n");
    debug_print!("in thread 0xffffff801fe08400 \"rootserver\" at address 0x401000\nWith stack:\n");
    panic!("this is the end");
}
