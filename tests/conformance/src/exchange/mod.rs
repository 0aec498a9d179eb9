//! The ways in which a system call exchanges messages with the partner, and the expected results.
//! They are the same for calls with the message in the IPC buffer and for those that pass words
//! through pointers, some of them null.

mod trial;

use crate::failure::Failure;
use crate::forms::{C, Calls, Form, REGISTERS, Words};
use crate::message::label;
use crate::partner::{ADDED, ANSWER, CALL, ITS, MOST, OURS, Partner, SEND};
use selfe_sys::seL4_MessageInfo_t;
use trial::Trial;

/// The tested lengths: no word, one word, all registers, one word more, and the maximum.
const LENGTHS: [usize; 5] = [0, 1, REGISTERS, REGISTERS + 1, MOST];

/// A mask of the pointers that are null.
const NULL: [usize; 4] = [0, usize::MAX, 0b0101, 0b1010];

/// A system call in one form.
pub struct Exchange<'a> {
    partner: &'a Partner,
    call: &'static str,
    form: &'static str,
    /// Whether it passes words through pointers.
    pointers: bool,
}

impl<'a> Exchange<'a> {
    /// A system call whose message is in the buffer.
    pub fn of<F: Form>(partner: &'a Partner, call: &'static str) -> Self {
        Exchange {
            partner,
            call,
            form: F::NAME,
            pointers: false,
        }
    }

    /// A system call that passes words through pointers.
    pub fn by_pointers<F: Form>(partner: &'a Partner, call: &'static str) -> Self {
        Exchange {
            pointers: true,
            ..Exchange::of::<F>(partner, call)
        }
    }

    /// Sends.
    pub fn sends(&self, call: impl Fn(seL4_MessageInfo_t, &mut Words)) -> Result<(), Failure> {
        self.each(|trial| {
            let (message, mut words) = trial.fill(0);
            let before = self.partner.noted().count;
            call(message, &mut words);
            self.partner.wait();
            trial.arrived(label(message), OURS, before + 1)
        })
    }

    /// Calls.
    pub fn calls(&self, call: impl Fn(seL4_MessageInfo_t, &mut Words) -> seL4_MessageInfo_t) -> Result<(), Failure> {
        self.each(|trial| {
            let (message, mut words) = trial.fill(ANSWER);
            let before = self.partner.noted().count;
            let answer = call(message, &mut words);
            trial.arrived(label(message), OURS, before + 1)?;
            trial.came((answer, &words), label(message) + ADDED, |index| !trial.sent(index))?;
            trial.rest_is_zero(&words)
        })
    }

    /// Receives.
    pub fn receives(&self, call: impl Fn(Option<&mut usize>, &mut Words) -> seL4_MessageInfo_t) -> Result<(), Failure> {
        self.each(|trial| {
            let message = trial.order(ANSWER | SEND);
            self.partner.settle();
            let mut words = trial.clear();
            let answer = trial.badge(ITS, |sender| call(sender, &mut words))?;
            trial.came((answer, &words), label(message) + ADDED, |index| !trial.pattern(index))
        })
    }

    /// Answers a call.
    pub fn answers(&self, call: impl Fn(seL4_MessageInfo_t, &mut Words)) -> Result<(), Failure> {
        self.each(|trial| {
            trial.order(ANSWER | CALL);
            C::recv(self.partner.side, None, self.partner.reply);
            let before = self.partner.noted().count;
            let (message, mut words) = trial.fill(0);
            call(message, &mut words);
            self.partner.wait();
            trial.arrived(label(message), 0, before + 1)
        })
    }

    /// Answers a call and receives a message.
    pub fn answers_and_receives(
        &self,
        call: impl Fn(seL4_MessageInfo_t, Option<&mut usize>, &mut Words) -> seL4_MessageInfo_t,
    ) -> Result<(), Failure> {
        self.each(|trial| {
            trial.order(ANSWER | CALL | SEND);
            C::recv(self.partner.side, None, self.partner.reply);
            let before = self.partner.noted().count;
            let (message, mut words) = trial.fill(0);
            let answer = trial.badge(ITS, |sender| call(message, sender, &mut words))?;
            trial.arrived(label(message), 0, before + 1)?;
            trial.came((answer, &words), label(message) + ADDED, |index| !trial.sent(index))?;
            trial.rest_is_zero(&words)
        })
    }

    /// Sends to a waiting thread and receives a message.
    #[cfg(KernelIsMCS)]
    pub fn sends_and_receives(
        &self,
        call: impl Fn(seL4_MessageInfo_t, Option<&mut usize>, &mut Words) -> seL4_MessageInfo_t,
    ) -> Result<(), Failure> {
        self.each(|trial| {
            self.partner.wait();
            let before = self.partner.noted().count;
            let (message, mut words) = trial.fill(SEND);
            let answer = trial.badge(ITS, |sender| call(message, sender, &mut words))?;
            trial.arrived(label(message), OURS, before + 1)?;
            trial.came((answer, &words), label(message) + ADDED, |index| !trial.sent(index))?;
            trial.rest_is_zero(&words)
        })
    }

    /// Tries all lengths and all masks of null pointers.
    fn each(&self, one: impl Fn(&Trial) -> Result<(), Failure>) -> Result<(), Failure> {
        let null = if self.pointers { NULL.as_slice() } else { &[0] };
        let mut number = 0;
        for length in LENGTHS {
            for (&null, with_sender) in null.iter().flat_map(|null| [(null, false), (null, true)]) {
                number += 1;
                one(&Trial {
                    exchange: self,
                    length,
                    null,
                    with_sender,
                    number,
                })?;
            }
        }
        Ok(())
    }
}
