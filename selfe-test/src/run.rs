//! Runs the tests: each in the tests' thread, whose end the first thread waits for.

use crate::case::{self, TestCase};
use crate::fault::Fault;
use crate::resources::{CNODE, Resources};
use crate::{selection, space};
use core::fmt::Display;
use core::panic::PanicInfo;
use core::sync::atomic::{AtomicUsize, Ordering};
use selfe_runtime::exit::PANICKED as PANIC_CODE;
use selfe_runtime::thread::{Thread, ThreadError};
use selfe_runtime::{debug_println, exit, protocol, variable};
use selfe_start::boot_info;
use selfe_sys as sys;
use selfe_sys::seL4_CPtr;

/// The variable with the indices of the tests to run.
const SELECTED: &str = "SELFE_TESTS";

/// The labels of the messages with which a test ends. No fault has such a label.
const RETURNED: usize = 0x5e1f;
const PANICKED: usize = 0x5e20;

/// The endpoint on which a test reports; 0 before there is one.
static ENDPOINT: AtomicUsize = AtomicUsize::new(0);

/// How a test ended.
enum End {
    Returned(i32),
    Panicked,
    Faulted,
}

/// Runs the tests that the host asks for, or else all that are not ignored.
pub fn run() {
    exit(run_all())
}

fn run_all() -> i32 {
    let resources = match Resources::take(boot_info()) {
        Ok(resources) => resources,
        Err(why) => {
            debug_println!("the tests can't run: {}", why.0);
            return PANIC_CODE;
        }
    };
    ENDPOINT.store(resources.endpoint, Ordering::Relaxed);
    if !space::guard(boot_info()) {
        debug_println!("the tests' stack has no guard page: one that is too small overwrites other data");
    }
    let tests = case::all();
    match variable(SELECTED) {
        Some(selected) => {
            for index in selection::indices(selected) {
                if let Some(test) = tests.get(index) {
                    tell(index, test, &resources);
                }
            }
            0
        }
        None => alone(tests, &resources),
    }
}

/// Runs a test for the host, which knows the rest and judges it.
fn tell(index: usize, test: &TestCase, resources: &Resources) {
    protocol::send("test", format_args!("begin,{index}"));
    match run_one(index, resources) {
        Ok(End::Returned(0)) => protocol::send("test", format_args!("end,{index},ok")),
        Ok(End::Returned(_)) => protocol::send("test", format_args!("end,{index},failed")),
        Ok(End::Panicked) => protocol::send("test", format_args!("end,{index},panicked")),
        Ok(End::Faulted) => protocol::send("test", format_args!("end,{index},faulted")),
        Err(error) => {
            cannot_start(test, &error);
            protocol::send("test", format_args!("end,{index},failed"));
        }
    }
}

/// Runs all tests where nothing reads messages, as on a board, and prints their results.
fn alone(tests: &[TestCase], resources: &Resources) -> i32 {
    let mut failed = 0;
    for (index, test) in tests.iter().enumerate().filter(|(_, test)| !test.is_ignored()) {
        let is_ok = match run_one(index, resources) {
            Ok(End::Returned(code)) => code == 0 && !test.should_panic(),
            Ok(End::Panicked) => test.should_panic(),
            Ok(End::Faulted) => false,
            Err(error) => {
                cannot_start(test, &error);
                false
            }
        };
        failed += i32::from(!is_ok);
        debug_println!("test {} ... {}", test.name(), if is_ok { "ok" } else { "FAILED" });
    }
    match failed {
        0 => 0,
        _ => PANIC_CODE,
    }
}

fn cannot_start(test: &TestCase, error: &dyn Display) {
    debug_println!("the thread of {} can't start: {error}", test.name());
}

fn run_one(index: usize, resources: &Resources) -> Result<End, ThreadError> {
    selfe_runtime::panic::set_hook(panicked);
    let started = start(index, resources);
    let end = started.map(|()| wait(resources));
    // SAFETY: it stops the tests' thread, which has ended or will never begin.
    unsafe { sys::seL4_TCB_Suspend(resources.tcb) };
    resources.reset();
    end
}

fn start(index: usize, resources: &Resources) -> Result<(), ThreadError> {
    #[cfg(KernelIsMCS)]
    {
        const MICROSECONDS: u64 = 10_000;
        let control = boot_info().schedcontrol.start;
        selfe_runtime::thread::set_budget(control, resources.scheduling_context, MICROSECONDS, MICROSECONDS)?;
    }
    // SAFETY: the thread of the test before is suspended.
    let space::Parts {
        stack,
        tls_block,
        ipc_buffer,
        ipc_buffer_frame,
    } = unsafe { space::parts(boot_info()) };
    let thread = Thread {
        tcb: resources.tcb,
        cspace: CNODE,
        cspace_root_data: 0,
        vspace: sys::seL4_CapInitThreadVSpace as seL4_CPtr,
        fault_endpoint: resources.endpoint,
        ipc_buffer,
        ipc_buffer_frame,
        stack,
        tls_block,
        authority: sys::seL4_CapInitThreadTCB as seL4_CPtr,
        priority: sys::seL4_MaxPrio as u8,
        #[cfg(KernelIsMCS)]
        scheduling_context: resources.scheduling_context,
    };
    // SAFETY: the parts are the tests' alone, and the thread before has stopped.
    unsafe { thread.start(test_thread, index) }
}

/// The tests' thread.
fn test_thread(index: usize) -> ! {
    let code = case::all()[index].call();
    report(RETURNED, code as usize)
}

/// What a panic does while tests run: it ends the test, whichever of its threads panicked.
fn panicked(info: &PanicInfo<'_>) -> ! {
    debug_println!("{info}");
    selfe_runtime::backtrace::send();
    // SAFETY: every thread that runs Rust code has an IPC buffer.
    if unsafe { sys::seL4_GetIPCBuffer() } == boot_info().ipcBuffer {
        // The runner's own thread: nobody would receive its report.
        exit(PANIC_CODE)
    }
    report(PANICKED, 0)
}

/// Tells the first thread that the test has ended, and waits to be stopped.
fn report(label: usize, code: usize) -> ! {
    let endpoint = ENDPOINT.load(Ordering::Relaxed);
    // SAFETY: the thread has an IPC buffer, and the message fits into it.
    unsafe {
        sys::seL4_SetMR(0, code);
        sys::seL4_Send(endpoint, sys::seL4_MessageInfo_new(label as _, 0, 0, 1));
    }
    loop {
        // SAFETY: yielding is always sound.
        unsafe { sys::seL4_Yield() };
    }
}

/// Waits until the test has ended.
fn wait(resources: &Resources) -> End {
    let mut badge = 0;
    // SAFETY: this thread has an IPC buffer.
    #[cfg(not(KernelIsMCS))]
    let info = unsafe { sys::seL4_Recv(resources.endpoint, &mut badge) };
    // SAFETY: as above.
    #[cfg(KernelIsMCS)]
    let info = unsafe { sys::seL4_Recv(resources.endpoint, &mut badge, resources.reply) };
    match sys::seL4_MessageInfo_get_label(info) as usize {
        RETURNED => {
            // SAFETY: the message has one word.
            End::Returned(unsafe { sys::seL4_GetMR(0) } as i32)
        }
        PANICKED => End::Panicked,
        label => {
            // SAFETY: only the kernel sends other messages to this endpoint.
            let fault = unsafe { Fault::read(label) };
            if protocol::is_read() {
                let guard = if space::is_in_guard(fault.address()) {
                    ",guard"
                } else {
                    ""
                };
                protocol::send("fault", format_args!("{fault},{:#x}{guard}", fault.instruction));
                // SAFETY: the tests' thread has faulted, and its stack is known.
                unsafe { selfe_runtime::backtrace::send_thread(resources.tcb) };
            } else {
                debug_println!("{fault}, by the instruction at {:#x}", fault.instruction);
            }
            End::Faulted
        }
    }
}
