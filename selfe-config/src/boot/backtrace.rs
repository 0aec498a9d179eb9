//! The backtrace of a panic: the registers and the stack that the program sends, in words.
//!
//! selfe-runtime's module `backtrace` sends them: the registers in the order of its `capture` for
//! the architecture, then where the words begin, and the words of the stack.

use super::explain::Explainer;
use crate::arch::{RustArch, SeL4Arch};
use crate::symbols::{Frame, Stack};
use std::fmt::Write;

/// Where the functions are that only bring a panic about: what called the last of them is what
/// people look for. The program's entry is in the same crates.
const MACHINERY: &[&str] = &["core/src/panicking.rs", "selfe-runtime", "selfe-start", "selfe-test"];

impl Explainer {
    /// A backtrace as Rust's standard library prints it; none if the message is not of the expected
    /// form.
    pub fn backtrace(&self, message: &str) -> Option<String> {
        let stack = read(message, self.sel4_arch())?;
        let mut frames: Vec<Frame> = Vec::new();
        for call in self.symbols().calls(&stack) {
            frames.extend(self.symbols().frames(call));
        }
        let frames = of_program(&frames);
        if frames.is_empty() {
            return None;
        }
        let mut text = "stack backtrace:".to_owned();
        for (number, frame) in frames.iter().enumerate() {
            // Writing to a string never fails.
            let _ = write!(
                text,
                "\n{number:>4}: {}",
                frame.function.as_deref().unwrap_or("<unknown>")
            );
            if let (Some(file), Some(line)) = (&frame.file, frame.line) {
                let _ = write!(text, "\n             at {file}:{line}");
            }
        }
        Some(text)
    }
}

/// The frames without those that brought the panic about, and without the program's entry.
fn of_program(frames: &[Frame]) -> &[Frame] {
    let is_machinery = |frame: &&Frame| match (&frame.file, frame.function.as_deref()) {
        (Some(file), _) => MACHINERY.iter().any(|words| file.contains(words)),
        (None, function) => matches!(function, None | Some("_start")),
    };
    let skipped = frames.iter().take_while(is_machinery).count();
    let frames = &frames[skipped..];
    let entry = frames.iter().rev().take_while(is_machinery).count();
    &frames[..frames.len() - entry]
}

/// DWARF's numbers of the captured registers behind the instruction. The first is the stack
/// pointer. From the psABI documents of the architectures.
fn captured(arch: RustArch) -> Vec<u16> {
    match arch {
        RustArch::X86_64 => vec![7, 3, 6, 12, 13, 14, 15],
        RustArch::X86 => vec![4, 3, 5, 6, 7],
        RustArch::Aarch64 => std::iter::once(31).chain(19..=30).collect(),
        RustArch::Arm => std::iter::once(13).chain(4..=11).chain([14]).collect(),
        RustArch::Riscv64 | RustArch::Riscv32 => [2, 1, 8, 9].into_iter().chain(18..=27).collect(),
    }
}

fn read(message: &str, sel4_arch: SeL4Arch) -> Option<Stack> {
    let words: Option<Vec<u64>> = message
        .split(',')
        .map(|word| u64::from_str_radix(word, 16).ok())
        .collect();
    let numbers = captured(sel4_arch.rust_arch());
    let (registers, words) = words.as_deref()?.split_at_checked(numbers.len() + 1)?;
    let (instruction, registers) = registers.split_first()?;
    let (start, words) = words.split_first()?;
    Some(Stack {
        pointer: *numbers.first()?,
        registers: numbers.into_iter().zip(registers.iter().copied()).collect(),
        instruction: *instruction,
        start: *start,
        words: words.to_vec(),
        word_size: u64::from(sel4_arch.word_bits() / 8),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_program_s_own_calls_are_shown() {
        let frame = |function: &str, file: Option<&str>| Frame {
            function: Some(function.to_owned()),
            file: file.map(str::to_owned),
            line: Some(1),
        };
        let own = [frame("inner", Some("src/main.rs")), frame("main", Some("src/main.rs"))];
        let mut all = vec![
            frame("send", Some("/x/selfe-runtime/src/backtrace.rs")),
            frame("panic_fmt", Some("core/src/panicking.rs")),
        ];
        all.extend(own.clone());
        all.extend([
            frame("run", Some("selfe-start-0.2.0/src/boot.rs")),
            frame("_start", None),
        ]);
        assert_eq!(of_program(&all), own);
        assert!(of_program(&all[..2]).is_empty());
    }

    #[test]
    fn registers_come_before_the_stack() {
        let stack = read("401000,7f00,1,2,3,4,5,6,8000,aa,bb", SeL4Arch::X86_64).unwrap();
        assert_eq!(
            (stack.instruction, stack.pointer, stack.registers[&7]),
            (0x40_1000, 7, 0x7f00)
        );
        assert_eq!((stack.registers[&3], stack.registers[&15]), (1, 6));
        assert_eq!((stack.start, &stack.words[..]), (0x8000, &[0xaa, 0xbb][..]));
        assert_eq!(read("401000,7f00", SeL4Arch::X86_64), None);
        assert_eq!(read("401000,nothing", SeL4Arch::X86_64), None);
    }
}
