//! The system calls of debug builds that return something to the program, in both forms.

use crate::failure::Checked;
#[cfg(not(KernelDebugBuild))]
use crate::failure::Outcome;
use crate::root::Root;

#[cfg(KernelDebugBuild)]
pub use debug_build::check;

/// The check does not apply.
#[cfg(not(KernelDebugBuild))]
pub fn check(_: &mut Root) -> Checked {
    Ok(Outcome::Skipped("the kernel is without KernelDebugBuild"))
}

#[cfg(KernelDebugBuild)]
mod debug_build {
    use super::{Checked, Root};
    use crate::ensure;
    use crate::failure::{Failure, Outcome};
    use crate::forms::{C, Debug, Form, Inline};
    use crate::root::{CNODE, TCB, VSPACE};
    use selfe_sys as sys;

    /// Both forms identify each capability alike.
    pub fn check(root: &mut Root) -> Checked {
        let caps = [
            ("an endpoint", root.create(sys::seL4_EndpointObject)?),
            ("a notification", root.create(sys::seL4_NotificationObject)?),
            ("a thread", TCB),
            ("a CNode", CNODE),
            ("an address space", VSPACE),
            ("an empty slot", root.slot()?),
        ];
        let kinds = caps.map(|(_, cap)| C::identify(cap));
        for ((what, cap), wanted) in caps.into_iter().zip(kinds) {
            let found = Inline::identify(cap);
            ensure!(
                found == wanted,
                "seL4_DebugCapIdentify of {what} is {found} inline, {wanted} in C"
            );
            let same = kinds.iter().filter(|kind| **kind == wanted).count();
            ensure!(
                same == 1,
                "seL4_DebugCapIdentify: {what} is {wanted}, as is something else"
            );
        }
        name::<C>(root)?;
        name::<Inline>(root)?;
        Ok(Outcome::Ok)
    }

    /// A name passes through the IPC buffer.
    fn name<F: Form + Debug>(root: &Root) -> Result<(), Failure> {
        let name = c"conformance";
        // SAFETY: the buffer is this thread's.
        let bytes = unsafe { (&raw mut (*root.info.ipcBuffer).msg).cast::<[u8; 16]>() };
        // SAFETY: as above.
        unsafe { bytes.write([0xff; 16]) };
        F::name_thread(TCB, name);
        // SAFETY: as above.
        let written = unsafe { bytes.read_volatile() };
        let (text, rest) = written.split_at(name.count_bytes() + 1);
        ensure!(
            text == name.to_bytes_with_nul() && rest.iter().all(|byte| *byte == 0xff),
            "seL4_DebugNameThread ({}): the buffer has {written:x?}",
            F::NAME
        );
        #[cfg(all(KernelEnableSMPSupport, sel4_release_at_least = "16"))]
        {
            let node = F::node(TCB);
            ensure!(
                node == 0,
                "seL4_DebugGetThreadAffinity ({}) of node 0 is {node}",
                F::NAME
            );
        }
        Ok(())
    }
}
