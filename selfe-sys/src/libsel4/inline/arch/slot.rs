//! The functions about the IPC buffer's address, the same for every architecture.

/// Defines `thread_slot` and `thread_slot_now`. The caller has a macro `slot!`, which computes the
/// place from the thread pointer with the given options of `asm!`, and says why `pure` and `nomem`
/// are right for it.
macro_rules! thread_slot {
    () => {
        /// The place of the IPC buffer's address in thread-local storage. A function computes it
        /// once, so the thread pointer must not change in it.
        #[inline(always)]
        pub fn thread_slot() -> *mut usize {
            // SAFETY: the instructions compute an address, as the comment at `slot!` says.
            unsafe { slot!(pure, nomem) }
        }

        /// That place, from the thread pointer's value at this point.
        #[inline(always)]
        pub fn thread_slot_now() -> *mut usize {
            // SAFETY: as above. Without the options, the compiler does not move it across an
            // instruction that sets the thread pointer.
            unsafe { slot!() }
        }
    };
}
