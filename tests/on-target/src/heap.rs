//! Memory for the checks: a check gives back all that it took, and then the next begins where it
//! began.

use core::alloc::{GlobalAlloc, Layout};
use core::cell::UnsafeCell;

/// Bytes that one check may take, given back or not. Linux makes no page of it real before it is
/// written.
const SIZE: usize = 256 << 20;

struct Heap(UnsafeCell<State>);

struct State {
    memory: [u8; SIZE],
    used: usize,
    /// Pieces that have not been given back.
    live: usize,
}

#[global_allocator]
static HEAP: Heap = Heap(UnsafeCell::new(State {
    memory: [0; SIZE],
    used: 0,
    live: 0,
}));

// SAFETY: the programs have one thread.
unsafe impl Sync for Heap {}

// SAFETY: pieces don't overlap: `used` only grows while one is live.
unsafe impl GlobalAlloc for Heap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let state = self.0.get();
        // SAFETY: the state is that of this static; what is handed out lies inside its memory.
        unsafe {
            let start = &raw mut (*state).memory as *mut u8;
            let free = start.add((*state).used);
            let padding = free.align_offset(layout.align());
            let end = (*state).used.saturating_add(padding).saturating_add(layout.size());
            if end > SIZE {
                return core::ptr::null_mut();
            }
            (*state).used = end;
            (*state).live += 1;
            free.add(padding)
        }
    }

    unsafe fn dealloc(&self, _piece: *mut u8, _layout: Layout) {
        let state = self.0.get();
        // SAFETY: as above; with no live piece, all of the memory is free.
        unsafe {
            (*state).live -= 1;
            if (*state).live == 0 {
                (*state).used = 0;
            }
        }
    }
}
