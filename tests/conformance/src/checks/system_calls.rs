//! The system calls whose message is in the IPC buffer, in both forms: sent messages arrive, and
//! received ones are where they belong. Non-blocking calls do nothing if no thread waits.

use crate::ensure;
use crate::exchange::Exchange;
use crate::failure::{Checked, Failure, Outcome};
use crate::forms::{C, Form, Inline};
use crate::message::info;
use crate::partner::Partner;
use crate::root::Root;
use selfe_sys as sys;

/// Checks both forms with one partner.
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
    Exchange::of::<F>(partner, "seL4_Send").sends(|message, _| F::send(orders, message))?;
    Exchange::of::<F>(partner, "seL4_NBSend").sends(|message, _| F::nb_send(orders, message))?;
    Exchange::of::<F>(partner, "seL4_Call").calls(|message, _| F::call(orders, message))?;
    Exchange::of::<F>(partner, "seL4_Recv").receives(|sender, _| F::recv(side, sender, reply))?;
    Exchange::of::<F>(partner, "seL4_NBRecv").receives(|sender, _| F::nb_recv(side, sender, reply))?;
    Exchange::of::<F>(partner, "the answer").answers(|message, _| F::answer(reply, message))?;
    Exchange::of::<F>(partner, "seL4_ReplyRecv")
        .answers_and_receives(|message, sender, _| F::reply_recv(side, message, sender, reply))?;
    nothing_there::<F>(nobody, reply)
}

/// At an endpoint where no thread waits.
fn nothing_there<F: Form>(nobody: usize, reply: usize) -> Result<(), Failure> {
    F::nb_send(nobody, info(7, 5));
    let mut badge = 7;
    F::nb_recv(nobody, Some(&mut badge), reply);
    ensure!(
        badge == 0,
        "seL4_NBRecv ({}) of nothing: the badge is {badge:#x}",
        F::NAME
    );
    F::nb_recv(nobody, None, reply);
    Ok(())
}
