//! The one list of rollups, and what each keeps.

use serde::{Deserialize, Serialize};

use super::{
    key::{ChannelHourKey, ChannelKey, HourKey, PersonKey},
    rows::Rows,
    set::{Pairs, People, Term},
};

/// Number of the form of all blocks: raised with any change of what they hold or how, so that what
/// an older program wrote is made anew.
pub const FORMAT: u32 = 6;

/// Columns of rows by kind: of hours and of channels.
pub mod counted {
    /// Events, each by its weight.
    pub const WEIGHT: usize = 0;
    /// Words, each by the weight of its event.
    pub const WORDS: usize = 1;
    /// Messages that are replies in threads.
    pub const REPLIES: usize = 2;
}

/// Columns of rows by person.
pub mod person {
    /// Messages.
    pub const MESSAGES: usize = 0;
    /// Replies in threads.
    pub const REPLIES: usize = 1;
    /// Reactions.
    pub const REACTIONS: usize = 2;
    /// Files.
    pub const FILES: usize = 3;
    /// Events of any kind.
    pub const EVENTS: usize = 4;
    /// Days with activity; counted in months only.
    pub const DAYS: usize = 5;
    /// First activity.
    pub const FIRST: usize = 6;
    /// Last activity.
    pub const LAST: usize = 7;
    /// First event that was no activity.
    pub const SEEN: usize = 8;
    /// First sign-up event.
    pub const SIGNED_UP: usize = 9;
}

/// Over which span of local time one block of a rollup goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum BlockGrain {
    /// A local day.
    Day,
    /// A local calendar month, made from its days.
    Month,
}

impl BlockGrain {
    /// Returns the number under which it is stored, which never changes.
    pub const fn code(self) -> u8 {
        match self {
            Self::Day => 0,
            Self::Month => 1,
        }
    }
}

macro_rules! rollups {
    ($($(#[doc = $doc:literal])* $variant:ident $name:literal $content:ty, months: $months:literal;)*) => {
        /// What is kept of a span of time so that its events need not be read again.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Rollup {
            $($(#[doc = $doc])* $variant,)*
        }

        impl Rollup {
            /// Every rollup.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// Returns the name used in explanations, which is that of its table.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// Returns whether there are blocks of whole months beside those of days.
            pub const fn has_months(self) -> bool {
                match self { $(Self::$variant => $months,)* }
            }
        }

        /// A rollup of one span of time, put away.
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        pub enum Block {
            $($(#[doc = $doc])* $variant($content),)*
        }
    };
}

rollups! {
    /// Events of the workspace by hour, kind, message type and bot.
    Hours "workspace_hour" Rows<HourKey>, months: false;
    /// Events of each channel by kind, message type and bot.
    Channels "channel_day" Rows<ChannelKey>, months: true;
    /// Messages of each channel by hour and bot.
    ChannelHours "channel_hour" Rows<ChannelHourKey>, months: true;
    /// What each person did, and from when to when.
    Persons "user_day" Rows<PersonKey>, months: true;
    /// Who was active, who wrote, who wrote or reacted: exact sets.
    People "people_day" People, months: false;
    /// Who wrote or reacted in which channel.
    Pairs "user_channel_day" Pairs, months: true;
    /// Emoji, hosts of links and hashtags, with who used them.
    Terms "content_day" Vec<Term>, months: true;
    /// Events of the workspace by kind, message type and bot; the slot is always 0.
    Kinds "workspace_day" Rows<HourKey>, months: true;
    /// Messages of each channel by bot; the slot is always 0.
    ChannelMessages "channel_messages" Rows<ChannelHourKey>, months: true;
    /// The last message of each channel by bot; the slot is always 0.
    ChannelLast "channel_last" Rows<ChannelHourKey>, months: true;
}

impl Block {
    /// Returns the bytes that the block takes in memory.
    pub fn bytes(&self) -> usize {
        size_of::<Self>()
            + match self {
                Self::Hours(rows) | Self::Kinds(rows) => rows.bytes(),
                Self::Channels(rows) => rows.bytes(),
                Self::ChannelHours(rows)
                | Self::ChannelMessages(rows)
                | Self::ChannelLast(rows) => rows.bytes(),
                Self::Persons(rows) => rows.bytes(),
                Self::People(people) => people.bytes(),
                Self::Pairs(pairs) => pairs.bytes(),
                Self::Terms(terms) => terms.iter().map(Term::bytes).sum(),
            }
    }
}
