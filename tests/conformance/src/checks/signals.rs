//! Notifications and yielding, in both forms, with and without a pointer for the badge.

use crate::ensure;
use crate::failure::{Checked, Failure, Outcome};
use crate::forms::{C, Form, Inline};
use crate::root::Root;
use crate::thread::Thread;
use core::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use selfe_sys as sys;

const FIRST: usize = 0x1_0001;
const SECOND: usize = 0x2_0010;

/// A notification, and a capability to it with each badge.
struct Notification {
    itself: usize,
    first: usize,
    second: usize,
}

/// Checks both forms.
pub fn check(root: &mut Root) -> Checked {
    let itself = root.create(sys::seL4_NotificationObject)?;
    let notification = Notification {
        itself,
        first: root.mint(itself, FIRST)?,
        second: root.mint(itself, SECOND)?,
    };
    check_form::<C>(root, &notification)?;
    check_form::<Inline>(root, &notification)?;
    Ok(Outcome::Ok)
}

fn check_form<F: Form>(root: &mut Root, notification: &Notification) -> Result<(), Failure> {
    let Notification { itself, first, second } = *notification;
    let poll = |when: &str, wanted| {
        let mut badge = 7;
        F::poll(itself, Some(&mut badge));
        same::<F>(when, badge, wanted)
    };
    poll("seL4_Poll before any signal", 0)?;
    F::signal(first);
    poll("seL4_Poll after seL4_Signal", FIRST)?;
    poll("seL4_Poll once more", 0)?;
    F::signal(first);
    F::signal(second);
    poll("seL4_Poll after two signals", FIRST | SECOND)?;
    F::signal(second);
    F::poll(itself, None);
    poll("seL4_Poll after one without a badge", 0)?;

    F::signal(second);
    let mut badge = 7;
    F::wait(itself, Some(&mut badge));
    same::<F>("seL4_Wait after a signal", badge, SECOND)?;
    F::signal(first);
    F::wait(itself, None);
    poll("seL4_Poll after seL4_Wait without a badge", 0)?;

    let thread = Thread::new(root, 0)?;
    thread.start(signals_and_yields::<F>, first)?;
    F::wait(itself, Some(&mut badge));
    same::<F>("seL4_Wait for another thread's signal", badge, FIRST)?;
    yields::<F>()?;
    thread.suspend()
}

static TURNS: AtomicUsize = AtomicUsize::new(0);

fn signals_and_yields<F: Form>(notification: usize) {
    F::signal(notification);
    loop {
        TURNS.fetch_add(1, SeqCst);
        F::r#yield();
    }
}

/// The other thread runs whenever this one yields, because both have the same priority. A timer
/// interrupt may occasionally give one of them an additional turn.
fn yields<F: Form>() -> Result<(), Failure> {
    const TIMES: usize = 100;
    let changed = (0..TIMES).filter(|_| {
        let before = TURNS.load(SeqCst);
        F::r#yield();
        TURNS.load(SeqCst) != before
    });
    let changed = changed.count();
    ensure!(
        changed > TIMES * 3 / 4,
        "seL4_Yield ({}): another thread ran {changed} of {TIMES} times",
        F::NAME
    );
    Ok(())
}

fn same<F: Form>(when: &str, badge: usize, wanted: usize) -> Result<(), Failure> {
    ensure!(
        badge == wanted,
        "{when} ({}): the badge is {badge:#x}, not {wanted:#x}",
        F::NAME
    );
    Ok(())
}
