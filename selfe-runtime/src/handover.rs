//! What the host hands over to the program when it packs the image.
//!
//! `selfe run` writes it into a copy of the program's file, where the section `.selfe.boot` keeps a
//! place for it. In a program that something else boots the place stays empty.

/// The longest proof.
const LONGEST: usize = 40;

/// The place. Its form is selfe's: a magic text, the size of the whole, and the proof behind its
/// length.
#[repr(C, align(16))]
struct Place {
    magic: [u8; 16],
    size: u32,
    length: u32,
    proof: [u8; LONGEST],
}

#[used]
#[cfg_attr(not(test), unsafe(link_section = ".selfe.boot"))]
static PLACE: Place = Place {
    magic: *b"\x7fselfe.handover\0",
    size: size_of::<Place>() as u32,
    length: 0,
    proof: [0; LONGEST],
};

/// What proves an exit to be this boot's root task's: it stands behind the code. Empty where
/// nothing was handed over.
#[inline]
pub(crate) fn proof() -> &'static [u8] {
    // The compiler knows which bytes it wrote there, and others stand there when the program runs:
    // it must not know whose these are.
    let place = core::hint::black_box(&raw const PLACE);
    // SAFETY: nobody writes to the place while the program runs. Its length is 0, or that of what
    // the host put into the field: it obeys the size in the place itself.
    unsafe {
        let length = (&raw const (*place).length).read_volatile();
        core::slice::from_raw_parts((&raw const (*place).proof).cast(), length as usize)
    }
}
