//! The one list of rollups, and what each keeps.

use domain::{
    event::Kind,
    metric::{Aggregate, Condition, Key, Metric, Part, Predicate, Quantity},
};
use serde::{Deserialize, Serialize};

use super::{
    key::{ChannelHourKey, ChannelKey, HourKey, PairKey, PersonKey},
    numbers::Numbers,
    rows::Rows,
    set::{Pairs, People},
    terms::Term,
};
use crate::analysis::{Sessions, responses::Replies};

/// Number of how all blocks are packed: raised with any change of that, so that what an older program
/// wrote is made anew. A change of one rollup raises [`Rollup::form`].
pub const FORMAT: u32 = 6;

/// What rows or sets of a rollup may be told apart by, beside bots and days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowPart {
    /// The hour of elapsed time.
    Hour,
    /// The local hour of day.
    HourOfDay,
    /// The kind of event and what a message carries.
    Kind,
    /// The channel.
    Channel,
    /// The person.
    Person,
    /// A term of the text.
    Term,
    /// More of the event than any rollup keeps.
    Event,
}

/// What a rollup keeps of the events of a row: a column of numbers, or a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measure {
    /// What is taken.
    pub aggregate: Aggregate,
    /// From which of the rollup's events.
    pub predicate: Predicate,
}

const fn count(predicate: Predicate) -> Measure {
    Measure {
        aggregate: Aggregate::Count,
        predicate,
    }
}

const fn distinct(key: Key, predicate: Predicate) -> Measure {
    Measure {
        aggregate: Aggregate::Distinct(key),
        predicate,
    }
}

const fn first(predicate: Predicate) -> Measure {
    Measure {
        aggregate: Aggregate::First,
        predicate,
    }
}

const fn last(predicate: Predicate) -> Measure {
    Measure {
        aggregate: Aggregate::Last,
        predicate,
    }
}

const SIGN_UP: Predicate = Predicate(&[Condition::Kind(&[Kind::SignedUp])]);

/// Columns of rows by kind: of hours, days and channels.
pub(crate) const BY_KIND: [Measure; 6] = [
    count(Predicate::ALL),
    Measure {
        aggregate: Aggregate::Sum(Quantity::Words),
        predicate: Predicate::ALL,
    },
    count(Predicate::REPLIES),
    count(Predicate::READABLE),
    count(Predicate::QUESTIONS),
    Measure {
        aggregate: Aggregate::Sum(Quantity::Mentions),
        predicate: Predicate::MESSAGES,
    },
];
/// Columns of the messages of channels.
pub(crate) const OF_CHANNEL: [Measure; 1] = [count(Predicate::MESSAGES)];
/// Columns of when there were messages in channels.
pub(crate) const TIMES_OF_CHANNEL: [Measure; 2] =
    [last(Predicate::MESSAGES), first(Predicate::MESSAGES)];
/// Columns of what people write in channels.
pub(crate) const OF_WRITER: [Measure; 2] = [count(Predicate::MESSAGES), last(Predicate::MESSAGES)];
/// Columns of people.
pub(crate) const OF_PERSON: [Measure; 10] = [
    count(Predicate::MESSAGES),
    count(Predicate::REPLIES),
    count(Metric::Reactions.definition().predicate),
    count(Metric::Files.definition().predicate),
    count(Predicate::ALL),
    // Counted in months only: of a day it is seen from the set of the active.
    distinct(Key::LocalDay, Predicate::ACTIVITY),
    first(Predicate::ACTIVITY),
    last(Predicate::ACTIVITY),
    first(Predicate::ALL),
    first(SIGN_UP),
];
/// Sets of people.
pub(crate) const SETS: [Measure; 12] = [
    distinct(Key::Person, Predicate::ACTIVITY),
    distinct(Key::Person, Predicate::MESSAGES),
    distinct(Key::Person, Predicate::ENGAGEMENT),
    distinct(Key::Person, Metric::Reactors.definition().predicate),
    distinct(Key::Person, Predicate::REPLIES),
    distinct(Key::Person, Metric::FileSharers.definition().predicate),
    distinct(Key::Person, Predicate::VOICE),
    distinct(Key::Person, Metric::Searchers.definition().predicate),
    distinct(Key::Person, Metric::Callers.definition().predicate),
    distinct(Key::Person, Metric::ScreenSharers.definition().predicate),
    distinct(Key::Person, Metric::Pinners.definition().predicate),
    distinct(Key::Person, Metric::Readers.definition().predicate),
];
/// What is known of each pair of channel and person; the channels of a person are seen from the first.
pub(crate) const OF_PAIR: [Measure; 5] = [
    distinct(Key::Person, Predicate::MESSAGES),
    distinct(Key::Person, Predicate::ENGAGEMENT),
    distinct(Key::Channel, Predicate::MESSAGES),
    distinct(Key::Person, Metric::Reactors.definition().predicate),
    distinct(Key::Person, Metric::Readers.definition().predicate),
];

// What is known of a pair has a bit each, beside the one that says bot.
const _: () = assert!(OF_PAIR.len() < 8);

/// Places of columns of people that analyses read.
pub mod person {
    /// Days with activity.
    pub const DAYS: usize = 5;
    /// First activity.
    pub const FIRST: usize = 6;
    /// Last activity.
    pub const LAST: usize = 7;
    /// First event of any kind.
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
    /// A local day, made from its events and those of 24 hours before and after it.
    DayInContext,
}

impl BlockGrain {
    /// Returns the number under which it is stored, which never changes.
    pub const fn code(self) -> u8 {
        match self {
            Self::Day => 0,
            Self::Month => 1,
            Self::DayInContext => 2,
        }
    }

    /// Returns the grain that is stored under a number.
    pub const fn of_code(code: u8) -> Option<Self> {
        match code {
            0 => Some(Self::Day),
            1 => Some(Self::Month),
            2 => Some(Self::DayInContext),
            _ => None,
        }
    }
}

macro_rules! rollups {
    ($($(#[doc = $doc:literal])* $variant:ident $name:literal $content:ty, of: $base:expr, by: $parts:expr, keeps: $measures:expr, grains: $grains:expr, form: $form:literal;)*) => {
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

            /// Returns which events it holds: those with these.
            pub const fn base(self) -> &'static [Condition] {
                match self { $(Self::$variant => $base,)* }
            }

            /// Returns what its rows are told apart by.
            pub const fn parts(self) -> &'static [RowPart] {
                match self { $(Self::$variant => $parts,)* }
            }

            /// Returns what it keeps, in the order of its columns.
            pub const fn measures(self) -> &'static [Measure] {
                match self { $(Self::$variant => $measures,)* }
            }

            /// Returns over which spans there are blocks of it.
            pub const fn grains(self) -> &'static [BlockGrain] {
                match self { $(Self::$variant => $grains,)* }
            }

            /// Returns the number of the form of its blocks: raised with any change of what they hold,
            /// so that those of an older program are counted anew, and no others.
            pub const fn form(self) -> u32 {
                match self { $(Self::$variant => $form,)* }
            }
        }

        /// A rollup of one span of time, put away.
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        pub enum Block {
            $($(#[doc = $doc])* $variant($content),)*
        }

        impl Block {
            /// Returns which rollup it is of.
            pub const fn rollup(&self) -> Rollup {
                match self { $(Self::$variant(_) => Rollup::$variant,)* }
            }
        }
    };
}

const PERSON: Condition = Condition::Has(Part::Person);
const CHANNEL: Condition = Condition::Has(Part::Channel);
const FILE: Condition = Condition::Kind(&[Kind::FileShared]);

const DAYS: &[BlockGrain] = &[BlockGrain::Day];
const DAYS_AND_MONTHS: &[BlockGrain] = &[BlockGrain::Day, BlockGrain::Month];

// In the order in which they are tried for a question: those that cost least come first.
rollups! {
    /// Events of the workspace by kind, message type and bot; the slot is always 0.
    Kinds "workspace_day" Rows<HourKey>, of: &[], by: &[RowPart::Kind], keeps: &BY_KIND, grains: DAYS_AND_MONTHS, form: 2;
    /// Who was active, who wrote, who reacted, who read, and who used which feature: exact sets.
    People "people_day" People, of: &[PERSON], by: &[], keeps: &SETS, grains: DAYS, form: 5;
    /// Messages of each channel by bot; the slot is always 0.
    ChannelMessages "channel_messages" Rows<ChannelHourKey>, of: &[CHANNEL], by: &[RowPart::Channel], keeps: &OF_CHANNEL, grains: DAYS_AND_MONTHS, form: 1;
    /// The last message of each channel by bot, and the first; the slot is always 0.
    ChannelLast "channel_last" Rows<ChannelHourKey>, of: &[CHANNEL], by: &[RowPart::Channel], keeps: &TIMES_OF_CHANNEL, grains: DAYS_AND_MONTHS, form: 2;
    /// What each person did, and from when to when; an event counts once, whatever its weight.
    Persons "user_day" Rows<PersonKey>, of: &[PERSON], by: &[RowPart::Person], keeps: &OF_PERSON, grains: DAYS_AND_MONTHS, form: 2;
    /// Who wrote, reacted or read in which channel.
    Pairs "user_channel_day" Pairs, of: &[PERSON, CHANNEL], by: &[RowPart::Channel, RowPart::Person], keeps: &OF_PAIR, grains: DAYS_AND_MONTHS, form: 4;
    /// Events of the workspace by hour, kind, message type and bot.
    Hours "workspace_hour" Rows<HourKey>, of: &[], by: &[RowPart::Hour, RowPart::HourOfDay, RowPart::Kind], keeps: &BY_KIND, grains: DAYS, form: 2;
    /// Messages of each channel by hour and bot.
    ChannelHours "channel_hour" Rows<ChannelHourKey>, of: &[CHANNEL], by: &[RowPart::Channel, RowPart::HourOfDay], keeps: &OF_CHANNEL, grains: DAYS_AND_MONTHS, form: 1;
    /// Events of each channel by kind, message type and bot.
    Channels "channel_day" Rows<ChannelKey>, of: &[CHANNEL], by: &[RowPart::Channel, RowPart::Kind], keeps: &BY_KIND, grains: DAYS_AND_MONTHS, form: 2;
    /// Emoji, links by address, host and domain, and hashtags, with who used them.
    Terms "content_day" Vec<Term>, of: &[], by: &[RowPart::Term], keeps: &[], grains: DAYS_AND_MONTHS, form: 4;
    /// Shared files by name, ending, kind and hash, with their bytes and who shared them.
    Files "file_day" Vec<Term>, of: &[FILE], by: &[RowPart::Term], keeps: &[], grains: DAYS_AND_MONTHS, form: 1;
    /// Events of one kind by the value of a property, with whose they are.
    Properties "property_day" Vec<Term>, of: &[], by: &[RowPart::Term], keeps: &[], grains: DAYS_AND_MONTHS, form: 1;
    /// Messages of each person in each channel, and the last of them; an event counts once, whatever its weight.
    Writers "user_channel_messages" Rows<PairKey>, of: &[PERSON, CHANNEL], by: &[RowPart::Channel, RowPart::Person], keeps: &OF_WRITER, grains: DAYS_AND_MONTHS, form: 1;
    /// Numbers that events have, counted by value. No metric is computed from it.
    Numbers "number_day" Numbers, of: &[], by: &[], keeps: &[], grains: DAYS, form: 1;
    /// Replies: who answered whom and when, and which messages wait for an answer. No metric is computed from it.
    Replies "replies_day" Replies, of: &[], by: &[], keeps: &[], grains: &[BlockGrain::DayInContext], form: 3;
    /// Sessions: who stayed from when to when. No metric is computed from it.
    Sessions "sessions_day" Sessions, of: &[], by: &[], keeps: &[], grains: &[BlockGrain::DayInContext], form: 1;
}

impl Rollup {
    /// Returns the rollups that have blocks over a span.
    pub fn of(grain: BlockGrain) -> impl Iterator<Item = Self> {
        let all = Self::ALL.iter().copied();
        all.filter(move |rollup| rollup.has(grain))
    }

    /// Returns whether it is made of details of events, which cost the most to read.
    pub const fn reads_details(self) -> bool {
        matches!(
            self,
            Self::Terms | Self::Files | Self::Properties | Self::Numbers
        )
    }

    /// Returns whether its numbers count events as they are, and not by their weights.
    pub const fn is_unweighted(self) -> bool {
        matches!(self, Self::Persons | Self::Writers)
    }

    /// Returns whether it has blocks over a span.
    pub fn has(self, grain: BlockGrain) -> bool {
        self.grains().contains(&grain)
    }
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
                Self::Terms(terms) | Self::Files(terms) | Self::Properties(terms) => {
                    terms.iter().map(Term::bytes).sum()
                }
                Self::Writers(rows) => rows.bytes(),
                Self::Numbers(numbers) => numbers.bytes(),
                Self::Replies(replies) => replies.bytes(),
                Self::Sessions(sessions) => sessions.bytes(),
            }
    }
}
