//! The usual combinations of access rights, which the headers have as calls of `seL4_CapRights_new`.
#![allow(non_upper_case_globals)]

use super::bindings::seL4_CapRights_t;

/// The arguments in the order of `seL4_CapRights_new`. Every kernel keeps them in the four lowest bits.
const fn rights(grant_reply: bool, grant: bool, read: bool, write: bool) -> seL4_CapRights_t {
    let bits = (grant_reply as u8) << 3 | (grant as u8) << 2 | (read as u8) << 1 | write as u8;
    seL4_CapRights_t { words: [bits as _] }
}

/// Read and write.
pub const seL4_ReadWrite: seL4_CapRights_t = rights(false, false, true, true);
/// Everything: read, write, grant and grant a reply.
pub const seL4_AllRights: seL4_CapRights_t = rights(true, true, true, true);
/// Read only.
pub const seL4_CanRead: seL4_CapRights_t = rights(false, false, true, false);
/// Write only.
pub const seL4_CanWrite: seL4_CapRights_t = rights(false, false, false, true);
/// Grant only: send capabilities, and a reply capability with them.
pub const seL4_CanGrant: seL4_CapRights_t = rights(false, true, false, false);
/// Grant a reply only.
pub const seL4_CanGrantReply: seL4_CapRights_t = rights(true, false, false, false);
/// Everything but write.
pub const seL4_NoWrite: seL4_CapRights_t = rights(true, true, true, false);
/// Everything but read.
pub const seL4_NoRead: seL4_CapRights_t = rights(true, true, false, true);
/// Nothing.
pub const seL4_NoRights: seL4_CapRights_t = rights(false, false, false, false);
