//! Who called whom: a stack unwound by the tables in the program's file.
//!
//! Programs without frame pointers have them too: `.eh_frame`, or `.debug_frame` with debug
//! information.

use super::Reader;
use gimli::{BaseAddresses, CfaRule, RegisterRule, UnwindContext, UnwindSection};
use std::collections::BTreeMap;

/// The most calls that are followed: a stack may be damaged.
const MOST: usize = 128;

/// DWARF's numbers of registers.
type Registers = BTreeMap<u16, u64>;

/// The tables.
pub struct Tables {
    pub eh_frame: gimli::EhFrame<Reader>,
    pub debug_frame: gimli::DebugFrame<Reader>,
    pub bases: BaseAddresses,
}

/// A piece of a stack, and the registers of its thread.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stack {
    /// The registers, by DWARF's numbers.
    pub registers: Registers,
    /// The number of the stack pointer.
    pub pointer: u16,
    /// The instruction that runs.
    pub instruction: u64,
    /// The address of the words.
    pub start: u64,
    /// The words from there up.
    pub words: Vec<u64>,
    /// The bytes of a word.
    pub word_size: u64,
}

impl Stack {
    fn read(&self, address: u64) -> Option<u64> {
        let offset = address.checked_sub(self.start)?;
        let index = usize::try_from(offset / self.word_size).ok()?;
        (offset % self.word_size == 0)
            .then(|| self.words.get(index).copied())
            .flatten()
    }
}

impl Tables {
    /// The instructions, from the innermost: the one that runs, and then the last one of each call.
    pub fn unwind(&self, stack: &Stack, is_code: impl Fn(u64) -> bool) -> Vec<u64> {
        let mut instructions = vec![stack.instruction];
        let mut registers = stack.registers.clone();
        while instructions.len() < MOST {
            let instruction = instructions[instructions.len() - 1];
            let Some(caller) = self.caller(instruction, &mut registers, stack) else {
                break;
            };
            // The call is before the instruction that it returns to.
            let call = caller.wrapping_sub(1);
            if !is_code(call) {
                break;
            }
            instructions.push(call);
        }
        instructions
    }

    /// The address that a function returns to. The registers become those of its caller.
    fn caller(&self, instruction: u64, registers: &mut Registers, stack: &Stack) -> Option<u64> {
        step(&self.eh_frame, &self.bases, instruction, registers, stack)
            .or_else(|| step(&self.debug_frame, &self.bases, instruction, registers, stack))
    }
}

fn step<S: UnwindSection<Reader>>(
    section: &S,
    bases: &BaseAddresses,
    instruction: u64,
    registers: &mut Registers,
    stack: &Stack,
) -> Option<u64>
where
    S::Offset: gimli::UnwindOffset<usize>,
{
    let entry = section.fde_for_address(bases, instruction, S::cie_from_offset).ok()?;
    let mut context = UnwindContext::new();
    let row = entry
        .unwind_info_for_address(section, bases, &mut context, instruction)
        .ok()?;
    let frame = match row.cfa() {
        CfaRule::RegisterAndOffset { register, offset } => registers.get(&register.0)?.wrapping_add_signed(*offset),
        CfaRule::Expression(_) => return None,
    };
    let returns = entry.cie().return_address_register().0;
    let mut callers = registers.clone();
    let known: Vec<u16> = registers.keys().copied().chain([returns]).collect();
    for register in known {
        let value = match row.register(gimli::Register(register)) {
            Some(RegisterRule::Offset(offset)) => stack.read(frame.wrapping_add_signed(offset)),
            Some(RegisterRule::ValOffset(offset)) => Some(frame.wrapping_add_signed(offset)),
            Some(RegisterRule::Register(other)) => registers.get(&other.0).copied(),
            Some(RegisterRule::Undefined) if register == returns => None,
            // Not saved: it still has its value.
            _ => registers.get(&register).copied(),
        };
        match value {
            Some(value) => callers.insert(register, value),
            None => callers.remove(&register),
        };
    }
    callers.insert(stack.pointer, frame);
    *registers = callers;
    registers.get(&returns).copied()
}
