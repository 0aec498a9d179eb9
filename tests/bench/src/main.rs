//! Does each operation in C, through libsel4.a and in inline Rust, then copies memory byte by byte
//! and by the functions that are linked, and says in which order. QEMU writes down the address of
//! every instruction; `cargo xtask bench` counts those between the marks.
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

/// How often the functions do it: the difference of the two counts is that of the first number,
/// without beginning and end.
const TIMES: [usize; 2] = [10, 20];

/// Who does it, as the table calls them.
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

/// Does it so many times between the marks. The same instructions for every operation and number of
/// times.
#[inline(never)]
fn count(client: Client, objects: &Objects, times: usize) -> usize {
    mark::begin();
    // SAFETY: the objects are there for this.
    let sum = unsafe { client(objects, times) };
    mark::end();
    sum
}

/// What a server begins with.
struct Service {
    function: Server,
    endpoint: usize,
}

/// Starts the operation's server, if it has one, and lets it come to where it waits for the next
/// client, as it always will.
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
    // SAFETY: the objects are there for this.
    unsafe { (operation.client)(objects, 1) };
    Ok(Some(thread))
}

/// The first function of a server's thread.
fn begin(service: usize) {
    // SAFETY: whoever started the thread waits for its first answer.
    unsafe {
        let service = service as *const Service;
        ((*service).function)((*service).endpoint);
    }
}
