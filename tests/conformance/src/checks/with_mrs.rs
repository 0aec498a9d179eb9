//! The system calls that pass message words through pointers, in both forms: with all pointers,
//! some of them, and none.

use crate::exchange::Exchange;
use crate::failure::{Checked, Failure, Outcome};
use crate::forms::{self, C, Form, Inline};
use crate::partner::Partner;
use crate::root::Root;

/// Checks both forms with one partner.
pub fn check(root: &mut Root) -> Checked {
    let partner = Partner::new(root)?;
    check_form::<C>(&partner)?;
    check_form::<Inline>(&partner)?;
    partner.stop()?;
    Ok(Outcome::Ok)
}

fn check_form<F: Form>(partner: &Partner) -> Result<(), Failure> {
    let Partner {
        orders, side, reply, ..
    } = *partner;
    let exchange = |call| Exchange::by_pointers::<F>(partner, call);
    exchange("seL4_SendWithMRs").sends(|message, words| F::send_words(orders, message, words))?;
    exchange("seL4_NBSendWithMRs").sends(|message, words| F::nb_send_words(orders, message, words))?;
    exchange("seL4_CallWithMRs").calls(|message, words| F::call_words(orders, message, words))?;
    exchange("seL4_RecvWithMRs").receives(|sender, words| F::recv_words(side, sender, words, reply))?;
    exchange("the answer WithMRs").answers(|message, words| F::answer_words(reply, message, words))?;
    // With KernelIsMCS on ia32, the function of libsel4.a does not pass the reply object on.
    if cfg!(all(KernelIsMCS, target_arch = "x86")) && forms::is_c::<F>() {
        return Ok(());
    }
    exchange("seL4_ReplyRecvWithMRs")
        .answers_and_receives(|message, sender, words| F::reply_recv_words(side, message, sender, words, reply))
}
