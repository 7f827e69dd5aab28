//! What one sender may add of what stays for ever.

/// How much senders may add; 0 sets no limit.
///
/// Only senders that a batch names are limited ([`crate::Batch::sender`]): imports, the chat's own
/// sources and administrators are not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quotas {
    /// People and channels that were not known before, by sender and by workspace, within an hour.
    pub new_ids_per_hour: u32,
    /// The same, within a day.
    pub new_ids_per_day: u32,
    /// Custom kinds of events in a workspace.
    pub kinds: u32,
    /// Workspaces that one sender may begin.
    pub workspaces: u32,
    /// Dead letters of a workspace; the oldest go.
    pub dead_letters: u32,
    /// Bytes of the dead letters of a workspace; the oldest go.
    pub dead_letter_bytes: u64,
    /// Room on the disk, in bytes, below which no events are taken.
    pub free_disk: u64,
}

impl Quotas {
    /// Returns quotas that limit nothing.
    pub const fn unlimited() -> Self {
        Self {
            new_ids_per_hour: 0,
            new_ids_per_day: 0,
            kinds: 0,
            workspaces: 0,
            dead_letters: 0,
            dead_letter_bytes: 0,
            free_disk: 0,
        }
    }
}
