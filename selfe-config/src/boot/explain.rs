//! A fault in words: what the program did, and where.
//!
//! The kernel reports the processor's own numbers. What they mean is from the manuals of the
//! processors: the page fault error code of x86, the fault status registers of Arm (DFSR, ESR), and
//! the cause register of RISC-V.

use super::{End, Fault};
use crate::arch::SeL4Arch;
use crate::image::Program;
use crate::symbols::Symbols;
use std::cell::OnceCell;
use std::fmt::Write;

/// Explains the faults of a program.
pub struct Explainer {
    program: Program,
    sel4_arch: SeL4Arch,
    /// Read from the program once something has to be explained: most runs end well.
    symbols: OnceCell<Symbols>,
}

impl Explainer {
    /// For a program that runs on a kernel for that architecture.
    pub fn new(program: Program, sel4_arch: SeL4Arch) -> Self {
        Explainer {
            program,
            sel4_arch,
            symbols: OnceCell::new(),
        }
    }

    /// The program.
    pub fn program(&self) -> &Program {
        &self.program
    }

    /// The program's symbols.
    pub fn symbols(&self) -> &Symbols {
        self.symbols.get_or_init(|| Symbols::of(&self.program))
    }

    /// The kernel's architecture.
    pub(super) fn sel4_arch(&self) -> SeL4Arch {
        self.sel4_arch
    }

    /// What happened, where, and the kernel's own words.
    pub fn fault(&self, fault: &Fault) -> String {
        self.fault_with_backtrace(fault, None)
    }

    /// The same with a backtrace, which begins with the place; `sent` is the program's message.
    pub fn fault_with_backtrace(&self, fault: &Fault, sent: Option<&str>) -> String {
        let backtrace = sent.and_then(|sent| self.backtrace(sent));
        let place = match backtrace {
            Some(backtrace) => format!("\n{backtrace}"),
            None => place(&fault.instruction, self.symbols()),
        };
        let what = what_happened(fault, self.sel4_arch);
        format!("{what}{place}\nnote: the kernel reports: {fault}")
    }

    /// Why a run ended.
    pub fn end(&self, end: &End) -> String {
        match end {
            End::Faulted(fault) => {
                let advice = if fault.is_overflow { OVERFLOW_ADVICE } else { "" };
                format!(
                    "the root task faulted, and nobody handles the fault: {}{advice}",
                    self.fault(fault)
                )
            }
            End::OtherFaulted(fault) => format!(
                "a thread other than the root task's first one faulted, and nobody handles the fault: {}\nhelp: `--keep-going` lets the other threads run on",
                self.fault(fault)
            ),
            End::NotBooted(_) | End::Halted(_) => end.to_string(),
        }
    }
}

/// What to do about a stack overflow of the first thread.
const OVERFLOW_ADVICE: &str = "\nhelp: `entry!(main, stack_size = …)` makes the stack larger";

/// Addresses below this are those of a null pointer, or of a field of what it points to.
const NULL: u64 = 4096;

/// What happened, in words; what has no words here stays as the kernel reports it.
fn what_happened(fault: &Fault, sel4_arch: SeL4Arch) -> String {
    if fault.is_overflow {
        return "stack overflow: the stack grew into the guard page below it".to_owned();
    }
    explained(&fault.what, sel4_arch).unwrap_or_else(|| fault.what.clone())
}

fn explained(what: &str, sel4_arch: SeL4Arch) -> Option<String> {
    if let Some(rest) = what.strip_prefix("vm fault on data at address ") {
        let (address, status) = rest.split_once(" with status ")?;
        let (address, status) = (number(address)?, number(status)?);
        let access = access(status, sel4_arch);
        return Some(match address {
            0..NULL => format!("a null pointer was {access} (address {address:#x})"),
            _ => format!("memory at address {address:#x} was {access}, which is not mapped for that"),
        });
    }
    if let Some(rest) = what.strip_prefix("vm fault on code at address ") {
        let (address, _) = rest.split_once(" with status ")?;
        let address = number(address)?;
        return Some(match address {
            0..NULL => format!("a null function pointer was called (address {address:#x})"),
            _ => format!("the program jumped to address {address:#x}, where there is no code"),
        });
    }
    if let Some(rest) = what.strip_prefix("user exception ") {
        let (kind, _) = rest.split_once(" code ")?;
        return exception(number(kind)?, sel4_arch).map(str::to_owned);
    }
    for phase in ["send", "receive"] {
        let before = format!("cap fault in {phase} phase at address ");
        if let Some(address) = what.strip_prefix(before.as_str()) {
            let does = if phase == "send" { "sent or called" } else { "received" };
            return Some(format!(
                "the program {does} through the capability address {address}, which has no capability"
            ));
        }
    }
    if let Some(call) = what.strip_prefix("unknown syscall ") {
        return Some(format!("the kernel has no system call with the number {call}"));
    }
    what.strip_prefix("Timeout fault for ")
        .map(|_| "the scheduling context's budget was used up".to_owned())
}

/// How memory was accessed.
fn access(status: u64, sel4_arch: SeL4Arch) -> &'static str {
    let is_write = match sel4_arch {
        SeL4Arch::X86_64 | SeL4Arch::Ia32 => status & 1 << 1 != 0,
        SeL4Arch::Aarch64 => status & 1 << 6 != 0,
        SeL4Arch::Aarch32 => status & 1 << 11 != 0,
        // The syndrome of the hypervisor mode, in the form of aarch64.
        SeL4Arch::ArmHyp => status & 1 << 6 != 0,
        // Store misaligned, store access fault, store page fault.
        SeL4Arch::Riscv64 | SeL4Arch::Riscv32 => matches!(status, 6 | 7 | 15),
    };
    if is_write { "written" } else { "read" }
}

fn exception(number: u64, sel4_arch: SeL4Arch) -> Option<&'static str> {
    const ILLEGAL: &str = "illegal instruction: the processor does not have it, or the kernel has not enabled it";
    match sel4_arch {
        SeL4Arch::X86_64 | SeL4Arch::Ia32 => match number {
            0 => Some("an integer was divided by zero, or the quotient is too large"),
            1 | 3 => Some("breakpoint"),
            4 => Some("overflow"),
            6 => Some(ILLEGAL),
            7 => Some("a floating-point instruction was run, and this thread may not use the FPU"),
            12 => Some("an address on the stack is impossible"),
            13 => Some(
                "general protection: an impossible address, a misaligned access of a vector, or a privileged instruction",
            ),
            16 | 19 => Some("floating-point exception"),
            17 => Some("misaligned access"),
            _ => None,
        },
        // The kernel reports every undefined instruction as number 0.
        SeL4Arch::Aarch32 | SeL4Arch::ArmHyp => (number == 0).then_some(ILLEGAL),
        SeL4Arch::Aarch64 => match number >> 26 & 0x3f {
            0 => Some(ILLEGAL),
            0x07 => Some("a floating-point instruction was run, and this thread may not use the FPU"),
            0x22 => Some("the program jumped to a misaligned address"),
            0x26 => Some("the stack pointer is misaligned"),
            0x3c => Some("breakpoint: `brk`, with which Rust ends what can't be reached"),
            _ => None,
        },
        SeL4Arch::Riscv64 | SeL4Arch::Riscv32 => match number {
            0 => Some("the program jumped to a misaligned address"),
            2 => Some(ILLEGAL),
            3 => Some("breakpoint"),
            4 => Some("misaligned read"),
            6 => Some("misaligned write"),
            _ => None,
        },
    }
}

/// The functions of the faulting instruction, one per line, the innermost first; empty if the
/// program does not tell.
fn place(instruction: &str, symbols: &Symbols) -> String {
    let mut lines = String::new();
    for frame in number(instruction)
        .map(|address| symbols.frames(address))
        .unwrap_or_default()
    {
        // Writing to a string never fails.
        let _ = write!(lines, "\n  at {frame}");
    }
    lines
}

/// The kernel's `%p`: zero has no prefix.
fn number(text: &str) -> Option<u64> {
    u64::from_str_radix(text.strip_prefix("0x").unwrap_or(text), 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(what: &str, sel4_arch: SeL4Arch) -> String {
        let fault = Fault {
            what: what.to_owned(),
            instruction: "0x401000".to_owned(),
            thread: None,
            is_overflow: false,
        };
        what_happened(&fault, sel4_arch)
    }

    /// Statuses as the kernels of these architectures print them.
    #[test]
    fn a_null_pointer_is_read_or_written_on_every_architecture() {
        for (sel4_arch, read, write) in [
            (SeL4Arch::X86_64, "0x4", "0x6"),
            (SeL4Arch::Ia32, "0x4", "0x6"),
            (SeL4Arch::Aarch64, "0x92000006", "0x92000046"),
            (SeL4Arch::Aarch32, "0x5", "0x805"),
            (SeL4Arch::ArmHyp, "0x93830006", "0x93830046"),
            (SeL4Arch::Riscv64, "0xd", "0xf"),
            (SeL4Arch::Riscv32, "0x5", "0x7"),
        ] {
            for (status, access) in [(read, "read"), (write, "written")] {
                let what = format!("vm fault on data at address 0x10 with status {status}");
                assert_eq!(
                    told(&what, sel4_arch),
                    format!("a null pointer was {access} (address 0x10)")
                );
            }
        }
    }

    #[test]
    fn what_has_no_words_stays_the_kernel_s() {
        for what in [
            "user exception 0x99 code 0x1",
            "null fault",
            "vm fault on data at address x with status y",
        ] {
            assert_eq!(told(what, SeL4Arch::X86_64), what);
        }
        assert!(told("user exception 0x6 code 0", SeL4Arch::X86_64).starts_with("illegal instruction"));
        assert!(told("user exception 0xf200c470 code 0", SeL4Arch::Aarch64).starts_with("breakpoint"));
        assert!(told("cap fault in send phase at address 0x7", SeL4Arch::Ia32).contains("address 0x7"));
        assert!(told("vm fault on code at address 0 with status 0x14", SeL4Arch::X86_64).contains("called"));
        assert!(
            told(
                "vm fault on data at address 0x60000000 with status 0x6",
                SeL4Arch::X86_64
            )
            .contains("not mapped")
        );
    }

    #[test]
    fn an_overflow_is_told_first() {
        let fault = Fault {
            what: "vm fault on data at address 0x10 with status 0x6".to_owned(),
            instruction: "0x401000".to_owned(),
            thread: None,
            is_overflow: true,
        };
        assert!(what_happened(&fault, SeL4Arch::X86_64).starts_with("stack overflow"));
    }
}
