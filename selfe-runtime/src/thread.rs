//! More threads in this program, each with a stack, thread-local storage and an IPC buffer of its
//! own.
//!
//! ```no_run
//! # use core::mem::MaybeUninit;
//! # use selfe_runtime::thread::{Thread, ThreadError};
//! # use selfe_sys::*;
//! # fn serve(_: seL4_CPtr) -> ! { loop {} }
//! # #[cfg(not(KernelIsMCS))]
//! # fn start(
//! #     tcb: seL4_CPtr,
//! #     ipc_buffer: usize,
//! #     ipc_buffer_frame: seL4_CPtr,
//! #     stack: &'static mut [MaybeUninit<u8>],
//! #     tls_block: &'static mut [MaybeUninit<u8>],
//! #     endpoint: seL4_CPtr,
//! # ) -> Result<(), ThreadError> {
//! let thread = Thread {
//!     tcb,                               // a new seL4_TCBObject
//!     cspace: seL4_CapInitThreadCNode as _,
//!     cspace_root_data: 0,
//!     vspace: seL4_CapInitThreadVSpace as _,
//!     fault_endpoint: 0,                 // nobody handles its faults
//!     ipc_buffer,                        // the address of a mapped page,
//!     ipc_buffer_frame,                  // and the capability to its frame
//!     stack,                             // &'static mut [MaybeUninit<u8>]
//!     tls_block,                         // the same, as large as `tls::layout()` says
//!     authority: seL4_CapInitThreadTCB as _,
//!     priority: 255,
//!     // and `scheduling_context` on kernels with KernelIsMCS
//! };
//! // SAFETY: the parts are new, and nothing else uses them.
//! unsafe { thread.start(serve, endpoint) }?;
//! # Ok(())
//! # }
//! ```
//!
//! On a kernel with `KernelIsMCS` a thread runs only with a scheduling context, which limits its
//! time and decides its node: `set_budget` configures one. Without MCS a thread runs on the node on
//! which its control block was made; to move it, call `seL4_TCB_SetAffinity` between
//! [`Thread::prepare`] and `seL4_TCB_Resume`.

use crate::error::Error;
use crate::tls::{self, TlsError};
use core::fmt;
use core::mem::MaybeUninit;
use selfe_sys as sys;
use selfe_sys::seL4_CPtr;

/// The parts of a thread. Capabilities are addresses in the capability space of the caller.
#[derive(Debug)]
pub struct Thread {
    /// An unused thread control block.
    pub tcb: seL4_CPtr,
    /// The root CNode of the thread's capability space.
    pub cspace: seL4_CPtr,
    /// That CNode's guard, from `seL4_CNode_CapData_new`; 0 keeps the capability's own.
    pub cspace_root_data: usize,
    /// The thread's address space: this program's own.
    pub vspace: seL4_CPtr,
    /// The endpoint for the thread's faults; 0 for none. A kernel without MCS looks it up in the
    /// thread's own capability space, an MCS kernel in the caller's.
    pub fault_endpoint: seL4_CPtr,
    /// The address of the thread's IPC buffer: a page, or a part of it that is aligned to the
    /// buffer's size.
    pub ipc_buffer: usize,
    /// The frame of the page with the IPC buffer.
    pub ipc_buffer_frame: seL4_CPtr,
    /// The thread's stack. It grows down; leave the page below it unmapped, so that an overflow
    /// faults.
    pub stack: &'static mut [MaybeUninit<u8>],
    /// Space for the thread's thread-local variables, as large as [`tls::layout`] says.
    pub tls_block: &'static mut [MaybeUninit<u8>],
    /// A thread with a maximum controlled priority of at least `priority`: the root thread is one.
    pub authority: seL4_CPtr,
    /// The thread's priority, 0 to `seL4_MaxPrio`, and its maximum controlled priority.
    pub priority: u8,
    /// The thread's scheduling context; 0 for a passive thread.
    #[cfg(KernelIsMCS)]
    pub scheduling_context: seL4_CPtr,
}

/// Why a thread can't be started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ThreadError {
    /// The block for its thread-local variables can't be used.
    Variables(TlsError),
    /// The stack is smaller than a page.
    SmallStack {
        /// Its size in bytes.
        size: usize,
    },
    /// The kernel rejected a call.
    Kernel {
        /// What the call was for.
        doing: &'static str,
        /// The kernel's answer.
        error: Error,
    },
}

impl fmt::Display for ThreadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ThreadError::Variables(error) => fmt::Display::fmt(error, f),
            ThreadError::SmallStack { size } => write!(f, "a stack of {size} bytes is smaller than a page"),
            ThreadError::Kernel { doing, error } => write!(f, "{doing}: the kernel answered {error}"),
        }
    }
}

impl core::error::Error for ThreadError {}

impl From<TlsError> for ThreadError {
    fn from(error: TlsError) -> Self {
        ThreadError::Variables(error)
    }
}

/// Keeps the place of the public function's caller.
#[track_caller]
fn check(doing: &'static str, code: sys::seL4_Error) -> Result<(), ThreadError> {
    match Error::check(code) {
        Ok(()) => Ok(()),
        Err(error) => Err(ThreadError::Kernel { doing, error }),
    }
}

/// The size of the smallest stack.
const MIN_STACK: usize = 4096;

impl Thread {
    /// Starts the thread: it runs `entry(argument)`, with libsel4 ready to use.
    ///
    /// # Errors
    /// A part is too small, or the kernel rejected one.
    ///
    /// # Safety
    /// As for [`Thread::prepare`].
    #[track_caller]
    pub unsafe fn start(self, entry: fn(usize) -> !, argument: usize) -> Result<(), ThreadError> {
        let tcb = self.tcb;
        // SAFETY: as the caller promises.
        unsafe { self.prepare(entry, argument) }?;
        // SAFETY: it has everything that it uses.
        check("starting a thread", unsafe { sys::seL4_TCB_Resume(tcb) })
    }

    /// Does everything that [`Thread::start`] does except let the thread run: `seL4_TCB_Resume`
    /// does that.
    ///
    /// # Errors
    /// As for [`Thread::start`].
    ///
    /// # Safety
    /// The fields that are numbers have the meaning below, for as long as the thread exists:
    ///
    /// - `tcb` is the control block of a thread that is not running and never continues what it did
    ///   before, because its registers are overwritten: not the caller's own, nor one that another
    ///   part of the program runs.
    /// - `vspace` is this program's address space. In another one, the thread would use this
    ///   program's addresses in somebody else's memory.
    /// - `ipc_buffer` is where `ipc_buffer_frame` is mapped in it, readable and writable. The
    ///   thread and the kernel write there, so nothing else uses this memory: no other thread's
    ///   buffer, and no Rust reference.
    ///
    /// The meaning of `argument` is between `entry` and the caller.
    #[track_caller]
    pub unsafe fn prepare(self, entry: fn(usize) -> !, argument: usize) -> Result<(), ThreadError> {
        let size = self.stack.len();
        if size < MIN_STACK {
            return Err(ThreadError::SmallStack { size });
        }
        // SAFETY: as the caller promises.
        unsafe { self.configure() }?;
        let addresses = self.stack.as_ptr_range();
        crate::backtrace::add_stack(addresses.start.addr()..addresses.end.addr());
        let arguments = [entry as *const () as usize, argument, self.ipc_buffer];
        let mut registers = crate::arch::registers(first, self.stack, arguments);
        let count = size_of_val(&registers) / size_of::<usize>();
        let pointer = tls::prepare(self.tls_block)?;
        // SAFETY: the thread does not run, as the caller promises. What its registers refer to is
        // lent to it forever, and the kernel reads as many words as there are.
        unsafe {
            check(
                "writing a thread's registers",
                sys::seL4_TCB_WriteRegisters(self.tcb, 0, 0, count, &mut registers),
            )?;
            check(
                "giving a thread its thread-local storage",
                sys::seL4_TCB_SetTLSBase(self.tcb, pointer.address()),
            )
        }
    }

    /// Sets the thread's spaces, IPC buffer and priority.
    ///
    /// # Safety
    /// As for [`Thread::prepare`].
    #[cfg(not(KernelIsMCS))]
    #[track_caller]
    unsafe fn configure(&self) -> Result<(), ThreadError> {
        let priority = self.priority.into();
        // SAFETY: the thread does not run, and the buffer is its own, as the caller of `prepare`
        // promises.
        unsafe {
            check(
                "giving a thread its spaces",
                sys::seL4_TCB_Configure(
                    self.tcb,
                    self.fault_endpoint,
                    self.cspace,
                    self.cspace_root_data,
                    self.vspace,
                    0,
                    self.ipc_buffer,
                    self.ipc_buffer_frame,
                ),
            )?;
            check(
                "giving a thread its priority",
                sys::seL4_TCB_SetSchedParams(self.tcb, self.authority, priority, priority),
            )
        }
    }

    /// Sets the thread's spaces, IPC buffer, priority and scheduling context.
    ///
    /// # Safety
    /// As for [`Thread::prepare`].
    #[cfg(KernelIsMCS)]
    #[track_caller]
    unsafe fn configure(&self) -> Result<(), ThreadError> {
        let priority = self.priority.into();
        // SAFETY: the thread does not run, and the buffer is its own, as the caller of `prepare`
        // promises.
        unsafe {
            check(
                "giving a thread its spaces",
                sys::seL4_TCB_Configure(
                    self.tcb,
                    self.cspace,
                    self.cspace_root_data,
                    self.vspace,
                    0,
                    self.ipc_buffer,
                    self.ipc_buffer_frame,
                ),
            )?;
            check(
                "giving a thread its priority and its scheduling context",
                sys::seL4_TCB_SetSchedParams(
                    self.tcb,
                    self.authority,
                    priority,
                    priority,
                    self.scheduling_context,
                    self.fault_endpoint,
                ),
            )
        }
    }
}

/// Configures a scheduling context: a budget of `budget` in each `period`, both in microseconds; if
/// they are equal, the thread has all of the time. `control` is the capability for the node, one of
/// `schedcontrol` in the boot info.
///
/// # Errors
/// The kernel rejected it: the budget is larger than the period, or shorter than the kernel can
/// measure.
#[cfg(KernelIsMCS)]
#[track_caller]
pub fn set_budget(control: seL4_CPtr, context: seL4_CPtr, budget: u64, period: u64) -> Result<(), ThreadError> {
    // SAFETY: a scheduling context only decides when threads run, and nothing may rely on that.
    let code = unsafe { sys::seL4_SchedControl_ConfigureFlags(control, context, budget, period, 0, 0, 0) };
    check("filling in a scheduling context", code)
}

/// The first function of a thread.
#[expect(
    improper_ctypes_definitions,
    reason = "its arguments are pointers, and Rust alone names them"
)]
extern "C" fn first(entry: fn(usize) -> !, argument: usize, ipc_buffer: *mut sys::seL4_IPCBuffer) -> ! {
    // SAFETY: the buffer is this thread's own, and its thread-local storage is set up, both by
    // `prepare`. libsel4 has to know the buffer before the first message.
    unsafe { sys::seL4_SetIPCBuffer(ipc_buffer) };
    entry(argument)
}

/// The first function of a thread, which it enters with three words.
#[expect(improper_ctypes_definitions, reason = "as for `first`")]
pub(crate) type First = extern "C" fn(fn(usize) -> !, usize, *mut sys::seL4_IPCBuffer) -> !;
