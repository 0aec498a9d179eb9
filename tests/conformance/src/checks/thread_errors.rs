//! The kernel's errors if a thread is configured wrongly: a wrong capability for one of its spaces,
//! a wrong buffer, or a priority beyond the authority's. Each wrong argument is tried among right
//! ones.

use crate::arch;
use crate::ensure;
use crate::failure::{Checked, Failure, Outcome};
use crate::forms::{C, Calls, Form, Inline, Spaces};
use crate::message::{info, label};
use crate::root::{CNODE, PAGE, Root, VSPACE};
use selfe_sys as sys;
use selfe_sys::{seL4_CPtr, seL4_Error};

/// Right arguments, and wrong ones.
struct Parts {
    tcb: seL4_CPtr,
    spaces: Spaces,
    buffer: usize,
    frame: seL4_CPtr,
    endpoint: seL4_CPtr,
    /// An address space that is not in use yet, and has no ASID.
    unassigned: seL4_CPtr,
    empty: seL4_CPtr,
}

/// Checks both forms.
pub fn check(root: &mut Root) -> Checked {
    let endpoint = root.create(sys::seL4_EndpointObject)?;
    let (frame, buffer) = root.page()?;
    let parts = Parts {
        tcb: root.create(sys::seL4_TCBObject)?,
        spaces: Spaces {
            fault_endpoint: endpoint,
            cspace: CNODE,
            vspace: VSPACE,
        },
        buffer,
        frame,
        endpoint,
        unassigned: root.create(arch::VSPACE_OBJECT)?,
        empty: root.slot()?,
    };
    configure::<C>(&parts)?;
    configure::<Inline>(&parts)?;
    set_space::<C>(&parts)?;
    set_space::<Inline>(&parts)?;
    others::<C>(&parts)?;
    others::<Inline>(&parts)?;
    truncated(&parts)?;
    Ok(Outcome::Ok)
}

fn configure<F: Form>(parts: &Parts) -> Result<(), Failure> {
    let &Parts {
        tcb,
        spaces,
        buffer,
        frame,
        endpoint,
        empty,
        ..
    } = parts;
    let answers = |what: &str, code, wanted| answers::<F>("seL4_TCB_Configure", what, code, wanted);
    for (what, spaces, wanted) in wrong_spaces(parts) {
        answers(what, F::configure(tcb, spaces, buffer, frame), wanted)?;
    }
    answers(
        "with an endpoint for the buffer's frame",
        F::configure(tcb, spaces, buffer, endpoint),
        sys::seL4_IllegalOperation,
    )?;
    answers(
        "with a buffer that is not aligned",
        F::configure(tcb, spaces, buffer + 8, frame),
        sys::seL4_AlignmentError,
    )?;
    answers(
        "of an empty slot",
        F::configure(empty, spaces, buffer, frame),
        sys::seL4_InvalidCapability,
    )?;
    answers(
        "of a CNode",
        F::configure(CNODE, spaces, buffer, frame),
        sys::seL4_IllegalOperation,
    )?;
    answers(
        "without a buffer",
        F::configure(tcb, spaces, 0, empty),
        sys::seL4_NoError,
    )?;
    answers(
        "with all that it needs",
        F::configure(tcb, spaces, buffer, frame),
        sys::seL4_NoError,
    )
}

fn set_space<F: Form>(parts: &Parts) -> Result<(), Failure> {
    let &Parts { tcb, spaces, empty, .. } = parts;
    let answers = |what: &str, code, wanted| answers::<F>("seL4_TCB_SetSpace", what, code, wanted);
    for (what, spaces, wanted) in wrong_spaces(parts) {
        answers(what, F::set_space(tcb, spaces), wanted)?;
    }
    // Without KernelIsMCS it is an address, which is looked up only at a fault.
    let wanted = match cfg!(KernelIsMCS) {
        true => sys::seL4_InvalidCapability,
        false => sys::seL4_NoError,
    };
    let wrong = Spaces {
        fault_endpoint: CNODE,
        ..spaces
    };
    answers("with a CNode for the fault endpoint", F::set_space(tcb, wrong), wanted)?;
    answers(
        "of an empty slot",
        F::set_space(empty, spaces),
        sys::seL4_InvalidCapability,
    )?;
    answers("with all that it needs", F::set_space(tcb, spaces), sys::seL4_NoError)
}

/// Spaces that no thread can have, and the reason.
fn wrong_spaces(parts: &Parts) -> [(&'static str, Spaces, seL4_Error); 5] {
    let &Parts {
        spaces,
        endpoint,
        unassigned,
        empty,
        ..
    } = parts;
    let cspace = |cspace| Spaces { cspace, ..spaces };
    let vspace = |vspace| Spaces { vspace, ..spaces };
    [
        (
            "with an endpoint for the root CNode",
            cspace(endpoint),
            sys::seL4_IllegalOperation,
        ),
        (
            "with an empty slot for the root CNode",
            cspace(empty),
            sys::seL4_IllegalOperation,
        ),
        (
            "with a CNode for the address space",
            vspace(CNODE),
            sys::seL4_IllegalOperation,
        ),
        (
            "with an empty slot for the address space",
            vspace(empty),
            sys::seL4_IllegalOperation,
        ),
        (
            "with an address space that has no identifier",
            vspace(unassigned),
            sys::seL4_IllegalOperation,
        ),
    ]
}

/// Sets the buffer and the priority separately.
fn others<F: Form>(parts: &Parts) -> Result<(), Failure> {
    let &Parts {
        tcb,
        buffer,
        frame,
        endpoint,
        ..
    } = parts;
    let set_buffer = "seL4_TCB_SetIPCBuffer";
    let code = F::set_buffer_frame(tcb, buffer, endpoint);
    answers::<F>(set_buffer, "with an endpoint", code, sys::seL4_IllegalOperation)?;
    let code = F::set_buffer_frame(tcb, buffer + PAGE / 2 + 8, frame);
    answers::<F>(set_buffer, "that is not aligned", code, sys::seL4_AlignmentError)?;
    let set_priority = "seL4_TCB_SetPriority";
    // The thread's own TCB, which has no maximum controlled priority.
    let code = F::set_priority(tcb, tcb, 1);
    answers::<F>(set_priority, "beyond the right to", code, sys::seL4_RangeError)?;
    let code = F::set_priority(tcb, endpoint, 0);
    answers::<F>(set_priority, "by the right of none", code, sys::seL4_InvalidCapability)
}

/// A message without any of the arguments.
fn truncated(parts: &Parts) -> Result<(), Failure> {
    for (call, number) in [
        ("seL4_TCB_Configure", sys::TCBConfigure),
        ("seL4_TCB_SetSpace", sys::TCBSetSpace),
    ] {
        let code = label(Inline::call(parts.tcb, info(number as usize, 0))) as seL4_Error;
        answers::<Inline>(call, "without arguments", code, sys::seL4_TruncatedMessage)?;
    }
    Ok(())
}

fn answers<F: Form>(call: &str, what: &str, code: seL4_Error, wanted: seL4_Error) -> Result<(), Failure> {
    ensure!(
        code == wanted,
        "{call} ({}) {what}: the kernel answered {code}, not {wanted}",
        F::NAME
    );
    Ok(())
}
