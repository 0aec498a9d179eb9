//! One message passed by a system call: what is sent, and whether it arrived intact.

use super::Exchange;
use crate::ensure;
use crate::failure::Failure;
use crate::forms::{C, Calls, REGISTERS, Words};
use crate::message::{info, label, words};
use crate::partner::{MOST, OTHERS};
use selfe_sys::seL4_MessageInfo_t;

/// The content of places without a message word.
const POISON: usize = usize::MAX / 17 * 3;

/// One message.
pub struct Trial<'a> {
    /// The system call.
    pub exchange: &'a Exchange<'a>,
    /// The number of words in the message.
    pub length: usize,
    /// A mask of the pointers that are null.
    pub null: usize,
    /// Whether the call takes a pointer for the sender's badge.
    pub with_sender: bool,
    /// The number of the trial, which makes its words and labels unique.
    pub number: usize,
}

/// The results of a system call that receives.
type Received<'a> = (seL4_MessageInfo_t, &'a Words);

impl Trial<'_> {
    /// A word of the message.
    pub fn pattern(&self, index: usize) -> usize {
        self.number.wrapping_mul(0x9e37_79b1) ^ (index + 1).wrapping_mul(usize::MAX / 0x1_0101)
    }

    /// A word as it is sent: 0 if its pointer is null.
    pub fn sent(&self, index: usize) -> usize {
        if self.by_pointer(index) && self.is_null(index) {
            0
        } else {
            self.pattern(index)
        }
    }

    fn by_pointer(&self, index: usize) -> bool {
        self.exchange.pointers && index < REGISTERS
    }

    fn is_null(&self, index: usize) -> bool {
        self.null >> index & 1 != 0
    }

    /// Writes the message, and returns its label and length, and the words for the pointers.
    pub fn fill(&self, order: usize) -> (seL4_MessageInfo_t, Words) {
        let word = |index| {
            if index < self.length {
                self.pattern(index)
            } else {
                POISON
            }
        };
        for index in 0..MOST {
            let word = if self.by_pointer(index) { POISON } else { word(index) };
            self.exchange.partner.set_word(index, word);
        }
        let words = core::array::from_fn(|index| (!self.is_null(index)).then(|| word(index)));
        (self.info(order), words)
    }

    fn info(&self, order: usize) -> seL4_MessageInfo_t {
        info(self.number << OTHERS | order, self.length)
    }

    /// Erases all traces of a message.
    pub fn clear(&self) -> Words {
        (0..MOST).for_each(|index| self.exchange.partner.set_word(index, POISON));
        core::array::from_fn(|index| (!self.is_null(index)).then_some(POISON))
    }

    /// Sends the partner a message that makes it start something.
    pub fn order(&self, order: usize) -> seL4_MessageInfo_t {
        let partner = self.exchange.partner;
        (0..self.length).for_each(|index| partner.set_word(index, self.pattern(index)));
        C::call(partner.orders, self.info(order));
        self.info(order)
    }

    /// Calls with a pointer for the badge, or with a null pointer.
    pub fn badge(
        &self,
        wanted: usize,
        call: impl FnOnce(Option<&mut usize>) -> seL4_MessageInfo_t,
    ) -> Result<seL4_MessageInfo_t, Failure> {
        if !self.with_sender {
            return Ok(call(None));
        }
        let mut badge = POISON;
        let info = call(Some(&mut badge));
        self.same(format_args!("the badge"), badge, wanted)?;
        Ok(info)
    }

    /// Checks that the partner received the message.
    pub fn arrived(&self, label: usize, badge: usize, count: usize) -> Result<(), Failure> {
        let partner = self.exchange.partner;
        let noted = partner.noted();
        self.same(format_args!("what the partner got"), noted.count, count)?;
        self.same(format_args!("the partner's label"), noted.label, label)?;
        self.same(format_args!("the partner's length"), noted.length, self.length)?;
        self.same(format_args!("the partner's badge"), noted.badge, badge)?;
        (0..self.length).try_for_each(|index| {
            let found = partner.noted_word(index);
            self.same(format_args!("the partner's word {index}"), found, self.sent(index))
        })
    }

    /// Checks that the message, and nothing else, is in the words and the buffer.
    pub fn came(
        &self,
        (message, by_pointer): Received<'_>,
        wanted_label: usize,
        wanted: impl Fn(usize) -> usize,
    ) -> Result<(), Failure> {
        self.same(format_args!("the label"), label(message), wanted_label)?;
        self.same(format_args!("the length"), words(message), self.length)?;
        for index in 0..self.length {
            let in_buffer = self.exchange.partner.word(index);
            match by_pointer.get(index).filter(|_| self.exchange.pointers) {
                None => self.same(format_args!("word {index}"), in_buffer, wanted(index))?,
                Some(word) => {
                    self.same(format_args!("word {index} of the buffer"), in_buffer, POISON)?;
                    if let Some(found) = *word {
                        self.same(format_args!("word {index}"), found, wanted(index))?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Words beyond the message's length are not read, and are returned as 0. libsel4 on ia32 does
    /// read them.
    pub fn rest_is_zero(&self, words: &Words) -> Result<(), Failure> {
        if !self.exchange.pointers || cfg!(target_arch = "x86") {
            return Ok(());
        }
        let rest = words.iter().enumerate().skip(self.length);
        rest.filter_map(|(index, word)| Some((index, (*word)?)))
            .try_for_each(|(index, word)| self.same(format_args!("word {index}, none of the message,"), word, 0))
    }

    fn same(&self, what: core::fmt::Arguments<'_>, found: usize, wanted: usize) -> Result<(), Failure> {
        let Exchange { call, form, .. } = self.exchange;
        ensure!(
            found == wanted,
            "{call} ({form}), {} words: {what} is {found:#x}, not {wanted:#x}",
            self.length
        );
        Ok(())
    }
}
