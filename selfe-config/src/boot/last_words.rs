//! Why the kernel, or the loader before it, stopped. The last lines that they print say the least.

use super::fault::Fault;
use std::collections::VecDeque;
use std::fmt;

/// How a boot, the kernel or the root task ended by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// The kernel did not boot, for the reason that it printed.
    NotBooted(String),
    /// The kernel halted while running, for the reason that it printed.
    Halted(String),
    /// Nobody handles a fault of the root task's first thread.
    Faulted(Fault),
    /// Nobody handles a fault of another thread.
    OtherFaulted(Fault),
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            End::NotBooted(reason) => write!(f, "the kernel did not boot: {reason}{}", advice(reason)),
            End::Halted(reason) => write!(f, "the kernel halted: {reason}"),
            End::Faulted(fault) => write!(f, "the root task faulted, and nobody handles the fault: {fault}"),
            End::OtherFaulted(fault) => write!(f, "a thread faulted, and nobody handles the fault: {fault}"),
        }
    }
}

/// What to do about a reason that the kernel prints when it does not boot.
const ADVICE: &[(&str, &str)] = &[
    (
        "can't add another cap",
        "raise KernelRootCNodeSizeBits in [sel4.config] of sel4.toml: the root task's pages and the memory's untyped objects take a slot each",
    ),
    (
        "Too many untyped regions",
        "raise KernelMaxNumBootinfoUntypedCaps in [sel4.config] of sel4.toml",
    ),
    (
        "no free memory region is big enough",
        "the machine's memory has no room for the root task's objects beside its image: make KernelRootCNodeSizeBits or the image smaller",
    ),
    (
        "vt-x:",
        "QEMU emulates no VT-x: set KernelVTX = false in [sel4.config] of sel4.toml, or use this computer's, if it has it: `selfe run --qemu -enable-kvm --qemu -cpu --qemu host …`, or `selfe simulate -- -enable-kvm -cpu host`",
    ),
    ("exceeds USER_TOP", "link the root task to lower addresses"),
    ("virtual end address too high", "link the root task to lower addresses"),
];

fn advice(reason: &str) -> String {
    let found = ADVICE.iter().find(|(words, _)| reason.contains(words));
    found.map(|(_, advice)| format!("\nhelp: {advice}")).unwrap_or_default()
}

/// How many lines are remembered: the longest text between a reason and the end is the kernel's
/// stack dump.
const REMEMBERED: usize = 48;

/// The last lines on the console.
#[derive(Debug, Default)]
pub struct Lines(VecDeque<String>);

/// Prefixes of lines that only say that it failed.
const NO_REASON: &[&str] = &["abort() called", "HALT due to call to abort()"];
/// The text of the kernel's last call of `fail`, after the reason was printed.
const FAILED_SOMEHOW: &[&str] = &["failed for some reason", "kernel init failed", "Kernel init failed"];
/// Prefixes of lines that give a reason. Of several in a row the first is the cause.
const REASON: &[&str] = &[
    "ERROR",
    "Error",
    "Kernel init:",
    "Can't ",
    "can't ",
    "Failed ",
    "no free memory slot",
];
/// What the kernel prints before it halts itself.
const BEFORE_HALT: &[&str] = &[
    "seL4 called fail at ",
    "seL4 failed assertion ",
    "Debug halt syscall from user thread ",
    "SysDebugSendIPI: not supported",
    ", halting",
];
/// The headings of the kernel's reports about its own faults.
const KERNEL_FAULT: &[&str] = &[
    "KERNEL DATA ABORT!",
    "KERNEL PREFETCH ABORT!",
    "KERNEL UNDEFINED INSTRUCTION!",
    "KERNEL INVALID VECTOR ENTRY!",
    "KERNEL ABORT (exception within s-mode)!",
    "========== KERNEL EXCEPTION ==========",
];

/// What follows the text that `fail` was called with, after a line break.
fn is_rest(line: &str) -> bool {
    line == "\""
}

impl Lines {
    /// Remembers a line that is not empty.
    pub(crate) fn push(&mut self, line: &str) {
        if self.0.len() == REMEMBERED {
            self.0.pop_front();
        }
        self.0.push_back(line.trim().to_owned());
    }

    /// The reason why a boot failed.
    pub(crate) fn boot_failure(&self) -> String {
        let begins = |line: &str, words: &[&str]| words.iter().any(|words| line.starts_with(words));
        let somehow = |line: &str| {
            let is_fail = line.starts_with(BEFORE_HALT[0]) && FAILED_SOMEHOW.iter().any(|words| line.contains(words));
            is_fail || is_rest(line) || begins(line, NO_REASON)
        };
        let mut lines = self.0.iter().rev().skip_while(|line| somehow(line));
        let Some(mut reason) = lines.next() else {
            return self
                .0
                .back()
                .cloned()
                .unwrap_or_else(|| "it did not say why".to_owned());
        };
        if !begins(reason, REASON) {
            return reason.clone();
        }
        for line in lines.take_while(|line| begins(line, REASON)) {
            reason = line;
        }
        reason.clone()
    }

    /// Why the kernel halted, if it said so; without a reason, the word `halting...` may be
    /// anybody's.
    pub(crate) fn halt(&self) -> Option<String> {
        let last = self.0.iter().rev().find(|line| !is_rest(line))?;
        if BEFORE_HALT.iter().any(|words| last.contains(words)) {
            return Some(last.clone());
        }
        let heading = self.0.iter().rposition(|line| KERNEL_FAULT.contains(&line.as_str()))?;
        let account: Vec<&str> = self.0.range(heading..).take(4).map(String::as_str).collect();
        Some(account.join("; "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Lines {
        let mut lines = Lines::default();
        text.lines().for_each(|line| lines.push(line));
        lines
    }

    #[test]
    fn the_cause_of_a_failed_boot_is_the_first_of_the_errors() {
        let reason = |text: &str| lines(text).boot_failure();
        let fail =
            "seL4 called fail at x/boot_sys.c:723 in function boot_sys, saying \"boot_sys failed for some reason :(\"";
        let cause = "ERROR: can't add another cap, all 4096 (=2^12) slots used";
        let arm = "seL4 called fail at x/boot.c:662 in function init_kernel, saying \"ERROR: kernel init failed\"";
        assert_eq!(reason(&format!("Starting node #0\n{cause}\n{fail}")), cause);
        assert_eq!(
            reason(&format!(
                "Bootstrapping kernel\n{cause}\nERROR: could not create all userland image frames\n{arm}"
            )),
            cause
        );
        assert_eq!(
            reason(&format!("ACPI: 1 CPU(s) detected\nvt-x: not supported\n{fail}")),
            "vt-x: not supported"
        );
        // A release kernel prints only the cause.
        assert_eq!(reason(&format!("Starting node #0\n{cause}")), cause);
        assert_eq!(
            reason("ERROR: the user image does not fit\nabort() called."),
            "ERROR: the user image does not fit"
        );
        assert_eq!(reason(fail), fail);
        assert_eq!(reason(""), "it did not say why");
        let other = "seL4 called fail at x/io.c:1 in function f, saying \"no such port\"";
        assert_eq!(reason(&format!("Starting\n{other}")), other);
    }

    #[test]
    fn a_halt_has_a_reason_or_is_none() {
        assert_eq!(lines("my own words").halt(), None);
        let said = "seL4 failed assertion 'x' at y.c:1 in function z";
        assert_eq!(lines(said).halt().as_deref(), Some(said));
        let abort = "KERNEL DATA ABORT!\nFaulting instruction: 0x8\nFAR: 0x0 ESR (DFSR): 0x5";
        assert_eq!(
            lines(abort).halt().as_deref(),
            Some("KERNEL DATA ABORT!; Faulting instruction: 0x8; FAR: 0x0 ESR (DFSR): 0x5")
        );
        for account in [
            "KERNEL UNDEFINED INSTRUCTION!\nFaulting instruction: 0x8\nHSR: 0x2000000",
            "KERNEL INVALID VECTOR ENTRY!\nVector: 0x380 (SError 64-bit EL1)\nESR: 0x0 FAR: 0x0",
        ] {
            assert_eq!(lines(account).halt(), Some(account.replace('\n', "; ")));
        }
        let ipi = "<<seL4(CPU 0) [handle_SysDebugSendIPI/212 T0x1 \"x\" @2]: SysDebugSendIPI: not supported on this architecture>>";
        assert_eq!(lines(ipi).halt().as_deref(), Some(ipi));
    }

    #[test]
    fn what_can_be_done_about_it_is_told() {
        let end = End::NotBooted("ERROR: can't add another cap, all 4096 (=2^12) slots used".to_owned());
        assert!(end.to_string().contains("help: raise KernelRootCNodeSizeBits"), "{end}");
    }
}
