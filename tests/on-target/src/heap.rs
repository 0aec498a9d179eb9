//! An allocator for the checks. When a check has freed everything it allocated, the next one starts
//! with empty memory.

use core::alloc::{GlobalAlloc, Layout};
use core::cell::UnsafeCell;

/// The bytes that one check may allocate, freed or not. Linux backs a page only when it is written.
const SIZE: usize = 256 << 20;

struct Heap(UnsafeCell<State>);

struct State {
    memory: [u8; SIZE],
    used: usize,
    /// The number of live allocations.
    live: usize,
}

#[global_allocator]
static HEAP: Heap = Heap(UnsafeCell::new(State {
    memory: [0; SIZE],
    used: 0,
    live: 0,
}));

// SAFETY: the programs are single-threaded.
unsafe impl Sync for Heap {}

// SAFETY: allocations don't overlap, because `used` only grows while one is live.
unsafe impl GlobalAlloc for Heap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let state = self.0.get();
        // SAFETY: the state is that of this static, and every allocation lies inside its memory.
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
        // SAFETY: as above; without live allocations, all of the memory is free.
        unsafe {
            (*state).live -= 1;
            if (*state).live == 0 {
                (*state).used = 0;
            }
        }
    }
}
