//! The generated API has the shape that programs rely on. Most of this is checked by the compiler.

#![allow(non_upper_case_globals)]

use selfe_sys::*;

/// Every inline function has the signature and the safety of the C function. Compiling the module
/// is the check.
#[allow(dead_code, non_snake_case, clippy::all, clippy::undocumented_unsafe_blocks)]
mod signatures {
    use selfe_sys::*;
    include!(concat!(env!("OUT_DIR"), "/signatures.rs"));
}

/// A function of libsel4 has exactly these argument and result types, whether it is inline Rust or
/// in libsel4.a.
macro_rules! functions {
    ($($name:ident: fn($($argument:ty),*) $(-> $result:ty)?;)*) => {
        $(functions!(@call $name () ($($argument,)*) ($(-> $result)?));)*
    };
    // Macro hygiene makes each step's `argument` a distinct name.
    (@call $name:ident ($($argument:ident: $type:ty,)*) ($next:ty, $($rest:ty,)*) $result:tt) => {
        functions!(@call $name ($($argument: $type,)* argument: $next,) ($($rest,)*) $result);
    };
    (@call $name:ident ($($argument:ident: $type:ty,)*) () ($(-> $result:ty)?)) => {
        const _: () = {
            #[allow(dead_code, clippy::too_many_arguments)]
            unsafe fn call($($argument: $type),*) $(-> $result)? {
                // SAFETY: it is never called.
                unsafe { $name($($argument),*) }
            }
        };
    };
}

functions! {
    seL4_Send: fn(seL4_CPtr, seL4_MessageInfo_t);
    seL4_NBSend: fn(seL4_CPtr, seL4_MessageInfo_t);
    seL4_Signal: fn(seL4_CPtr);
    seL4_Call: fn(seL4_CPtr, seL4_MessageInfo_t) -> seL4_MessageInfo_t;
    seL4_CallWithMRs: fn(
        seL4_CPtr, seL4_MessageInfo_t, *mut seL4_Word, *mut seL4_Word, *mut seL4_Word, *mut seL4_Word
    ) -> seL4_MessageInfo_t;
    seL4_Yield: fn();
    seL4_SetIPCBuffer: fn(*mut seL4_IPCBuffer);
    seL4_GetIPCBuffer: fn() -> *mut seL4_IPCBuffer;
    seL4_GetMR: fn(ctypes::c_int) -> seL4_Word;
    seL4_SetMR: fn(ctypes::c_int, seL4_Word);
    seL4_Untyped_Retype: fn(
        seL4_Untyped, seL4_Word, seL4_Word, seL4_CNode, seL4_Word, seL4_Word, seL4_Word, seL4_Word
    ) -> seL4_Error;
    seL4_TCB_Suspend: fn(seL4_TCB) -> seL4_Error;
    seL4_TCB_WriteRegisters: fn(
        seL4_TCB, seL4_Bool, seL4_Uint8, seL4_Word, *mut seL4_UserContext
    ) -> seL4_Error;
}

#[cfg(not(KernelIsMCS))]
functions! {
    seL4_Recv: fn(seL4_CPtr, *mut seL4_Word) -> seL4_MessageInfo_t;
    seL4_Reply: fn(seL4_MessageInfo_t);
    seL4_ReplyRecv: fn(seL4_CPtr, seL4_MessageInfo_t, *mut seL4_Word) -> seL4_MessageInfo_t;
}

#[cfg(KernelPrinting)]
functions! {
    seL4_DebugPutChar: fn(ctypes::c_char);
}

// A word is `usize`, and C's types are those of the target.
const _: seL4_Word = 0usize;
const _: seL4_CPtr = 0usize;
const _: seL4_TCB = 0usize;
// The same as in selfe-sys 0.1.
const _: usize = seL4_WordBits;
const _: () = {
    assert!(seL4_WordBits == usize::BITS as usize);
    assert!(size_of::<seL4_Error>() == size_of::<ctypes::c_int>());
    assert!(size_of::<seL4_UserContext>().is_multiple_of(size_of::<seL4_Word>()));
    assert!(size_of::<seL4_IPCBuffer>() == 1 << seL4_IPCBufferSizeBits);
    assert!(size_of::<seL4_BootInfo>() as u64 <= seL4_BootInfoFrameSize as u64);
    assert!(seL4_BootInfoFrameSize as u64 == 1 << seL4_PageBits);
    assert!(LIBSEL4_BIT(seL4_PageBits as usize) == 4096);
    assert!(seL4_MsgMaxExtraCaps as usize == (1 << seL4_MsgExtraCapBits) - 1);
    assert!(seL4_CapNull == 0);
    assert!(seL4_NoError == 0);
    assert!(seL4_Null.is_null());
    // C's `char` is signed only on x86.
    assert!((ctypes::c_char::MIN == 0) != cfg!(any(target_arch = "x86", target_arch = "x86_64")));
};

/// The derived traits.
const fn is_plain<T: Copy + Default + PartialEq + Eq + core::fmt::Debug>() {}
const _: () = {
    is_plain::<seL4_MessageInfo_t>();
    is_plain::<seL4_CapRights_t>();
    is_plain::<seL4_CNode_CapData_t>();
    is_plain::<seL4_Fault_t>();
    is_plain::<seL4_UserContext>();
    is_plain::<seL4_UntypedDesc>();
    is_plain::<seL4_SlotRegion>();
    is_plain::<seL4_IPCBuffer>();
};

// Bit patterns are plain values, which constants can be made of and taken apart into.
#[cfg(not(feature = "libsel4-functions"))]
const _: () = {
    const INFO: seL4_MessageInfo_t = seL4_MessageInfo_set_length(seL4_MessageInfo_new(42, 0, 1, 2), 3);
    assert!(seL4_MessageInfo_get_label(INFO) == 42 && seL4_MessageInfo_get_length(INFO) == 3);
    const FAULT: seL4_Fault_t = seL4_Fault_NullFault_new();
    assert!(seL4_Fault_seL4_FaultType_equals(FAULT, seL4_Fault_NullFault as _) == 1);
};

// Names from selfe-sys 0.1.
const _: api_object = api_object_seL4_UntypedObject;
const _: api_object = api_object_seL4_TCBObject;

#[test]
fn rights_are_those_of_the_library() {
    let new = selfe_sys::c::seL4_CapRights_new;
    assert_eq!(seL4_ReadWrite, new(0, 0, 1, 1));
    assert_eq!(seL4_AllRights, new(1, 1, 1, 1));
    assert_eq!(seL4_CanRead, new(0, 0, 1, 0));
    assert_eq!(seL4_CanWrite, new(0, 0, 0, 1));
    assert_eq!(seL4_CanGrant, new(0, 1, 0, 0));
    assert_eq!(seL4_CanGrantReply, new(1, 0, 0, 0));
    assert_eq!(seL4_NoWrite, new(1, 1, 1, 0));
    assert_eq!(seL4_NoRead, new(1, 1, 0, 1));
    assert_eq!(seL4_NoRights, new(0, 0, 0, 0));
}

/// The texts are those that the kernel's debug builds print for C.
#[cfg(all(debug_assertions, not(feature = "libsel4-functions")))]
mod assertions {
    use super::*;

    #[test]
    #[should_panic(expected = "seL4_MessageInfo_new: `length` is not a number of 7 bits")]
    fn a_value_with_too_many_bits_is_told_by_its_field() {
        seL4_MessageInfo_new(0, 0, 0, 128);
    }

    #[test]
    #[should_panic(expected = "seL4_Fault_VMFault_get_IP: it is not a VMFault")]
    fn a_union_of_another_kind_is_told() {
        seL4_Fault_VMFault_get_IP(seL4_Fault_NullFault_new());
    }
}

#[test]
fn the_ipc_buffer_is_the_threads_own() {
    let mut buffer = seL4_IPCBuffer::default();
    // SAFETY: the buffer outlives the test, and no system call is made.
    unsafe {
        seL4_SetIPCBuffer(&mut buffer);
        seL4_SetMR(3, 42);
        assert_eq!(seL4_GetMR(3), 42);
        seL4_SetUserData(7);
    }
    assert_eq!((buffer.msg[3], buffer.userData), (42, 7));
    // Without thread-local storage all threads share one variable.
    if cfg!(LibSel4UseThreadLocals) {
        // SAFETY: the buffer outlives the test, and no system call is made.
        let other = std::thread::spawn(|| unsafe { seL4_GetIPCBuffer() }.is_null());
        assert!(other.join().unwrap());
    }
}

#[test]
fn a_fault_is_read_from_the_message() {
    let mut buffer = seL4_IPCBuffer::default();
    // SAFETY: the buffer outlives the test, and no system call is made.
    unsafe {
        seL4_SetIPCBuffer(&mut buffer);
        seL4_SetMR(seL4_VMFault_IP as _, 0x1000);
        seL4_SetMR(seL4_VMFault_Addr as _, 0xdead);
        let tag = seL4_MessageInfo_new(seL4_Fault_VMFault as _, 0, 0, seL4_VMFault_Length as _);
        let fault = seL4_getFault(tag);
        assert_eq!(seL4_Fault_get_seL4_FaultType(fault), seL4_Fault_VMFault as _);
        assert_eq!(seL4_Fault_VMFault_get_Addr(fault), 0xdead);
        assert_eq!(seL4_Fault_VMFault_get_IP(fault), 0x1000);
    }
}
