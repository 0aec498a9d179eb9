//! A notification that is bound to a thread: each of the thread's system calls that waits for a
//! message also receives signals, until the notification is unbound.

use crate::ensure;
use crate::failure::{Checked, Failure, Outcome, kernel};
use crate::forms::{C, Form, Inline};
use crate::message::{info, label};
use crate::root::{Root, TCB};
use crate::thread::{Thread, give_way};
use core::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use selfe_sys as sys;
use selfe_sys::seL4_CPtr;

const SIGNAL: usize = 0x1_0044;
const SENDER: usize = 0x77;
const LABEL: usize = 0x2345;

/// The label of the answer to another thread's call.
static ANSWERED: AtomicUsize = AtomicUsize::new(0);

/// A notification and an endpoint, with badged capabilities to them.
struct Objects {
    notification: seL4_CPtr,
    signal: seL4_CPtr,
    endpoint: seL4_CPtr,
    sender: seL4_CPtr,
    reply: seL4_CPtr,
}

/// Checks both forms.
pub fn check(root: &mut Root) -> Checked {
    let notification = root.create(sys::seL4_NotificationObject)?;
    let endpoint = root.create(sys::seL4_EndpointObject)?;
    let objects = Objects {
        notification,
        signal: root.mint(notification, SIGNAL)?,
        endpoint,
        sender: root.mint(endpoint, SENDER)?,
        reply: root.reply,
    };
    check_form::<C>(root, &objects)?;
    check_form::<Inline>(root, &objects)?;
    Ok(Outcome::Ok)
}

fn check_form<F: Form>(root: &mut Root, objects: &Objects) -> Result<(), Failure> {
    // SAFETY: this thread expects the notification's signals.
    kernel("binding a notification", unsafe {
        sys::seL4_TCB_BindNotification(TCB, objects.notification)
    })?;
    let bound = while_bound::<F>(root, objects);
    // SAFETY: no thread is waiting.
    kernel("unbinding a notification", unsafe {
        sys::seL4_TCB_UnbindNotification(TCB)
    })?;
    bound?;

    F::signal(objects.signal);
    let mut badge = 7;
    F::nb_recv(objects.endpoint, Some(&mut badge), objects.reply);
    same::<F>("seL4_NBRecv without a bound notification", badge, 0)?;
    F::poll(objects.notification, Some(&mut badge));
    same::<F>("seL4_Poll of what was bound", badge, SIGNAL)?;
    // SAFETY: nothing is bound.
    let code = unsafe { sys::seL4_TCB_UnbindNotification(TCB) };
    same::<F>(
        "unbinding once more",
        code as usize,
        sys::seL4_IllegalOperation as usize,
    )
}

fn while_bound<F: Form>(root: &mut Root, objects: &Objects) -> Result<(), Failure> {
    let &Objects {
        notification,
        signal,
        endpoint,
        sender,
        reply,
    } = objects;
    // SAFETY: a notification is bound already.
    let code = unsafe { sys::seL4_TCB_BindNotification(TCB, notification) };
    same::<F>("binding once more", code as usize, sys::seL4_IllegalOperation as usize)?;

    signalled::<F>("seL4_Recv", signal, |badge| _ = F::recv(endpoint, badge, reply))?;
    signalled::<F>("seL4_NBRecv", signal, |badge| _ = F::nb_recv(endpoint, badge, reply))?;
    signalled::<F>("seL4_RecvWithMRs", signal, |badge| {
        F::recv_words(endpoint, badge, &mut Default::default(), reply);
    })?;
    #[cfg(KernelIsMCS)]
    {
        signalled::<F>("seL4_Wait", signal, |badge| _ = F::wait_message(endpoint, badge))?;
        signalled::<F>("seL4_NBWait", signal, |badge| _ = F::nb_wait(endpoint, badge))?;
    }
    let mut badge = 7;
    F::nb_recv(endpoint, Some(&mut badge), reply);
    same::<F>("seL4_NBRecv without a signal", badge, 0)?;

    // A signal that arrives during the wait.
    let thread = Thread::new(root, 0)?;
    thread.start(|signal| F::signal(signal), signal)?;
    F::recv(endpoint, Some(&mut badge), reply);
    same::<F>("seL4_Recv that waits for another thread's signal", badge, SIGNAL)?;
    thread.suspend()?;

    // A message still arrives; answering it and waiting for the next one receives the signal.
    ANSWERED.store(0, SeqCst);
    let thread = Thread::new(root, 0)?;
    thread.start(calls::<F>, sender)?;
    F::recv(endpoint, Some(&mut badge), reply);
    same::<F>("seL4_Recv of a message", badge, SENDER)?;
    F::signal(signal);
    F::reply_recv(endpoint, info(LABEL, 0), Some(&mut badge), reply);
    same::<F>("seL4_ReplyRecv", badge, SIGNAL)?;
    give_way(|| ANSWERED.load(SeqCst) != 0);
    same::<F>("the answer's label", ANSWERED.load(SeqCst), LABEL)?;
    thread.suspend()
}

/// A system call that waits for a message returns with a signal that was already pending.
fn signalled<F: Form>(call: &str, signal: seL4_CPtr, receive: impl FnOnce(Option<&mut usize>)) -> Result<(), Failure> {
    F::signal(signal);
    let mut badge = 7;
    receive(Some(&mut badge));
    same::<F>(call, badge, SIGNAL)
}

fn calls<F: Form>(endpoint: usize) {
    let answer = F::call(endpoint, info(0, 0));
    ANSWERED.store(label(answer), SeqCst);
}

fn same<F: Form>(what: &str, found: usize, wanted: usize) -> Result<(), Failure> {
    ensure!(found == wanted, "{what} ({}): {found:#x}, not {wanted:#x}", F::NAME);
    Ok(())
}
