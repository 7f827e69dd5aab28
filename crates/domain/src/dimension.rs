//! The one registry of dimensions: name, what the keys are, and where an event has them from.
//!
//! A dimension is one declaration. From its [`KeyKind`] come the SQL that rows are grouped by, the
//! rollups that can answer it, the order and the names of its keys, the catalogue and the reference.

use crate::{
    event::Kind,
    metric::{Aggregate, Condition, Key, Metric, Predicate, Quantity},
    time::Grain,
};

/// A property of events of one kind whose values are texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct NamedProperty {
    /// The kind of events.
    pub kind: Kind,
    /// The name of the property.
    pub name: &'static str,
}

/// Which feature was used.
pub const FEATURE: NamedProperty = NamedProperty {
    kind: Kind::FeatureUsed,
    name: "feature",
};
/// From which kind of device or client somebody signed in.
pub const PLATFORM: NamedProperty = NamedProperty {
    kind: Kind::SignIn,
    name: "platform",
};

/// What is numbered within a workspace and shown by its identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Subject {
    /// People, bots among them.
    Person,
    /// Channels.
    Channel,
}

impl Subject {
    /// Returns the name used in requests and answers.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Person => "people",
            Self::Channel => "channels",
        }
    }

    /// Returns the subject of that name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Person, Self::Channel]
            .into_iter()
            .find(|one| one.name() == name)
    }
}

macro_rules! term_lists {
    ($(#[doc = $doc:literal] $variant:ident $name:literal;)*) => {
        /// A list of texts that an event may have.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum TermList {
            $(#[doc = $doc] $variant,)*
        }

        impl TermList {
            /// Every list.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// Returns the name of one of its texts: that of the dimension, and of the field of filters.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }
        }
    };
}

term_lists! {
    /// Emoji of reactions and texts.
    Emoji "emoji";
    /// Hosts of links.
    Links "link";
    /// Hashtags.
    Hashtags "hashtag";
    /// Registrable domains of links.
    Domains "domain";
    /// Links without query and fragment.
    Urls "url";
    /// Key phrases of texts.
    Topics "topic";
    /// Names of shared files.
    FileNames "fileName";
    /// Endings of the names of shared files.
    FileExtensions "fileExtension";
    /// What shared files are.
    FileKinds "fileKind";
    /// Hashes of shared files.
    FileHashes "fileHash";
}

/// What a cycle of local time counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CycleUnit {
    /// Hours of the local clock since 1970-01-01T00:00.
    Hour,
    /// Local days since 1970-01-01.
    Day,
}

/// A place in a cycle of local time: `(units since 1970 + shift) mod length`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Cycle {
    /// What is counted.
    pub unit: CycleUnit,
    /// How far into the cycle 1970-01-01T00:00 lies, in units.
    pub shift: i64,
    /// Units until it begins again.
    pub length: i64,
}

impl Cycle {
    /// Returns the place of a number of units since 1970-01-01T00:00 local.
    pub const fn place(self, units: i64) -> i64 {
        (units + self.shift).rem_euclid(self.length)
    }

    /// Returns whether the hour of day alone decides the place.
    pub const fn is_within_day(self) -> bool {
        matches!(self.unit, CycleUnit::Hour) && 24 % self.length == 0
    }
}

/// What the keys of a dimension are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeyKind {
    /// Buckets of local time, by [`crate::time::Bucket::start`] in milliseconds.
    Bucket(Grain),
    /// A place in a cycle of local time.
    Cycle(Cycle),
    /// Identifiers; events without one are in no row.
    Identifier(Subject),
    /// Names of kinds of events.
    EventType,
    /// Names of what messages carry; absent for other events.
    MessageType,
    /// Whether a bot did it, by all that is known: 0 or 1.
    Bot,
    /// Whether the event meets a predicate: 0 or 1.
    Whether(Predicate),
    /// Values of a property; events of other kinds and those without it are in no row.
    Property(NamedProperty),
    /// Texts, of which an event may have several.
    Term(TermList),
}

macro_rules! dimensions {
    ($(#[doc = $doc:literal] $variant:ident $name:literal: $keys:expr, $text:literal;)*) => {
        /// What metrics are split by.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Dimension {
            /// Buckets of local time.
            Time(Grain),
            $(#[doc = $doc] $variant,)*
        }

        impl Dimension {
            /// Every dimension, in the order of the catalogue. Buckets of days stand for those of any
            /// width.
            pub const ALL: &'static [Self] = &[Self::Time(Grain::Day), $(Self::$variant,)*];

            /// Returns the name used in requests and answers; that of buckets says their width.
            pub const fn name(self) -> &'static str {
                match self {
                    Self::Time(grain) => grain.name(),
                    $(Self::$variant => $name,)*
                }
            }

            /// Returns what the keys are.
            pub const fn keys(self) -> KeyKind {
                match self {
                    Self::Time(grain) => KeyKind::Bucket(grain),
                    $(Self::$variant => $keys,)*
                }
            }

            /// Returns what it is and what its keys are, in words.
            pub const fn text(self) -> &'static str {
                match self {
                    Self::Time(_) => "Buckets of local time, as wide as `groupBy` says; the key is the first local day, or the instant of an hour.",
                    $(Self::$variant => $text,)*
                }
            }
        }
    };
}

// 1970-01-01 was a Thursday, and weeks begin on Monday.
dimensions! {
    /// Local hour of day.
    HourOfDay "hourOfDay": KeyKind::Cycle(Cycle { unit: CycleUnit::Hour, shift: 0, length: 24 }),
        "Local hour of the day, 0 to 23.";
    /// Local day of the week.
    Weekday "weekday": KeyKind::Cycle(Cycle { unit: CycleUnit::Day, shift: 3, length: 7 }),
        "Local day of the week, 0 to 6; Monday is 0.";
    /// Local hour of the week.
    HourOfWeek "hourOfWeek": KeyKind::Cycle(Cycle { unit: CycleUnit::Hour, shift: 72, length: 168 }),
        "Local hour of the week, 0 to 167; Monday from 00:00 to 01:00 is 0.";
    /// Channel.
    Channel "channel": KeyKind::Identifier(Subject::Channel),
        "Channel, by its identifier; `names` has its name. Events without a channel are in no row.";
    /// Person.
    User "user": KeyKind::Identifier(Subject::Person),
        "Person who caused the event, by identifier; `names` has the name. Events without a person are in no row.";
    /// What a message carries.
    MessageType "messageType": KeyKind::MessageType,
        "What a message carries: text, image, file, video, voice, system or other; null for events that are no messages.";
    /// Kind of event.
    EventType "eventType": KeyKind::EventType,
        "Kind of event, by its name.";
    /// Bots apart from people.
    IsBot "isBot": KeyKind::Bot,
        "Whether a bot caused the event; bots count only with `includeBots`.";
    /// Replies in threads apart from the rest.
    IsReply "isReply": KeyKind::Whether(Predicate(&[Condition::Reply])),
        "Whether the event is a reply in a thread: a thread reply, or a message marked as one (isReply).";
    /// Feature that was used.
    Feature "feature": KeyKind::Property(FEATURE),
        "Feature that was used, as `properties.feature` of `feature_used` names it. Other events are in no row.";
    /// Kind of device or client that somebody signed in from.
    Platform "platform": KeyKind::Property(PLATFORM),
        "Platform that somebody signed in from, as `properties.platform` of sign-ins names it. Other events are in no row.";
    /// Emoji of reactions and texts.
    Emoji "emoji": KeyKind::Term(TermList::Emoji),
        "Emoji of reactions and of texts. An event may have several, and is in the row of each.";
    /// Hosts of links.
    Link "link": KeyKind::Term(TermList::Links),
        "Host of links in texts. An event may have several, and is in the row of each.";
    /// Hashtags.
    Hashtag "hashtag": KeyKind::Term(TermList::Hashtags),
        "Hashtag in texts. An event may have several, and is in the row of each.";
    /// Registrable domains of links.
    Domain "domain": KeyKind::Term(TermList::Domains),
        "Registrable domain of links in texts, by the public suffix list. An event may have several, and is in the row of each.";
    /// Links without query and fragment.
    Url "url": KeyKind::Term(TermList::Urls),
        "Link in texts, without query and fragment. An event may have several, and is in the row of each.";
    /// Key phrases of texts.
    Topic "topic": KeyKind::Term(TermList::Topics),
        "Topic: a key phrase of one to three words of a text. An event may have several, and is in the row of each.";
    /// Names of shared files.
    FileName "fileName": KeyKind::Term(TermList::FileNames),
        "Name of the file that is shared.";
    /// Endings of the names of shared files.
    FileExtension "fileExtension": KeyKind::Term(TermList::FileExtensions),
        "Ending of the name of the file that is shared.";
    /// What shared files are.
    FileKind "fileKind": KeyKind::Term(TermList::FileKinds),
        "What the file is that is shared: image, video, voice or file.";
    /// Hashes of shared files.
    FileHash "fileHash": KeyKind::Term(TermList::FileHashes),
        "Hash of what is in the file that is shared, as the sender gives it.";
}

impl Dimension {
    /// Returns the dimension whose keys are the texts of a list.
    pub fn of_terms(list: TermList) -> Self {
        let mut all = Self::ALL.iter().copied();
        let found = all.find(|dimension| dimension.keys() == KeyKind::Term(list));
        found.unwrap_or(Self::Emoji)
    }

    /// Returns whether an event may have several values, so that parts exceed the whole.
    pub const fn is_multi_valued(self) -> bool {
        matches!(self.keys(), KeyKind::Term(_))
    }

    /// Returns whether the value depends on local time.
    pub const fn is_local(self) -> bool {
        matches!(self.keys(), KeyKind::Bucket(_) | KeyKind::Cycle(_))
    }

    /// Returns whether the keys are yes and no.
    pub const fn is_flag(self) -> bool {
        matches!(self.keys(), KeyKind::Bot | KeyKind::Whether(_))
    }

    /// Returns whether the metric has a meaning when split by this.
    ///
    /// A score or a number of days of one person says nothing by hour or by emoji.
    pub fn allows(self, metric: Metric) -> bool {
        match metric.definition().aggregate {
            Aggregate::Ratio(ratio) => {
                ratio.only_by.is_none_or(|only| self == only)
                    && ratio.metrics().all(|metric| self.allows(metric))
            }
            Aggregate::Distinct(Key::LocalDay) => !self.is_local() && !self.is_multi_valued(),
            Aggregate::Sum(Quantity::Words | Quantity::Mentions) => !self.is_multi_valued(),
            Aggregate::Sum(Quantity::FileBytes)
            | Aggregate::Count
            | Aggregate::Distinct(_)
            | Aggregate::First
            | Aggregate::Last => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn names_and_texts_are_each_of_one_dimension() {
        let of = |text: fn(Dimension) -> &'static str| -> HashSet<&str> {
            Dimension::ALL.iter().copied().map(text).collect()
        };
        let (names, texts) = (of(Dimension::name), of(Dimension::text));
        let every = Dimension::ALL.len();
        assert_eq!((names.len(), texts.len()), (every, every));
    }

    #[test]
    fn lists_and_their_dimensions_have_one_name() {
        for list in TermList::ALL {
            assert_eq!(Dimension::of_terms(*list).name(), list.name());
        }
    }

    #[test]
    fn the_width_of_buckets_decides_nothing() {
        for metric in Metric::ALL {
            let allowed = Grain::ALL.map(|grain| Dimension::Time(grain).allows(*metric));
            assert!(allowed.iter().all(|one| *one == allowed[0]), "{metric:?}");
        }
    }

    #[test]
    fn cycles_begin_on_monday_at_midnight() {
        let KeyKind::Cycle(weekday) = Dimension::Weekday.keys() else {
            panic!("weekdays are a cycle");
        };
        // 1969-12-29 was a Monday, 1970-01-01 a Thursday.
        assert_eq!([-3, 0, 4].map(|day| weekday.place(day)), [0, 3, 0]);
        assert!(!weekday.is_within_day());
    }
}
