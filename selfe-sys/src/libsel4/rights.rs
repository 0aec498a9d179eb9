//! The usual combinations of access rights, which the headers have as calls of
//! `seL4_CapRights_new`.
#![allow(non_upper_case_globals)]

use super::bindings::seL4_CapRights_t;
// libsel4.a's can't be called where a constant is made.
use super::inline::seL4_CapRights_new;

/// Read and write.
pub const seL4_ReadWrite: seL4_CapRights_t = seL4_CapRights_new(0, 0, 1, 1);
/// Everything: read, write, grant and grant a reply.
pub const seL4_AllRights: seL4_CapRights_t = seL4_CapRights_new(1, 1, 1, 1);
/// Read only.
pub const seL4_CanRead: seL4_CapRights_t = seL4_CapRights_new(0, 0, 1, 0);
/// Write only.
pub const seL4_CanWrite: seL4_CapRights_t = seL4_CapRights_new(0, 0, 0, 1);
/// Grant only: send capabilities, and a reply capability with them.
pub const seL4_CanGrant: seL4_CapRights_t = seL4_CapRights_new(0, 1, 0, 0);
/// Grant a reply only.
pub const seL4_CanGrantReply: seL4_CapRights_t = seL4_CapRights_new(1, 0, 0, 0);
/// Everything but write.
pub const seL4_NoWrite: seL4_CapRights_t = seL4_CapRights_new(1, 1, 1, 0);
/// Everything but read.
pub const seL4_NoRead: seL4_CapRights_t = seL4_CapRights_new(1, 1, 0, 1);
/// Nothing.
pub const seL4_NoRights: seL4_CapRights_t = seL4_CapRights_new(0, 0, 0, 0);
