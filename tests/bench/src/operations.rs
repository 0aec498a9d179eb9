//! The measured operations in Rust. Each function runs one operation `times` times and returns a
//! sum of the results, so that the compiler removes nothing. `c/operations.c` has the same
//! functions in C, statement by statement.

/// The objects that the operations use: `struct objects` of `c/operations.c`.
#[repr(C)]
pub struct Objects {
    /// The endpoint that the server listens on.
    pub endpoint: usize,
    /// A badged capability to the same endpoint.
    pub badged: usize,
    /// A notification.
    pub notification: usize,
    /// A thread that never runs.
    pub thread: usize,
    /// The thread whose maximum controlled priority limits the priority that is set.
    pub authority: usize,
    /// Untyped memory.
    pub untyped: usize,
    /// The CNode that receives new objects.
    pub cnode: usize,
    /// The first empty slot of that CNode.
    pub first_slot: usize,
}

/// Runs the operation so many times.
pub type Client = unsafe extern "C" fn(&Objects, usize) -> usize;
/// Serves the clients of an endpoint.
pub type Server = unsafe extern "C" fn(usize);

/// An operation in one of the three ways.
#[derive(Clone, Copy)]
pub struct Operation {
    /// Its name in the table.
    pub name: &'static str,
    /// The function that is counted.
    pub client: Client,
    /// The server, if the operation has one. Its instructions count as well.
    pub server: Option<Server>,
}

/// The operations with the functions of one way, always in the same order.
macro_rules! table {
    ($([$name:literal $client:ident $($server:ident)?])*) => {
        &[$($crate::operations::Operation { name: $name, client: $client, server: table!(@ $($server)?) }),*]
    };
    (@ $server:ident) => { Some($server) };
    (@) => { None };
}

/// The operations with the system calls of one module.
macro_rules! operations {
    ($(#[$doc:meta])* $module:ident, $($calls:ident)::+) => {
        $(#[$doc])*
        pub mod $module {
            use super::{Objects, Operation};
            use $($calls)::+::{
                seL4_Call, seL4_CallWithMRs, seL4_GetBadge, seL4_GetMR, seL4_MessageInfo_get_label, seL4_MessageInfo_get_length,
                seL4_MessageInfo_new, seL4_Poll, seL4_Recv, seL4_RecvWithMRs, seL4_ReplyRecv, seL4_ReplyRecvWithMRs, seL4_SetCap,
                seL4_SetMR, seL4_Signal, seL4_TCB_SetPriority, seL4_Untyped_Retype, seL4_Wait, seL4_Yield,
            };
            use core::ptr::null_mut;

            /// All operations of this way.
            pub const OPERATIONS: &[Operation] = table! {
                ["call, 0 words" call_0 serve_0]
                ["call, 4 words" call_4 serve_4]
                ["call, 2 words in registers" call_registers serve_registers]
                ["call, 20 words" call_20 serve_20]
                ["call with a cap" call_cap serve_cap]
                ["poll" poll]
                ["yield" yields]
                ["signal and wait" signal_wait]
                ["TCB_SetPriority" set_priority]
                ["Untyped_Retype" retype]
            };

            #[inline(never)]
            unsafe extern "C" fn call_0(objects: &Objects, times: usize) -> usize {
                let mut sum = 0;
                for _ in 0..times {
                    // SAFETY: the objects are there for this, and the thread has an IPC buffer.
                    let answer = unsafe { seL4_Call(objects.endpoint, seL4_MessageInfo_new(0, 0, 0, 0)) };
                    sum += seL4_MessageInfo_get_length(answer) as usize;
                }
                sum
            }

            #[inline(never)]
            unsafe extern "C" fn serve_0(endpoint: usize) {
                // SAFETY: the objects are there for this, and the thread has an IPC buffer.
                unsafe {
                    seL4_Recv(endpoint, null_mut());
                    loop {
                        seL4_ReplyRecv(endpoint, seL4_MessageInfo_new(0, 0, 0, 0), null_mut());
                    }
                }
            }

            #[inline(never)]
            unsafe extern "C" fn call_4(objects: &Objects, times: usize) -> usize {
                let mut sum = 0usize;
                for i in 0..times {
                    // SAFETY: the objects are there for this, and the thread has an IPC buffer.
                    unsafe {
                        seL4_SetMR(0, sum);
                        seL4_SetMR(1, i);
                        seL4_SetMR(2, i + 1);
                        seL4_SetMR(3, i + 2);
                        seL4_Call(objects.endpoint, seL4_MessageInfo_new(0, 0, 0, 4));
                        sum += seL4_GetMR(0) + seL4_GetMR(1) + seL4_GetMR(2) + seL4_GetMR(3);
                    }
                }
                sum
            }

            #[inline(never)]
            unsafe extern "C" fn serve_4(endpoint: usize) {
                let mut badge = 0;
                // SAFETY: the objects are there for this, and the thread has an IPC buffer.
                unsafe {
                    seL4_Recv(endpoint, &mut badge);
                    loop {
                        seL4_SetMR(0, seL4_GetMR(3) + badge);
                        seL4_SetMR(1, seL4_GetMR(2));
                        seL4_ReplyRecv(endpoint, seL4_MessageInfo_new(0, 0, 0, 4), &mut badge);
                    }
                }
            }

            #[inline(never)]
            unsafe extern "C" fn call_registers(objects: &Objects, times: usize) -> usize {
                let (mut a, mut b, mut sum) = (1, 2, 0);
                for _ in 0..times {
                    let info = seL4_MessageInfo_new(0, 0, 0, 2);
                    // SAFETY: the objects are there for this, and the thread has an IPC buffer.
                    unsafe {
                        #[cfg(target_arch = "x86")]
                        seL4_CallWithMRs(objects.endpoint, info, &mut a, &mut b);
                        #[cfg(not(target_arch = "x86"))]
                        seL4_CallWithMRs(objects.endpoint, info, &mut a, &mut b, null_mut(), null_mut());
                    }
                    sum += a + b;
                }
                sum
            }

            #[inline(never)]
            unsafe extern "C" fn serve_registers(endpoint: usize) {
                let (mut badge, mut a, mut b) = (0, 0, 0);
                let info = seL4_MessageInfo_new(0, 0, 0, 2);
                // SAFETY: the objects are there for this, and the thread has an IPC buffer.
                unsafe {
                    #[cfg(target_arch = "x86")]
                    seL4_RecvWithMRs(endpoint, &mut badge, &mut a, &mut b);
                    #[cfg(not(target_arch = "x86"))]
                    seL4_RecvWithMRs(endpoint, &mut badge, &mut a, &mut b, null_mut(), null_mut());
                    loop {
                        a += badge;
                        #[cfg(target_arch = "x86")]
                        seL4_ReplyRecvWithMRs(endpoint, info, &mut badge, &mut a, &mut b);
                        #[cfg(not(target_arch = "x86"))]
                        seL4_ReplyRecvWithMRs(endpoint, info, &mut badge, &mut a, &mut b, null_mut(), null_mut());
                    }
                }
            }

            #[inline(never)]
            unsafe extern "C" fn call_20(objects: &Objects, times: usize) -> usize {
                let mut sum = 0;
                for _ in 0..times {
                    // SAFETY: the objects are there for this, and the thread has an IPC buffer.
                    unsafe {
                        for word in 0..20 {
                            seL4_SetMR(word, sum + word as usize);
                        }
                        seL4_Call(objects.endpoint, seL4_MessageInfo_new(0, 0, 0, 20));
                        for word in 0..20 {
                            sum += seL4_GetMR(word);
                        }
                    }
                }
                sum
            }

            #[inline(never)]
            unsafe extern "C" fn serve_20(endpoint: usize) {
                let mut badge = 0;
                // SAFETY: the objects are there for this, and the thread has an IPC buffer.
                unsafe {
                    seL4_Recv(endpoint, &mut badge);
                    loop {
                        for word in 0..20 {
                            seL4_SetMR(word, seL4_GetMR(word) + badge);
                        }
                        seL4_ReplyRecv(endpoint, seL4_MessageInfo_new(0, 0, 0, 20), &mut badge);
                    }
                }
            }

            #[inline(never)]
            unsafe extern "C" fn call_cap(objects: &Objects, times: usize) -> usize {
                let mut sum = 0;
                for _ in 0..times {
                    // SAFETY: the objects are there for this, and the thread has an IPC buffer.
                    let answer = unsafe {
                        seL4_SetCap(0, objects.badged);
                        seL4_Call(objects.endpoint, seL4_MessageInfo_new(0, 0, 1, 0))
                    };
                    sum += seL4_MessageInfo_get_label(answer) as usize;
                }
                sum
            }

            #[inline(never)]
            unsafe extern "C" fn serve_cap(endpoint: usize) {
                // SAFETY: the objects are there for this, and the thread has an IPC buffer.
                unsafe {
                    seL4_Recv(endpoint, null_mut());
                    loop {
                        let info = seL4_MessageInfo_new(seL4_GetBadge(0) as _, 0, 0, 0);
                        seL4_ReplyRecv(endpoint, info, null_mut());
                    }
                }
            }

            #[inline(never)]
            unsafe extern "C" fn poll(objects: &Objects, times: usize) -> usize {
                let mut sum = 0;
                for _ in 0..times {
                    let mut badge = 0;
                    // SAFETY: the objects are there for this, and the thread has an IPC buffer.
                    unsafe { seL4_Poll(objects.notification, &mut badge) };
                    sum += badge;
                }
                sum
            }

            #[inline(never)]
            unsafe extern "C" fn yields(_: &Objects, times: usize) -> usize {
                for _ in 0..times {
                    // SAFETY: the objects are there for this, and the thread has an IPC buffer.
                    unsafe { seL4_Yield() };
                }
                times
            }

            #[inline(never)]
            unsafe extern "C" fn signal_wait(objects: &Objects, times: usize) -> usize {
                let mut sum = 0;
                for _ in 0..times {
                    let mut badge = 0;
                    // SAFETY: the objects are there for this, and the thread has an IPC buffer.
                    unsafe {
                        seL4_Signal(objects.notification);
                        seL4_Wait(objects.notification, &mut badge);
                    }
                    sum += badge;
                }
                sum
            }

            #[inline(never)]
            unsafe extern "C" fn set_priority(objects: &Objects, times: usize) -> usize {
                let mut sum = 0;
                for i in 0..times {
                    // SAFETY: the objects are there for this, and the thread has an IPC buffer.
                    sum += unsafe { seL4_TCB_SetPriority(objects.thread, objects.authority, i) } as usize;
                }
                sum
            }

            #[inline(never)]
            unsafe extern "C" fn retype(objects: &Objects, times: usize) -> usize {
                let mut sum = 0;
                for i in 0..times {
                    let slot = objects.first_slot + i;
                    let kind = selfe_sys::seL4_EndpointObject as _;
                    // SAFETY: the objects are there for this, and the thread has an IPC buffer.
                    sum += unsafe { seL4_Untyped_Retype(objects.untyped, kind, 0, objects.cnode, 0, 0, slot, 1) } as usize;
                }
                sum
            }
        }
    };
}

operations! {
    /// Inline Rust.
    inline, selfe_sys
}
operations! {
    /// The functions of libsel4.a.
    library, selfe_sys::c
}

/// C with libsel4's headers.
pub mod c {
    use super::{Objects, Operation};

    unsafe extern "C" {
        fn c_call_0(objects: &Objects, times: usize) -> usize;
        fn c_serve_0(endpoint: usize);
        fn c_call_4(objects: &Objects, times: usize) -> usize;
        fn c_serve_4(endpoint: usize);
        fn c_call_registers(objects: &Objects, times: usize) -> usize;
        fn c_serve_registers(endpoint: usize);
        fn c_call_20(objects: &Objects, times: usize) -> usize;
        fn c_serve_20(endpoint: usize);
        fn c_call_cap(objects: &Objects, times: usize) -> usize;
        fn c_serve_cap(endpoint: usize);
        fn c_poll(objects: &Objects, times: usize) -> usize;
        fn c_yield(objects: &Objects, times: usize) -> usize;
        fn c_signal_wait(objects: &Objects, times: usize) -> usize;
        fn c_set_priority(objects: &Objects, times: usize) -> usize;
        fn c_retype(objects: &Objects, times: usize) -> usize;
    }

    /// All operations in C.
    pub const OPERATIONS: &[Operation] = table! {
        ["call, 0 words" c_call_0 c_serve_0]
        ["call, 4 words" c_call_4 c_serve_4]
        ["call, 2 words in registers" c_call_registers c_serve_registers]
        ["call, 20 words" c_call_20 c_serve_20]
        ["call with a cap" c_call_cap c_serve_cap]
        ["poll" c_poll]
        ["yield" c_yield]
        ["signal and wait" c_signal_wait]
        ["TCB_SetPriority" c_set_priority]
        ["Untyped_Retype" c_retype]
    };
}
