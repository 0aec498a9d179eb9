//! riscv32 and riscv64: `ecall`.

use super::{Received, Words};
use core::arch::asm;

// With MCS, a reply capability is passed too, and a call that sends to one capability and receives
// from another passes a second one.
system_calls! {
    enter: "ecall",
    number: "a7",
    capability: "a0",
    info: "a1",
    words: ["a2", "a3", "a4", "a5"],
    with_reply(reply): ["ecall"] [in("a6") reply],
    second_capability: "t0",
}

/// The place of the IPC buffer's address in thread-local storage. The instructions use no memory.
macro_rules! slot {
    ($($option:ident),*) => {{
        let slot;
        asm!(
            "lui {slot}, %tprel_hi({variable})",
            "add {slot}, {slot}, tp, %tprel_add({variable})",
            "addi {slot}, {slot}, %tprel_lo({variable})",
            slot = out(reg) slot,
            variable = sym super::super::ipc_buffer::__sel4_ipc_buffer,
            options($($option,)* nostack, preserves_flags),
        );
        slot
    }};
}

thread_slot!();
