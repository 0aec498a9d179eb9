//! The system calls that exist only with `KernelIsMCS`, in both forms: receiving without a reply
//! object, and sending combined with receiving.

use crate::ensure;
use crate::exchange::Exchange;
use crate::failure::{Checked, Failure, Outcome};
use crate::forms::{self, C, Form, Inline};
use crate::partner::Partner;
use crate::root::Root;
use selfe_sys as sys;

pub fn check(root: &mut Root) -> Checked {
    let nobody = root.create(sys::seL4_EndpointObject)?;
    let partner = Partner::new(root)?;
    check_form::<C>(&partner, nobody)?;
    check_form::<Inline>(&partner, nobody)?;
    partner.stop()?;
    Ok(Outcome::Ok)
}

fn check_form<F: Form>(partner: &Partner, nobody: usize) -> Result<(), Failure> {
    let Partner {
        orders, side, reply, ..
    } = *partner;
    let in_buffer = |call| Exchange::of::<F>(partner, call);
    in_buffer("seL4_Wait").receives(|sender, _| F::wait_message(side, sender))?;
    in_buffer("seL4_NBWait").receives(|sender, _| F::nb_wait(side, sender))?;
    in_buffer("seL4_NBSendRecv")
        .sends_and_receives(|message, sender, _| F::nb_send_recv(orders, message, side, sender, reply))?;
    in_buffer("seL4_NBSendWait")
        .answers_and_receives(|message, sender, _| F::nb_send_wait(reply, message, side, sender))?;
    let by_pointers = |call| Exchange::by_pointers::<F>(partner, call);
    by_pointers("seL4_WaitWithMRs").receives(|sender, words| F::wait_words(side, sender, words))?;
    by_pointers("seL4_NBSendRecvWithMRs").sends_and_receives(|message, sender, words| {
        F::nb_send_recv_words(orders, message, side, sender, words, reply)
    })?;
    // On ia32 the function of libsel4.a with this name makes another system call, which does not
    // reply.
    if cfg!(target_arch = "x86") || !forms::is_c::<F>() {
        by_pointers("seL4_NBSendWaitWithMRs").answers_and_receives(|message, sender, words| {
            F::nb_send_wait_words(reply, message, side, sender, words)
        })?;
    }
    let mut badge = 7;
    F::nb_wait(nobody, Some(&mut badge));
    ensure!(
        badge == 0,
        "seL4_NBWait ({}) of nothing: the badge is {badge:#x}",
        F::NAME
    );
    F::nb_wait(nobody, None);
    Ok(())
}
