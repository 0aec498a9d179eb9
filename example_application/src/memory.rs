//! What the boot info contains: the machine's nodes, and the root task's memory.

use core::fmt;
use selfe_start::{debug_print, debug_println};
use selfe_sys::{seL4_BootInfo, seL4_UntypedDesc};

/// The untyped memory of the root task: everything that the kernel does not use itself.
pub fn untyped(info: &seL4_BootInfo) -> &[seL4_UntypedDesc] {
    // Each capability has a description, in the same order.
    &info.untypedList[..info.untyped.end - info.untyped.start]
}

/// Prints it.
pub fn describe(info: &seL4_BootInfo) {
    debug_println!("Nodes (CPUs): {}, this is node {}", info.numNodes, info.nodeID);
    debug_println!("Free capability slots: {}", info.empty.end - info.empty.start);
    for (what, device) in [("RAM", false), ("devices", true)] {
        let of_kind = || {
            untyped(info)
                .iter()
                .filter(move |memory| (memory.isDevice != 0) == device)
        };
        let bytes: u64 = of_kind().map(|memory| 1 << memory.sizeBits).sum();
        debug_print!(
            "Untyped memory, {what}: {} in {} pieces",
            Size(bytes),
            of_kind().count()
        );
        // The size of each piece is a power of two, so there are few sizes and many pieces.
        let sizes = (0..u64::BITS as u8).filter(|&bits| of_kind().any(|memory| memory.sizeBits == bits));
        for (index, bits) in sizes.enumerate() {
            let count = of_kind().filter(|memory| memory.sizeBits == bits).count();
            let start = if index % 8 == 0 { "\n  " } else { ", " };
            debug_print!("{start}{count} x {}", Size(1 << bits));
        }
        debug_println!();
    }
}

/// A number of bytes, shown in a unit with few digits.
struct Size(u64);

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mut number, mut units) = (self.0, ["B", "KiB", "MiB", "GiB", "TiB"].iter());
        let mut unit = units.next();
        while number >= 10_000 || (number >= 1024 && number.is_multiple_of(1024)) {
            let Some(larger) = units.next() else { break };
            (number, unit) = (number / 1024, Some(larger));
        }
        write!(f, "{number} {}", unit.unwrap_or(&""))
    }
}
