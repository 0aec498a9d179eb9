//! The boot info agrees with the kernel's configuration and is consistent.

use crate::ensure;
use crate::failure::{Checked, Outcome};
use crate::root::{PAGE, Root};
use selfe_runtime::tls;
use selfe_sys as sys;

/// The node count is that of the configuration, the slot regions lie in the CNode without
/// overlapping, untyped memory has valid sizes, and the frames cover the program.
pub fn check(root: &mut Root) -> Checked {
    let info = root.info;
    ensure!(
        info.numNodes >= 1 && info.nodeID == 0,
        "node {} of {}",
        info.nodeID,
        info.numNodes
    );
    let most = sys::CONFIG_MAX_NUM_NODES as usize;
    ensure!(
        info.numNodes == most,
        "the kernel was configured for {most} nodes and found {}",
        info.numNodes
    );
    let bits = sys::CONFIG_ROOT_CNODE_SIZE_BITS as usize;
    let found = info.initThreadCNodeSizeBits;
    ensure!(found == bits, "a CNode of {found} bits, configured {bits}");
    ensure!(info.initThreadDomain == 0, "domain {}", info.initThreadDomain);
    let buffer = info.ipcBuffer.addr();
    ensure!(
        buffer != 0 && buffer.is_multiple_of(1024),
        "an IPC buffer at {buffer:#x}"
    );
    ensure!(
        // SAFETY: this thread has an IPC buffer.
        unsafe { sys::seL4_GetIPCBuffer() } == info.ipcBuffer,
        "libsel4 knows another IPC buffer"
    );
    regions(root)?;
    memory(root)?;

    let frames = info.userImageFrames.end - info.userImageFrames.start;
    let extent = tls::extent();
    let pages = extent.end.div_ceil(PAGE) - extent.start / PAGE;
    ensure!(frames >= pages, "{frames} frames for a program of {pages} pages");
    #[cfg(KernelIsMCS)]
    {
        let controls = info.schedcontrol.end - info.schedcontrol.start;
        ensure!(
            controls == info.numNodes,
            "{controls} capabilities to the time of {} nodes",
            info.numNodes
        );
    }
    Ok(Outcome::Ok)
}

/// Slot regions lie inside the CNode, after the fixed slots, and do not overlap.
fn regions(root: &Root) -> Result<(), crate::failure::Failure> {
    let info = root.info;
    let slots = 1_usize << info.initThreadCNodeSizeBits;
    let regions = [
        ("empty", &info.empty),
        ("userImageFrames", &info.userImageFrames),
        ("userImagePaging", &info.userImagePaging),
        ("untyped", &info.untyped),
    ];
    for (index, (name, region)) in regions.iter().enumerate() {
        ensure!(
            region.start <= region.end && region.end <= slots,
            "{name}: {}..{} of {slots} slots",
            region.start,
            region.end
        );
        for (other, with) in &regions[..index] {
            let apart = region.end <= with.start || with.end <= region.start;
            ensure!(apart || region.start == region.end, "{name} overlaps {other}");
        }
    }
    ensure!(info.empty.end > info.empty.start, "there is no empty slot");
    Ok(())
}

/// Untyped memory has valid sizes and alignments, and some of it is ordinary memory.
fn memory(root: &Root) -> Result<(), crate::failure::Failure> {
    let info = root.info;
    let count = info.untyped.end - info.untyped.start;
    let list = &info.untypedList[..count];
    for memory in list {
        let bits = usize::from(memory.sizeBits);
        let possible = (sys::seL4_MinUntypedBits as usize..=sys::seL4_MaxUntypedBits as usize).contains(&bits);
        ensure!(possible, "untyped memory of {bits} bits");
        // The kernel aligns what it maps itself. Pieces outside that, such as some devices, may
        // start anywhere.
        let rest = memory.paddr & ((1 << bits) - 1);
        ensure!(
            rest == 0 || memory.isDevice != 0,
            "untyped memory of {bits} bits at {:#x}",
            memory.paddr
        );
    }
    ensure!(list.iter().any(|memory| memory.isDevice == 0), "there is no memory");
    Ok(())
}
