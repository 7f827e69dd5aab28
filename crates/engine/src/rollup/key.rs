//! What rows of rollups are counted by.

use serde::{Deserialize, Serialize};

/// Stands for "no message type" in a key.
pub const NO_MESSAGE_TYPE: u8 = u8::MAX;

/// What a row of a rollup is about; parts that a rollup does not keep are `None`.
pub trait RowKey: Copy + Ord + std::hash::Hash {
    /// Code of the kind of event.
    fn kind(&self) -> Option<u16> {
        None
    }
    /// Code of what a message carries.
    fn message_type(&self) -> Option<u8> {
        None
    }
    /// Number of the hour within the day (rows of days) or local hour (rows of months).
    fn slot(&self) -> Option<u8> {
        None
    }
    /// Number of the channel.
    fn channel(&self) -> Option<u32> {
        None
    }
    /// Number of the person.
    fn person(&self) -> Option<u32> {
        None
    }
    /// Whether bots did it.
    fn is_bot(&self) -> bool;
    /// Returns the number that rows are sorted by first, where that is a channel or a person.
    fn leading(&self) -> Option<u32> {
        self.channel().or_else(|| self.person())
    }
}

/// A workspace's hour, by kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct HourKey {
    /// Number of the hour within the day.
    pub slot: u8,
    /// Code of the kind of event.
    pub kind: u16,
    /// Code of what a message carries, or [`NO_MESSAGE_TYPE`].
    pub message_type: u8,
    /// Whether bots did it.
    pub is_bot: bool,
}

impl RowKey for HourKey {
    fn kind(&self) -> Option<u16> {
        Some(self.kind)
    }
    fn message_type(&self) -> Option<u8> {
        Some(self.message_type)
    }
    fn slot(&self) -> Option<u8> {
        Some(self.slot)
    }
    fn is_bot(&self) -> bool {
        self.is_bot
    }
}

/// A channel, by kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ChannelKey {
    /// Number of the channel.
    pub channel: u32,
    /// Code of the kind of event.
    pub kind: u16,
    /// Code of what a message carries, or [`NO_MESSAGE_TYPE`].
    pub message_type: u8,
    /// Whether bots did it.
    pub is_bot: bool,
}

impl RowKey for ChannelKey {
    fn kind(&self) -> Option<u16> {
        Some(self.kind)
    }
    fn message_type(&self) -> Option<u8> {
        Some(self.message_type)
    }
    fn channel(&self) -> Option<u32> {
        Some(self.channel)
    }
    fn is_bot(&self) -> bool {
        self.is_bot
    }
}

/// A channel's hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ChannelHourKey {
    /// Number of the channel.
    pub channel: u32,
    /// Number of the hour within the day; in months the local hour.
    pub slot: u8,
    /// Whether bots did it.
    pub is_bot: bool,
}

impl RowKey for ChannelHourKey {
    fn slot(&self) -> Option<u8> {
        Some(self.slot)
    }
    fn channel(&self) -> Option<u32> {
        Some(self.channel)
    }
    fn is_bot(&self) -> bool {
        self.is_bot
    }
}

/// A person in a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PairKey {
    /// Number of the channel.
    pub channel: u32,
    /// The person.
    pub person: PersonKey,
}

impl RowKey for PairKey {
    fn channel(&self) -> Option<u32> {
        Some(self.channel)
    }
    fn person(&self) -> Option<u32> {
        Some(self.person.number())
    }
    fn is_bot(&self) -> bool {
        self.person.is_bot()
    }
}

/// A person, or the same one acting as a bot: the number, twice, and one more for a bot. There are
/// many of these, so one number has to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PersonKey(u32);

impl PersonKey {
    /// Returns the key of a person.
    pub const fn new(person: u32, is_bot: bool) -> Self {
        Self(person << 1 | is_bot as u32)
    }

    /// Returns the number of the person.
    pub const fn number(self) -> u32 {
        self.0 >> 1
    }
}

impl RowKey for PersonKey {
    fn person(&self) -> Option<u32> {
        Some(self.number())
    }
    fn is_bot(&self) -> bool {
        self.0 & 1 == 1
    }
}
