//! What the host hands over to the program when it packs the image.
//!
//! `selfe run` writes it into a copy of the program's file, where the section `.selfe.boot` keeps a place for it. In a program that
//! something else boots the place stays empty.

/// How long a nonce is at most.
const NONCE_LENGTH: usize = 32;

/// The place. Its form is selfe's: a magic text, the size of the whole, four bytes for later, what is handed over.
#[repr(C, align(16))]
struct Place {
    magic: [u8; 16],
    size: u32,
    later: u32,
    nonce: [u8; NONCE_LENGTH],
}

#[used]
#[cfg_attr(not(test), unsafe(link_section = ".selfe.boot"))]
static PLACE: Place = Place {
    magic: *b"\x7fselfe.handover\0",
    size: size_of::<Place>() as u32,
    later: 0,
    nonce: [0; NONCE_LENGTH],
};

/// The bytes of this boot's nonce, by which selfe knows what the program itself says of its end; none where there is none.
pub(crate) fn nonce() -> impl Iterator<Item = u8> {
    let bytes = (&raw const PLACE.nonce).cast::<u8>();
    // SAFETY: inside the field. Volatile, as the compiler knows the bytes that it wrote itself, and the loader puts others there.
    let byte = move |at| unsafe { bytes.add(at).read_volatile() };
    (0..NONCE_LENGTH).map(byte).take_while(|byte| *byte != 0)
}
