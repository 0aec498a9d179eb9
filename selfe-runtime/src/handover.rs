//! What the host passes to the program when it packs the image.
//!
//! `selfe run` writes it into a copy of the program's file, at a place reserved in the section
//! `.selfe.boot`. If something else boots the program, the place stays empty.

/// The length of the longest proof.
const LONGEST: usize = 40;

/// The place. selfe defines its form: a magic text, the total size, and the length of the proof
/// followed by the proof.
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

/// The proof that an exit is this boot's root task's: it follows the code. Empty if nothing was
/// passed.
#[inline]
pub(crate) fn proof() -> &'static [u8] {
    // The compiler knows the bytes that it wrote there, but the host changes them: hide from it
    // where they come from.
    let place = core::hint::black_box(&raw const PLACE);
    // SAFETY: nothing writes to the place while the program runs. The length is 0, or that of the
    // proof that the host wrote, which fits into the size given in the place itself.
    unsafe {
        let length = (&raw const (*place).length).read_volatile();
        core::slice::from_raw_parts((&raw const (*place).proof).cast(), length as usize)
    }
}
