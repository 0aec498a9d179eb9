//! Further threads: in the same address space and with the same capabilities, on stacks of their
//! own.
//!
//! `selfe_runtime::thread` starts them; this finds what it needs and adds what only checks do, such
//! as writing registers.

use crate::arch;
use crate::failure::{Failure, kernel};
use crate::root::{CNODE, PAGE, Root, TCB, VSPACE};
use core::mem::MaybeUninit;
use selfe_runtime::thread::{self, ThreadError};
use selfe_sys as sys;
use selfe_sys::{seL4_CPtr, seL4_UserContext};

/// What a thread does; it is stopped when it returns.
pub type Entry = fn(usize);

/// The words of a thread's registers.
pub const REGISTERS: usize = size_of::<seL4_UserContext>() / size_of::<usize>();

const STACK_PAGES: usize = 4;

/// A thread that has all that it needs to run.
pub struct Thread {
    /// The address of its IPC buffer.
    pub buffer: usize,
    /// Its control block.
    pub tcb: seL4_CPtr,
    /// Its scheduling context.
    #[cfg(KernelIsMCS)]
    pub time: seL4_CPtr,
    stack_top: usize,
}

/// What a thread begins with.
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
    /// A thread of the first thread's priority, on the first node. Its faults go to an endpoint, if
    /// one is named.
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
        // SAFETY: all parts are new and this thread's alone.
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

    /// Starts it.
    pub fn start(&self, entry: Entry, argument: usize) -> Result<(), Failure> {
        let start = (self.buffer + PAGE / 2) as *mut Start;
        let tcb = self.tcb;
        // SAFETY: the page is this thread's, which does not run yet.
        unsafe { start.write(Start { entry, argument, tcb }) };
        self.resume()
    }

    /// Has it go on at the beginning of a function, with an argument, on an empty stack.
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
        // SAFETY: everything that the thread uses, it has for itself.
        kernel("starting a thread", unsafe { sys::seL4_TCB_Resume(self.tcb) })
    }

    /// Stops it.
    pub fn suspend(&self) -> Result<(), Failure> {
        // SAFETY: nobody waits for it.
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

/// Lets other threads run until something holds: in so many turns that even on a busy computer,
/// where a turn may be over before a thread has done anything in it, each has done what it can.
/// Whether it holds in the end.
pub fn give_way(mut holds: impl FnMut() -> bool) -> bool {
    for _ in 0..2_000 {
        if holds() {
            return true;
        }
        // SAFETY: it only gives up time.
        unsafe { sys::seL4_Yield() };
    }
    holds()
}

/// Lets other threads come as far as they can without this one.
pub fn settle() {
    // They have the same priority.
    for _ in 0..100 {
        // SAFETY: it only gives up time.
        unsafe { sys::seL4_Yield() };
    }
}

/// A thread's first function.
fn begin(start: usize) -> ! {
    // SAFETY: whoever started the thread has written it.
    let Start { entry, argument, tcb } = unsafe { (start as *const Start).read() };
    entry(argument);
    loop {
        // SAFETY: it ends here.
        unsafe { sys::seL4_TCB_Suspend(tcb) };
    }
}

/// Pages that were mapped for one thread.
fn memory(address: usize, pages: usize) -> &'static mut [MaybeUninit<u8>] {
    // SAFETY: they are new, stay mapped, and nobody else knows of them.
    unsafe { core::slice::from_raw_parts_mut(address as *mut _, pages * PAGE) }
}

/// On a kernel with `KernelIsMCS`, what says that a thread may run, and on which node: all the
/// time, in turns.
#[cfg(KernelIsMCS)]
fn time(root: &mut Root, node: usize) -> Result<seL4_CPtr, Failure> {
    /// Microseconds: the time that a thread has before another of its priority has its turn.
    const SLICE: u64 = 5_000;
    let context = root.create_sized(sys::seL4_SchedContextObject, sys::seL4_MinSchedContextBits as _)?;
    thread::set_budget(root.info.schedcontrol.start + node, context, SLICE, SLICE)?;
    Ok(context)
}

#[cfg(all(not(KernelIsMCS), KernelEnableSMPSupport))]
fn set_node(tcb: seL4_CPtr, node: usize) -> Result<(), Failure> {
    // SAFETY: it does not run yet.
    kernel("putting a thread on a node", unsafe {
        sys::seL4_TCB_SetAffinity(tcb, node)
    })
}

/// The kernel has one node, or the thread's scheduling context names it.
#[cfg(any(KernelIsMCS, not(KernelEnableSMPSupport)))]
fn set_node(_: seL4_CPtr, _: usize) -> Result<(), Failure> {
    Ok(())
}
