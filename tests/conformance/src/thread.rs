//! Further threads: in the same address space and with the same capabilities, on stacks of their own.

use crate::arch;
use crate::failure::{Failure, kernel};
use crate::root::{CNODE, PAGE, Root, TCB, VSPACE};
use core::mem::MaybeUninit;
use selfe_runtime::tls;
use selfe_sys as sys;
use selfe_sys::{seL4_CPtr, seL4_UserContext};

/// What a thread does; it is stopped when it returns.
pub type Entry = extern "C" fn(usize);

/// The words of a thread's registers.
pub const REGISTERS: usize = size_of::<seL4_UserContext>() / size_of::<usize>();

const STACK_PAGES: usize = 4;

/// A thread that has all that it needs to run.
pub struct Thread {
    /// Its control block.
    pub tcb: seL4_CPtr,
    /// The address of its IPC buffer.
    pub buffer: usize,
    stack_top: usize,
    tls: usize,
}

/// What a thread begins with.
#[repr(C)]
struct Start {
    entry: Entry,
    argument: usize,
    buffer: *mut sys::seL4_IPCBuffer,
    tcb: seL4_CPtr,
}

impl Thread {
    /// A thread of the first thread's priority, on the first node. Its faults go to an endpoint, if one is named.
    pub fn new(root: &mut Root, fault_endpoint: seL4_CPtr) -> Result<Self, Failure> {
        Thread::on_node(root, fault_endpoint, 0)
    }

    /// The same on another node.
    pub fn on_node(root: &mut Root, fault_endpoint: seL4_CPtr, node: usize) -> Result<Self, Failure> {
        let (frame, buffer) = root.page()?;
        let (_, variables) = root.page()?;
        // SAFETY: the page is new memory that nobody else knows of, and stays mapped.
        let block = unsafe { core::slice::from_raw_parts_mut(variables as *mut MaybeUninit<u8>, PAGE) };
        let tls = tls::prepare(block).map_err(|error| Failure::new(format_args!("{error}")))?;
        let stack = root.address(STACK_PAGES);
        for page in 0..STACK_PAGES {
            root.page_at(stack + page * PAGE)?;
        }
        let tcb = root.create(sys::seL4_TCBObject)?;
        configure(root, tcb, buffer, frame, fault_endpoint, node)?;
        Ok(Thread {
            tcb,
            buffer,
            stack_top: stack + STACK_PAGES * PAGE,
            tls: tls.address(),
        })
    }

    /// Starts it.
    pub fn start(&self, entry: Entry, argument: usize) -> Result<(), Failure> {
        // The IPC buffer takes only the first part of its page.
        let start = (self.buffer + PAGE / 2) as *mut Start;
        // SAFETY: the page is this thread's, which does not run yet.
        unsafe {
            start.write(Start {
                entry,
                argument,
                buffer: self.buffer as *mut _,
                tcb: self.tcb,
            });
        }
        self.jump(begin as *const () as usize, start.addr())?;
        // SAFETY: the block is this thread's.
        kernel("giving a thread its variables", unsafe {
            sys::seL4_TCB_SetTLSBase(self.tcb, self.tls)
        })?;
        self.resume()
    }

    /// Has it go on at the beginning of a function, with an argument, on an empty stack.
    pub fn jump(&self, function: usize, argument: usize) -> Result<(), Failure> {
        let mut context = arch::context(function, self.stack_top, argument);
        self.write_registers(&mut context)
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

/// A thread's first function.
extern "C" fn begin(start: *const Start) -> ! {
    // SAFETY: whoever started the thread has written it, and the buffer is this thread's.
    let start = unsafe {
        let start = start.read();
        sys::seL4_SetIPCBuffer(start.buffer);
        start
    };
    (start.entry)(start.argument);
    loop {
        // SAFETY: it ends here.
        unsafe { sys::seL4_TCB_Suspend(start.tcb) };
    }
}

#[cfg(not(KernelIsMCS))]
fn configure(
    _: &mut Root,
    tcb: seL4_CPtr,
    buffer: usize,
    frame: seL4_CPtr,
    fault_endpoint: seL4_CPtr,
    node: usize,
) -> Result<(), Failure> {
    // SAFETY: everything that the thread uses, it has for itself.
    unsafe {
        kernel(
            "giving a thread its spaces",
            sys::seL4_TCB_Configure(tcb, fault_endpoint, CNODE, 0, VSPACE, 0, buffer, frame),
        )?;
        kernel(
            "giving a thread its priority",
            sys::seL4_TCB_SetPriority(tcb, TCB, sys::seL4_MaxPrio as _),
        )?;
    }
    set_node(tcb, node)
}

#[cfg(all(not(KernelIsMCS), KernelEnableSMPSupport))]
fn set_node(tcb: seL4_CPtr, node: usize) -> Result<(), Failure> {
    // SAFETY: it does not run yet.
    kernel("putting a thread on a node", unsafe {
        sys::seL4_TCB_SetAffinity(tcb, node)
    })
}

#[cfg(all(not(KernelIsMCS), not(KernelEnableSMPSupport)))]
fn set_node(_: seL4_CPtr, node: usize) -> Result<(), Failure> {
    crate::ensure!(node == 0, "this kernel has one node");
    Ok(())
}

#[cfg(KernelIsMCS)]
fn configure(
    root: &mut Root,
    tcb: seL4_CPtr,
    buffer: usize,
    frame: seL4_CPtr,
    fault_endpoint: seL4_CPtr,
    node: usize,
) -> Result<(), Failure> {
    /// Microseconds: the time that a thread has before another of its priority has its turn.
    const SLICE: sys::seL4_Time = 5_000;
    let context = root.create_sized(sys::seL4_SchedContextObject, sys::seL4_MinSchedContextBits as _)?;
    let control = root.info.schedcontrol.start + node;
    // SAFETY: everything that the thread uses, it has for itself.
    unsafe {
        kernel(
            "giving a thread its time",
            sys::seL4_SchedControl_ConfigureFlags(control, context, SLICE, SLICE, 0, 0, 0),
        )?;
        kernel(
            "giving a thread its spaces",
            sys::seL4_TCB_Configure(tcb, CNODE, 0, VSPACE, 0, buffer, frame),
        )?;
        let priority = sys::seL4_MaxPrio as usize;
        kernel(
            "giving a thread its priority",
            sys::seL4_TCB_SetSchedParams(tcb, TCB, priority, priority, context, fault_endpoint),
        )
    }
}
