//! Additional threads, in the same address space and with the same capabilities, on stacks of their
//! own.
//!
//! `selfe_runtime::thread` starts them. This module finds what it needs and adds what only checks
//! need, such as writing registers.

use crate::arch;
use crate::failure::{Failure, kernel};
use crate::root::{CNODE, PAGE, Root, TCB, VSPACE};
use core::mem::MaybeUninit;
use selfe_runtime::thread::{self, ThreadError};
use selfe_sys as sys;
use selfe_sys::{seL4_CPtr, seL4_UserContext};

/// The body of a thread, which is stopped when it returns.
pub type Entry = fn(usize);

/// The words of a thread's registers.
pub const REGISTERS: usize = size_of::<seL4_UserContext>() / size_of::<usize>();

const STACK_PAGES: usize = 4;

/// A thread with all objects that it needs to run.
pub struct Thread {
    /// The address of its IPC buffer.
    pub buffer: usize,
    /// Its TCB.
    pub tcb: seL4_CPtr,
    /// Its scheduling context.
    #[cfg(KernelIsMCS)]
    pub time: seL4_CPtr,
    stack_top: usize,
}

/// What a thread starts with.
struct Start {
    entry: Entry,
    argument: usize,
    tcb: seL4_CPtr,
}

impl From<ThreadError> for Failure {
    fn from(error: ThreadError) -> Self {
        Failure::new(format_args!("{error}"))
    }
}

impl Thread {
    /// Creates a thread with the first thread's priority, on the first node. Its faults go to an
    /// endpoint, if there is one.
    pub fn new(root: &mut Root, fault_endpoint: seL4_CPtr) -> Result<Self, Failure> {
        Thread::on_node(root, fault_endpoint, 0)
    }

    /// The same on another node.
    pub fn on_node(root: &mut Root, fault_endpoint: seL4_CPtr, node: usize) -> Result<Self, Failure> {
        let (ipc_buffer_frame, ipc_buffer) = root.page()?;
        let (_, variables) = root.page()?;
        let stack = root.address(STACK_PAGES);
        for page in 0..STACK_PAGES {
            root.page_at(stack + page * PAGE)?;
        }
        let tcb = root.create(sys::seL4_TCBObject)?;
        #[cfg(KernelIsMCS)]
        let time = time(root, node)?;
        let parts = thread::Thread {
            tcb,
            cspace: CNODE,
            cspace_root_data: 0,
            vspace: VSPACE,
            fault_endpoint,
            ipc_buffer,
            ipc_buffer_frame,
            stack: memory(stack, STACK_PAGES),
            tls_block: memory(variables, 1),
            authority: TCB,
            priority: sys::seL4_MaxPrio as u8,
            #[cfg(KernelIsMCS)]
            scheduling_context: time,
        };
        // The IPC buffer takes only the first part of its page.
        // SAFETY: all parts are new and belong to this thread only.
        unsafe { parts.prepare(begin, ipc_buffer + PAGE / 2) }?;
        set_node(tcb, node)?;
        Ok(Thread {
            buffer: ipc_buffer,
            tcb,
            #[cfg(KernelIsMCS)]
            time,
            stack_top: stack + STACK_PAGES * PAGE,
        })
    }

    /// Starts the thread.
    pub fn start(&self, entry: Entry, argument: usize) -> Result<(), Failure> {
        let start = (self.buffer + PAGE / 2) as *mut Start;
        let tcb = self.tcb;
        // SAFETY: the page belongs to this thread, which is not running yet.
        unsafe { start.write(Start { entry, argument, tcb }) };
        self.resume()
    }

    /// Makes it continue at the beginning of a function, with an argument, on an empty stack.
    pub fn jump(&self, function: usize, argument: usize) -> Result<(), Failure> {
        let mut context = arch::context(function, self.stack_top, argument);
        self.write_registers(&mut context)
    }

    /// The address above its stack.
    #[cfg(KernelIsMCS)]
    pub fn stack_top(&self) -> usize {
        self.stack_top
    }

    /// Lets it run.
    pub fn resume(&self) -> Result<(), Failure> {
        // SAFETY: the thread shares nothing that it uses.
        kernel("starting a thread", unsafe { sys::seL4_TCB_Resume(self.tcb) })
    }

    /// Stops it.
    pub fn suspend(&self) -> Result<(), Failure> {
        // SAFETY: no thread waits for it.
        kernel("stopping a thread", unsafe { sys::seL4_TCB_Suspend(self.tcb) })
    }

    /// Sets all its registers.
    pub fn write_registers(&self, context: &mut seL4_UserContext) -> Result<(), Failure> {
        // SAFETY: the context has as many words as are read.
        kernel("writing registers", unsafe {
            sys::seL4_TCB_WriteRegisters(self.tcb, 0, 0, REGISTERS as _, context)
        })
    }

    /// Reads all its registers.
    pub fn read_registers(&self) -> Result<seL4_UserContext, Failure> {
        let mut context = seL4_UserContext::default();
        // SAFETY: the context has as many words as are written.
        kernel("reading registers", unsafe {
            sys::seL4_TCB_ReadRegisters(self.tcb, 0, 0, REGISTERS as _, &mut context)
        })?;
        Ok(context)
    }
}

/// Yields until a condition holds, and returns whether it does. The number of turns is large enough
/// even for a busy host, where a turn may end before a thread has done anything.
pub fn give_way(mut holds: impl FnMut() -> bool) -> bool {
    for _ in 0..2_000 {
        if holds() {
            return true;
        }
        // SAFETY: it only yields.
        unsafe { sys::seL4_Yield() };
    }
    holds()
}

/// Lets other threads run as far as they can without this one.
pub fn settle() {
    // They have the same priority.
    for _ in 0..100 {
        // SAFETY: it only yields.
        unsafe { sys::seL4_Yield() };
    }
}

/// The first function of a thread.
fn begin(start: usize) -> ! {
    // SAFETY: it was written before the thread was started.
    let Start { entry, argument, tcb } = unsafe { (start as *const Start).read() };
    entry(argument);
    loop {
        // SAFETY: the thread ends here.
        unsafe { sys::seL4_TCB_Suspend(tcb) };
    }
}

/// Pages that were mapped for one thread.
fn memory(address: usize, pages: usize) -> &'static mut [MaybeUninit<u8>] {
    // SAFETY: they are new, stay mapped, and are not shared.
    unsafe { core::slice::from_raw_parts_mut(address as *mut _, pages * PAGE) }
}

/// On a kernel with `KernelIsMCS`, a scheduling context: it lets the thread run on its node without
/// a limit, in turns.
#[cfg(KernelIsMCS)]
fn time(root: &mut Root, node: usize) -> Result<seL4_CPtr, Failure> {
    /// Microseconds: the time until another thread of the same priority gets its turn.
    const SLICE: u64 = 5_000;
    let context = root.create_sized(sys::seL4_SchedContextObject, sys::seL4_MinSchedContextBits as _)?;
    thread::set_budget(root.info.schedcontrol.start + node, context, SLICE, SLICE)?;
    Ok(context)
}

#[cfg(all(not(KernelIsMCS), KernelEnableSMPSupport))]
fn set_node(tcb: seL4_CPtr, node: usize) -> Result<(), Failure> {
    // SAFETY: it is not in use yet.
    kernel("putting a thread on a node", unsafe {
        sys::seL4_TCB_SetAffinity(tcb, node)
    })
}

/// The kernel has one node, or the scheduling context determines it.
#[cfg(any(KernelIsMCS, not(KernelEnableSMPSupport)))]
fn set_node(_: seL4_CPtr, _: usize) -> Result<(), Failure> {
    Ok(())
}
