//! arm (seL4's aarch32 and arm_hyp), for programs in ARM state: `svc`.

use super::{Received, Words};
use core::arch::{asm, global_asm};

// With MCS, a reply capability is passed too, and a call that sends to one capability and receives
// from another passes a second one. The reply capability's register is r6, which the compiler
// reserves, so it is restored.
system_calls! {
    enter: "svc #0",
    number: "r7",
    capability: "r0",
    info: "r1",
    words: ["r2", "r3", "r4", "r5"],
    with_reply(reply): ["mov {kept}, r6", "mov r6, {reply}", "svc #0", "mov r6, {kept}"]
        [reply = in(reg) reply, kept = out(reg) _],
    second_capability: "r8",
}

/// The last operand of the instruction that reads the thread pointer: 2 for TPIDRURW, which
/// programs write, 3 for TPIDRURO, which the kernel writes for them.
const THREAD_POINTER: u32 = if cfg!(KernelSetTLSBaseSelf) { 3 } else { 2 };

// The variable's distance from the thread pointer: no instruction of this architecture can hold it.
global_asm!(
    ".section .rodata.selfe_ipc_buffer_offset, \"a\", %progbits",
    ".balign 4",
    "selfe_ipc_buffer_offset:",
    ".word {variable}(tpoff)",
    ".global selfe_ipc_buffer_offset",
    ".hidden selfe_ipc_buffer_offset",
    ".previous",
    variable = sym super::super::ipc_buffer::__sel4_ipc_buffer,
);

unsafe extern "C" {
    static selfe_ipc_buffer_offset: usize;
}

/// The place of the IPC buffer's address in thread-local storage. The instructions read a constant
/// of this file, which Rust code has no name for and which never changes, so no write is missed,
/// and the result is the same as long as the thread pointer is.
macro_rules! slot {
    ($($option:ident),*) => {{
        let slot;
        asm!(
            "movw {slot}, #:lower16:{offset}",
            "movt {slot}, #:upper16:{offset}",
            "ldr {slot}, [{slot}]",
            "mrc p15, 0, {pointer}, c13, c0, {register}",
            "add {slot}, {slot}, {pointer}",
            slot = out(reg) slot,
            offset = sym selfe_ipc_buffer_offset,
            pointer = out(reg) _,
            register = const THREAD_POINTER,
            options($($option,)* nostack, preserves_flags),
        );
        slot
    }};
}

thread_slot!();
