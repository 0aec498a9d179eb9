//! Donated scheduling contexts, on kernels with `KernelIsMCS`: a thread without one runs on its
//! caller's or on a notification's, and otherwise not at all.

use crate::ensure;
use crate::failure::{Checked, Failure, Outcome, kernel};
use crate::forms::{C, Form, Inline};
use crate::message::{info, label};
use crate::root::Root;
use crate::thread::{Thread, give_way, settle};
use core::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use selfe_sys as sys;
use selfe_sys::seL4_CPtr;

/// In a message's label: how the passive thread continues.
const ANSWER: usize = 1;
const RECEIVE: usize = 2;
const HAND_BACK: usize = 3;

/// The passive thread's endpoint, and the one through which it returns a scheduling context.
static ENDPOINT: AtomicUsize = AtomicUsize::new(0);
static BACK: AtomicUsize = AtomicUsize::new(0);
static NOTIFICATION: AtomicUsize = AtomicUsize::new(0);
/// How many messages or signals a passive thread has received.
static COUNT: AtomicUsize = AtomicUsize::new(0);

pub fn check(root: &mut Root) -> Checked {
    ENDPOINT.store(root.create(sys::seL4_EndpointObject)?, SeqCst);
    BACK.store(root.create(sys::seL4_EndpointObject)?, SeqCst);
    NOTIFICATION.store(root.create(sys::seL4_NotificationObject)?, SeqCst);
    by_messages::<C>(root)?;
    by_messages::<Inline>(root)?;
    by_signals::<C>(root)?;
    by_signals::<Inline>(root)?;
    Ok(Outcome::Ok)
}

fn by_messages<F: Form>(root: &mut Root) -> Result<(), Failure> {
    let (endpoint, back) = (ENDPOINT.load(SeqCst), BACK.load(SeqCst));
    let reply = root.new_reply()?;
    let thread = passive(root, serves::<F>, reply)?;

    let answer = F::call(endpoint, info(ANSWER, 0));
    ensure!(
        label(answer) == ANSWER && COUNT.load(SeqCst) == 1,
        "seL4_Call ({}): a passive thread counts {}, its answer has label {}",
        F::NAME,
        COUNT.load(SeqCst),
        label(answer)
    );
    counts::<F>("seL4_Call", 1)?;

    let mut badge = 0;
    let answer = F::nb_send_recv(endpoint, info(HAND_BACK, 0), back, Some(&mut badge), root.reply);
    ensure!(
        label(answer) == HAND_BACK,
        "seL4_NBSendRecv ({}): label {} came back",
        F::NAME,
        label(answer)
    );
    counts::<F>("seL4_NBSendRecv", 2)?;

    // A message that is only sent arrives without the sender's time.
    F::send(endpoint, info(RECEIVE, 0));
    settle();
    counts::<F>("seL4_Send without a scheduling context", 2)?;
    // SAFETY: it is this check's own thread, which has none.
    kernel("giving a passive thread its time", unsafe {
        sys::seL4_SchedContext_Bind(thread.time, thread.tcb)
    })?;
    give_way(|| COUNT.load(SeqCst) == 3);
    counts::<F>("seL4_Send with a scheduling context", 3)?;
    thread.suspend()
}

/// The scheduling context is bound to the notification, and lent with each signal.
fn by_signals<F: Form>(root: &mut Root) -> Result<(), Failure> {
    let notification = NOTIFICATION.load(SeqCst);
    let thread = passive(root, waits::<F>, 0)?;
    F::signal(notification);
    settle();
    counts::<F>("seL4_Signal without a scheduling context", 0)?;
    // SAFETY: it is this check's own thread, which has none.
    kernel("giving a passive thread its time", unsafe {
        sys::seL4_SchedContext_Bind(thread.time, thread.tcb)
    })?;
    give_way(|| COUNT.load(SeqCst) == 1);
    counts::<F>("seL4_Signal with a scheduling context", 1)?;
    settle();
    take_time(&thread)?;
    // SAFETY: the scheduling context is unbound.
    kernel("giving a notification a scheduling context", unsafe {
        sys::seL4_SchedContext_Bind(thread.time, notification)
    })?;
    for count in 2..4 {
        F::signal(notification);
        give_way(|| COUNT.load(SeqCst) == count);
        counts::<F>("seL4_Signal with the notification's scheduling context", count)?;
        settle();
    }
    // SAFETY: no thread is running on it.
    kernel("taking the notification's scheduling context", unsafe {
        sys::seL4_SchedContext_UnbindObject(thread.time, notification)
    })?;
    F::signal(notification);
    settle();
    counts::<F>("seL4_Signal after the scheduling context was taken", 3)?;
    thread.suspend()
}

/// A thread that has been started, waits, and no longer has a scheduling context.
fn passive(root: &mut Root, entry: fn(usize), argument: seL4_CPtr) -> Result<Thread, Failure> {
    COUNT.store(0, SeqCst);
    let thread = Thread::new(root, 0)?;
    thread.start(entry, argument)?;
    settle();
    take_time(&thread)?;
    Ok(thread)
}

fn take_time(thread: &Thread) -> Result<(), Failure> {
    // SAFETY: it is waiting.
    kernel("taking a thread's scheduling context", unsafe {
        sys::seL4_SchedContext_UnbindObject(thread.time, thread.tcb)
    })
}

fn serves<F: Form>(reply: usize) {
    let (endpoint, back) = (ENDPOINT.load(SeqCst), BACK.load(SeqCst));
    let mut message = F::recv(endpoint, None, reply);
    loop {
        COUNT.fetch_add(1, SeqCst);
        message = match label(message) {
            ANSWER => F::reply_recv(endpoint, info(ANSWER, 0), None, reply),
            HAND_BACK => F::nb_send_recv(back, info(HAND_BACK, 0), endpoint, None, reply),
            _ => F::recv(endpoint, None, reply),
        };
    }
}

fn waits<F: Form>(_: usize) {
    loop {
        F::wait(NOTIFICATION.load(SeqCst), None);
        COUNT.fetch_add(1, SeqCst);
    }
}

fn counts<F: Form>(how: &str, wanted: usize) -> Result<(), Failure> {
    let found = COUNT.load(SeqCst);
    ensure!(
        found == wanted,
        "{how} ({}): a passive thread counts {found}, not {wanted}",
        F::NAME
    );
    Ok(())
}
