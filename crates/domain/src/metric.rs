//! The one registry of metrics: name, unit, definition, and how each may be put together.

use crate::event::{Kind, MessageType};

/// How values of a metric over parts of a span make the value over the whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Additivity {
    /// They add up.
    Additive,
    /// They are sizes of sets that must be united first.
    SetValued,
    /// The smallest or largest of them.
    Mergeable,
    /// It is computed from other metrics of the whole span.
    Derived,
}

impl Additivity {
    /// Returns the name used in the catalogue.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Additive => "additive",
            Self::SetValued => "set-valued",
            Self::Mergeable => "mergeable",
            Self::Derived => "derived",
        }
    }
}

/// Which events a metric looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Selection {
    /// Every event.
    All,
    /// What a person caused: any event with a person, but those of the machine.
    Activity,
    /// Messages and replies that a person or bot wrote; what the chat itself writes is none.
    Messages,
    /// Messages in a thread that are not the first there, by [`crate::event::Event::is_reply`].
    Replies,
    /// Messages that belong to a thread.
    ThreadedMessages,
    /// Messages and reactions.
    Engagement,
    /// Events of these kinds.
    Kinds(&'static [Kind]),
}

impl Selection {
    /// Returns whether an event of this kind and message type, both by code, is looked at.
    ///
    /// Whether it has a person or a thread, or is a reply, where the selection asks for that, is not
    /// looked at.
    pub fn admits(self, kind: u16, message_type: Option<u8>) -> bool {
        let is = |wanted: &[Kind]| wanted.iter().any(|wanted| wanted.code() == kind);
        let is_own = || message_type != Some(MessageType::System.code());
        match self {
            Self::All => true,
            Self::Activity => !is(&[Kind::System]) && is_own(),
            Self::Messages | Self::ThreadedMessages | Self::Replies => {
                is(&[Kind::MessageSent, Kind::ThreadReply]) && is_own()
            }
            Self::Engagement => {
                is(&[Kind::MessageSent, Kind::ThreadReply, Kind::ReactionAdded]) && is_own()
            }
            Self::Kinds(wanted) => is(wanted),
        }
    }
}

/// What is taken from the selected events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// How many there are, each by its weight.
    Count,
    /// How many different people caused them.
    People,
    /// In how many different channels they happened.
    Channels,
    /// How many different threads they belong to.
    Threads,
    /// How many different client sessions they belong to.
    Sessions,
    /// On how many different local days they happened.
    LocalDays,
    /// Words of their texts together.
    Words,
    /// When the first of them happened, in milliseconds since 1970.
    First,
    /// When the last of them happened, in milliseconds since 1970.
    Last,
    /// Points of the engagement score by day active, see [`crate::engagement`].
    Engagement,
}

macro_rules! metrics {
    ($($(#[$doc:meta])* $variant:ident $name:literal $unit:literal $measure:ident of $selection:expr, $additivity:ident, $definition:literal;)*) => {
        /// A number with a definition.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Metric {
            $($(#[$doc])* $variant,)*
        }

        impl Metric {
            /// Every metric, in the order of the catalogue.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// Returns the declaration.
            pub const fn definition(self) -> MetricDefinition {
                match self {
                    $(Self::$variant => MetricDefinition {
                        name: $name,
                        unit: $unit,
                        measure: Measure::$measure,
                        selection: $selection,
                        additivity: Additivity::$additivity,
                        text: $definition,
                    },)*
                }
            }
        }
    };
}

/// What a metric is.
#[derive(Debug, Clone, Copy)]
pub struct MetricDefinition {
    /// Name in requests, answers and the catalogue.
    pub name: &'static str,
    /// Unit of the value.
    pub unit: &'static str,
    /// What is taken from the events.
    pub measure: Measure,
    /// Which events are looked at.
    pub selection: Selection,
    /// How parts make the whole.
    pub additivity: Additivity,
    /// The definition in words.
    pub text: &'static str,
}

impl Selection {
    /// Returns which events are looked at, in words.
    pub fn describe(self) -> String {
        match self {
            Self::All => "all events".to_owned(),
            Self::Activity => "events with a person, but those of the system".to_owned(),
            Self::Messages => {
                "message_sent and thread_reply, but messages of the system".to_owned()
            }
            Self::Replies => {
                "thread_reply, and message_sent with isReply, but messages of the system".to_owned()
            }
            Self::ThreadedMessages => "messages that have a thread".to_owned(),
            Self::Engagement => "messages and reaction_added".to_owned(),
            Self::Kinds(kinds) => kinds
                .iter()
                .map(|kind| kind.name())
                .collect::<Vec<_>>()
                .join(", "),
        }
    }
}

impl MetricDefinition {
    /// Returns what is taken from which events, in words.
    pub fn computed(&self) -> String {
        let measure = match self.measure {
            Measure::Count => "number of",
            Measure::People => "different people of",
            Measure::Channels => "different channels of",
            Measure::Threads => "different threads of",
            Measure::Sessions => "different client sessions of",
            Measure::LocalDays => "different local days of",
            Measure::Words => "words in",
            Measure::First => "first instant of",
            Measure::Last => "last instant of",
            Measure::Engagement => return crate::engagement::FORMULA.to_owned(),
        };
        format!("{measure} {}", self.selection.describe())
    }
}

metrics! {
    /// Events of any kind.
    Events "events" "events" Count of Selection::All, Additive,
        "Events of any kind in the span. As total events those of bots count too, as the export of events has them.";
    /// People who did something.
    ActivePeople "activeUsers" "people" People of Selection::Activity, SetValued,
        "People with at least one event that they caused (any kind but system ones; presence counts).";
    /// Messages written.
    Messages "messages" "messages" Count of Selection::Messages, Additive,
        "Messages and thread replies written by people; messages of the chat itself (system) do not count.";
    /// Replies in threads.
    Replies "replies" "messages" Count of Selection::Replies, Additive,
        "Messages that people wrote in a thread and that are not the first there: thread replies, and messages marked as replies (isReply).";
    /// Messages changed.
    MessagesEdited "messagesEdited" "events" Count of Selection::Kinds(&[Kind::MessageEdited]), Additive,
        "Edits of messages.";
    /// Messages deleted.
    MessagesDeleted "messagesDeleted" "events" Count of Selection::Kinds(&[Kind::MessageDeleted]), Additive,
        "Deletions of messages.";
    /// Reactions given.
    Reactions "reactions" "reactions" Count of Selection::Kinds(&[Kind::ReactionAdded]), Additive,
        "Reactions put on messages; taking one back does not undo the act.";
    /// Files shared.
    Files "files" "files" Count of Selection::Kinds(&[Kind::FileShared]), Additive,
        "Files shared.";
    /// Accounts made.
    SignUps "signUps" "people" Count of Selection::Kinds(&[Kind::SignedUp]), Additive,
        "Sign-up events.";
    /// Sign-ins.
    SignIns "signIns" "events" Count of Selection::Kinds(&[Kind::SignIn]), Additive,
        "Successful sign-ins.";
    /// People who wrote.
    Posters "posters" "people" People of Selection::Messages, SetValued,
        "People who wrote at least one message.";
    /// People who wrote or reacted.
    EngagedPeople "engagedUsers" "people" People of Selection::Engagement, SetValued,
        "People who wrote a message or reacted to one.";
    /// Channels with messages.
    ActiveChannels "activeChannels" "channels" Channels of Selection::Messages, SetValued,
        "Channels with at least one message.";
    /// Threads with messages.
    Threads "threads" "threads" Threads of Selection::ThreadedMessages, SetValued,
        "Threads with at least one message.";
    /// Client sessions.
    Sessions "sessions" "sessions" Sessions of Selection::Activity, SetValued,
        "Client sessions with at least one event.";
    /// Days on which something was done.
    DaysActive "daysActive" "days" LocalDays of Selection::Activity, SetValued,
        "Local calendar days with at least one event that a person caused.";
    /// Words written.
    Words "words" "words" Words of Selection::Messages, Additive,
        "Words of the messages, where their text was seen.";
    /// First activity.
    FirstActivity "firstActivity" "instant" First of Selection::Activity, Mergeable,
        "Instant of the first event.";
    /// Last activity.
    LastActivity "lastActivity" "instant" Last of Selection::Activity, Mergeable,
        "Instant of the last event.";
    /// Last message.
    LastMessage "lastMessage" "instant" Last of Selection::Messages, Mergeable,
        "Instant of the last message.";
    /// The unclamped engagement score.
    Engagement "engagementRaw" "points" Engagement of Selection::All, Derived,
        "(2 × messages + 1 × reactions + 3 × files) / days active; shown clamped to 0–100 and rounded as the engagement score.";
}

impl Metric {
    /// Returns the name in requests and answers.
    pub const fn name(self) -> &'static str {
        self.definition().name
    }

    /// Returns the metric of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|metric| metric.name() == name)
    }

    /// Returns whether an absent value means zero, so that a gap in a chart may be filled.
    pub const fn is_zero_when_absent(self) -> bool {
        match self.definition().measure {
            Measure::Count
            | Measure::People
            | Measure::Channels
            | Measure::Threads
            | Measure::Sessions
            | Measure::LocalDays
            | Measure::Words => true,
            Measure::First | Measure::Last | Measure::Engagement => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_readable() {
        for (index, metric) in Metric::ALL.iter().enumerate() {
            assert_eq!(Metric::parse(metric.name()), Some(*metric));
            assert_eq!(
                Metric::ALL
                    .iter()
                    .position(|other| other.name() == metric.name()),
                Some(index)
            );
        }
    }
}
