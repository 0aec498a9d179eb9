//! aarch64: `svc`.

use super::{Received, Words};
use core::arch::asm;

// With MCS, a reply capability is passed too, and a call that sends to one capability and receives
// from another passes a second one.
system_calls! {
    enter: "svc #0",
    number: "x7",
    capability: "x0",
    info: "x1",
    words: ["x2", "x3", "x4", "x5"],
    with_reply(reply): ["svc #0"] [in("x6") reply],
    second_capability: "x8",
}

/// The place of the IPC buffer's address in thread-local storage. The instructions use no memory.
macro_rules! slot {
    ($($option:ident),*) => {{
        let slot;
        asm!(
            "mrs {slot}, tpidr_el0",
            "add {slot}, {slot}, #:tprel_hi12:{variable}, lsl #12",
            "add {slot}, {slot}, #:tprel_lo12_nc:{variable}",
            slot = out(reg) slot,
            variable = sym super::super::ipc_buffer::__sel4_ipc_buffer,
            options($($option,)* nostack, preserves_flags),
        );
        slot
    }};
}

thread_slot!();
