//! Runs each operation in C, through libsel4.a and in inline Rust, then copies memory byte by byte
//! and with the linked functions, and prints the order. QEMU logs the address of every executed
//! instruction; `cargo xtask bench` counts those between the marks.
#![no_std]
#![no_main]

#[path = "../../conformance/src/arch/mod.rs"]
#[allow(dead_code, unused_imports, reason = "the conformance root task uses all of it")]
mod arch;
#[path = "../../conformance/src/failure.rs"]
#[allow(dead_code, unused_imports, reason = "the conformance root task uses all of it")]
mod failure;
mod mark;
mod memory;
mod operations;
#[path = "../../conformance/src/root.rs"]
#[allow(dead_code, unused_imports, reason = "the conformance root task uses all of it")]
mod root;
#[path = "../../conformance/src/thread.rs"]
#[allow(dead_code, unused_imports, reason = "the conformance root task uses all of it")]
mod thread;

use failure::Failure;
use operations::{Client, Objects, Operation, Server};
use root::{CNODE, Root, TCB};
use selfe_start::{boot_info, debug_println, exit};
use selfe_sys as sys;
use thread::Thread;

selfe_start::entry!(main, stack_size = 64 * 1024);

/// How many times each operation runs. The two counts are subtracted, so that the cost of entering
/// and leaving the function cancels out.
const TIMES: [usize; 2] = [10, 20];

/// Who runs an operation, as named in the table.
const WAYS: &[(&str, &[Operation])] = &[
    ("C", operations::c::OPERATIONS),
    ("libsel4.a", operations::library::OPERATIONS),
    ("inline", operations::inline::OPERATIONS),
];

fn main() {
    if let Err(failure) = measure(&mut Root::new(boot_info())) {
        debug_println!("FAILED: {failure}");
        exit(1)
    }
}

fn measure(root: &mut Root) -> Result<(), Failure> {
    let address = |mark: extern "C" fn()| mark as *const () as usize;
    debug_println!("marks {:#x} {:#x}", address(mark::begin), address(mark::end));
    let endpoint = root.create(sys::seL4_EndpointObject)?;
    let notification = root.create(sys::seL4_NotificationObject)?;
    let mut objects = Objects {
        endpoint,
        badged: root.mint(endpoint, 0x51)?,
        notification: root.mint(notification, 1)?,
        thread: root.create(sys::seL4_TCBObject)?,
        authority: TCB,
        untyped: root.create_sized(sys::seL4_UntypedObject, 16)?,
        cnode: CNODE,
        first_slot: 0,
    };
    for nth in 0..WAYS[0].1.len() {
        for (way, operations) in WAYS {
            let operation = operations[nth];
            let server = serve(root, &operation, &objects)?;
            for times in TIMES {
                objects.first_slot = root.slots(times)?;
                let sum = count(operation.client, &objects, times);
                debug_println!("run {times}, {sum}, {way}: {}", operation.name);
            }
            if let Some(server) = server {
                server.suspend()?;
            }
        }
    }
    for operation in memory::OPERATIONS {
        for (way, client) in memory::WAYS.iter().zip(operation.ways) {
            for times in TIMES {
                let sum = count(client, &objects, times);
                debug_println!("run {times}, {sum}, {way}: {}", operation.name);
            }
        }
    }
    Ok(())
}

/// Runs an operation `times` times between the marks. The instructions around the marks are the
/// same for every operation and number of times.
#[inline(never)]
fn count(client: Client, objects: &Objects, times: usize) -> usize {
    mark::begin();
    // SAFETY: the objects were created for this operation.
    let sum = unsafe { client(objects, times) };
    mark::end();
    sum
}

/// What a server thread is given.
struct Service {
    function: Server,
    endpoint: usize,
}

/// Starts the operation's server, if it has one, and lets it run until it waits for its first
/// client, which is its state between any two clients.
fn serve(root: &mut Root, operation: &Operation, objects: &Objects) -> Result<Option<Thread>, Failure> {
    let Some(function) = operation.server else {
        return Ok(None);
    };
    let thread = Thread::new(root, 0)?;
    let service = Service {
        function,
        endpoint: objects.endpoint,
    };
    thread.start(begin, (&raw const service).addr())?;
    // SAFETY: the objects were created for this operation.
    unsafe { (operation.client)(objects, 1) };
    Ok(Some(thread))
}

/// The first function of a server thread.
fn begin(service: usize) {
    // SAFETY: the thread that started this one keeps the setup until it has the first answer.
    unsafe {
        let service = service as *const Service;
        ((*service).function)((*service).endpoint);
    }
}
