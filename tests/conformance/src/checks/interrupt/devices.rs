//! Memory-mapped timers: the address of one on each platform, and the values to write to it.

use crate::failure::{Failure, kernel};
use crate::root::{CNODE, DEPTH, Root};
use selfe_sys as sys;

/// A number for the register at an offset.
type Write = (usize, u32);

/// A device that can raise an interrupt.
struct Device {
    /// The platform's name in selfe.
    platform: &'static str,
    /// Its physical address.
    address: usize,
    /// Its interrupt number.
    irq: usize,
    /// Writes after which it fires within a second or two.
    set: &'static [Write],
    /// Writes that clear the interrupt.
    quiet: &'static [Write],
    /// A register that clears the interrupt when it is read.
    read: Option<usize>,
}

/// A counter of a Cadence triple timer: a single interval on a prescaled clock.
const TRIPLE_TIMER_SET: &[Write] = &[(0x0c, 1), (0x00, 0x0b), (0x24, 0x4000), (0x60, 1), (0x0c, 0x12)];
const TRIPLE_TIMER_QUIET: &[Write] = &[(0x0c, 1), (0x60, 0)];

const DEVICES: &[Device] = &[
    // A PL031 clock: counts seconds from 0, with an alarm at 1.
    Device {
        platform: "virt",
        address: 0x901_0000,
        irq: 34,
        set: &[(0x1c, 1), (0x08, 0), (0x04, 1), (0x10, 1)],
        quiet: &[(0x10, 0), (0x1c, 1)],
        read: None,
    },
    // A Goldfish clock: an alarm in the past fires at once.
    Device {
        platform: "qemu-riscv-virt",
        address: 0x10_1000,
        irq: 11,
        set: &[(0x10, 1), (0x0c, 0), (0x08, 1)],
        quiet: &[(0x14, 1), (0x1c, 1), (0x10, 0)],
        read: None,
    },
    // The second enhanced periodic timer: peripheral clock, compare value 0, counting down from a
    // load value.
    Device {
        platform: "sabre",
        address: 0x20d_4000,
        irq: 89,
        set: &[(0x00, 0), (0x04, 1), (0x08, 0x1_0000), (0x0c, 0), (0x00, 0x0102_000f)],
        quiet: &[(0x00, 0), (0x04, 1)],
        read: None,
    },
    Device {
        platform: "zynq7000",
        address: 0xf800_1000,
        irq: 42,
        set: TRIPLE_TIMER_SET,
        quiet: TRIPLE_TIMER_QUIET,
        read: Some(0x54),
    },
    Device {
        platform: "zynqmp",
        address: 0xff11_0000,
        irq: 68,
        set: TRIPLE_TIMER_SET,
        quiet: TRIPLE_TIMER_QUIET,
        read: Some(0x54),
    },
];

/// Exceptions: a platform, a sel4_arch, and the reason.
const NONE: &[(&str, &str, &str)] = &[
    ("spike", "riscv64", "QEMU's machine has no device that interrupts"),
    // seL4 16.0.0 maps the interrupt controller at the first address beyond the 32-bit range, and
    // hangs in the resulting fault.
    (
        "qemu-riscv-virt",
        "riscv32",
        "this kernel reaches for its interrupt controller beyond 32 bits and hangs",
    ),
];

/// A mapped device.
pub struct Timer {
    /// The interrupt handler capability.
    pub handler: usize,
    device: &'static Device,
    address: usize,
}

impl Timer {
    /// The platform's timer; the inner error says why there is none.
    pub fn find(root: &mut Root) -> Result<Result<Self, &'static str>, Failure> {
        let (platform, sel4_arch) = (sys::kernel::PLATFORM, sys::kernel::SEL4_ARCH);
        let mut none = NONE.iter();
        if let Some((_, _, why)) = none.find(|none| (none.0, none.1) == (platform, sel4_arch)) {
            return Ok(Err(why));
        }
        let Some(device) = DEVICES.iter().find(|device| device.platform == platform) else {
            return Ok(Err("no timer of this platform is known to this check"));
        };
        let Some(address) = root.device(device.address)? else {
            return Err(Failure::new(format_args!(
                "the boot info has no device at {:#x}",
                device.address
            )));
        };
        let timer = Timer {
            handler: root.slot()?,
            device,
            address,
        };
        timer.quiet()?;
        // SAFETY: the slot is empty.
        kernel("asking for the timer's interrupt", unsafe {
            let control = sys::seL4_CapIRQControl as _;
            sys::seL4_IRQControl_Get(control, device.irq as _, CNODE, timer.handler, DEPTH)
        })?;
        Ok(Ok(timer))
    }

    fn write(&self, writes: &[Write]) {
        for (offset, value) in writes {
            // SAFETY: the device's page is mapped, and the kernel does not use the device.
            unsafe { ((self.address + offset) as *mut u32).write_volatile(*value) };
        }
    }

    /// Programs it to fire soon.
    pub fn set(&self) -> Result<(), Failure> {
        self.write(self.device.set);
        Ok(())
    }

    /// Clears its interrupt.
    pub fn quiet(&self) -> Result<(), Failure> {
        self.write(self.device.quiet);
        if let Some(offset) = self.device.read {
            // SAFETY: the device's page is mapped.
            unsafe { ((self.address + offset) as *const u32).read_volatile() };
        }
        Ok(())
    }
}
