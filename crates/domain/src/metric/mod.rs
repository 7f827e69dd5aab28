//! The one registry of metrics: name, unit, definition, and how each may be put together.
//!
//! A metric is one declaration. From it come its SQL over events, the test on a folded event, the
//! rollups that can answer it, how gaps are filled, the catalogue, `explain` and the reference.

mod aggregate;
mod predicate;
mod source;

pub use aggregate::{Additivity, Aggregate, Key, Quantity, Ratio};
pub use predicate::{Condition, Features, Part, Predicate};
pub use source::{FormulaPart, Sources};

use crate::{
    dimension::Dimension,
    engagement::{FILE_WEIGHT, MESSAGE_WEIGHT, REACTION_WEIGHT},
    event::Kind,
};

/// Whether a larger value is good news.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Better {
    /// More is better.
    Up,
    /// Less is better.
    Down,
    /// Neither.
    None,
}

impl Better {
    /// Returns the name used in the catalogue; nothing for neither.
    pub const fn name(self) -> Option<&'static str> {
        match self {
            Self::Up => Some("up"),
            Self::Down => Some("down"),
            Self::None => None,
        }
    }
}

/// What a metric is.
#[derive(Debug, Clone, Copy)]
pub struct MetricDefinition {
    /// Name in requests, answers and the catalogue.
    pub name: &'static str,
    /// Title in pages and reports.
    pub title: &'static str,
    /// Unit of the value.
    pub unit: &'static str,
    /// Whether a larger value is good news.
    pub better: Better,
    /// What is taken from the events.
    pub aggregate: Aggregate,
    /// Which events count.
    pub predicate: Predicate,
    /// The definition in words.
    pub text: &'static str,
}

impl MetricDefinition {
    /// Returns how it is computed, in words: what is taken from which events, or the formula.
    pub fn computed(&self) -> String {
        match self.aggregate {
            Aggregate::Ratio(ratio) => ratio.describe(),
            aggregate => format!("{} {}", aggregate.describe(), self.predicate.describe()),
        }
    }

    /// Returns how values over parts make the value over the whole.
    pub const fn additivity(&self) -> Additivity {
        self.aggregate.additivity()
    }
}

macro_rules! metrics {
    ($(#[doc = $doc:literal] $variant:ident $name:literal, $title:literal, $unit:literal, $better:ident: $aggregate:expr, $predicate:expr, $text:literal;)*
     groups: $(#[doc = $of:literal] $group:ident of $events:expr;)*) => {
        /// A number with a definition.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Metric {
            $(#[doc = $doc] $variant,)*
            $(#[doc = $of] $group,)*
        }

        impl Metric {
            /// Every metric, in the order of the catalogue. Those that only count the people behind
            /// others ([`Metric::people_behind`]) are not among them.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            const GROUPS: &'static [Self] = &[$(Self::$group,)*];

            /// Returns the declaration.
            pub const fn definition(self) -> MetricDefinition {
                match self {
                    $(Self::$variant => MetricDefinition {
                        name: $name,
                        title: $title,
                        unit: $unit,
                        better: Better::$better,
                        aggregate: $aggregate,
                        predicate: $predicate,
                        text: $text,
                    },)*
                    $(Self::$group => MetricDefinition {
                        name: stringify!($group),
                        title: $of,
                        unit: "people",
                        better: Better::None,
                        aggregate: Aggregate::Distinct(Key::Person),
                        predicate: $events,
                        text: $of,
                    },)*
                }
            }
        }
    };
}

metrics! {
    /// Events of any kind.
    Events "events", "Events", "events", Up: Aggregate::Count, Predicate::ALL,
        "Events of any kind in the span. As total events those of bots count too, as the export of events has them.";
    /// People who did something.
    ActivePeople "activeUsers", "Active people", "people", Up: Aggregate::Distinct(Key::Person), Predicate::ACTIVITY,
        "People with at least one event that they caused (any kind but system ones; presence counts).";
    /// Messages written.
    Messages "messages", "Messages", "messages", Up: Aggregate::Count, Predicate::MESSAGES,
        "Messages and thread replies written by people; messages of the chat itself (system) do not count.";
    /// Replies in threads.
    Replies "replies", "Replies", "messages", Up: Aggregate::Count, Predicate::REPLIES,
        "Messages that people wrote in a thread and that are not the first there: thread replies, and messages marked as replies (isReply).";
    /// Messages that ask something.
    Questions "questions", "Questions", "messages", None: Aggregate::Count, Predicate::QUESTIONS,
        "Messages whose text ends in a question mark (?, ？ or ؟), or that the sender marks as questions (isQuestion) where the text is not sent.";
    /// People mentioned.
    Mentions "mentions", "Mentions", "mentions", Up: Aggregate::Sum(Quantity::Mentions), Predicate::MESSAGES,
        "People that messages mention, each once for a message; those of confidential channels are not read.";
    /// Threads begun.
    ThreadsStarted "threadsStarted", "Threads started", "threads", Up: Aggregate::Count, Predicate(&[Condition::Kind(&[Kind::ThreadStarted])]),
        "Threads that were opened on a message (thread_started events).";
    /// Messages changed.
    MessagesEdited "messagesEdited", "Messages edited", "events", None: Aggregate::Count, Predicate(&[Condition::Kind(&[Kind::MessageEdited])]),
        "Edits of messages.";
    /// Messages deleted.
    MessagesDeleted "messagesDeleted", "Messages deleted", "events", None: Aggregate::Count, Predicate(&[Condition::Kind(&[Kind::MessageDeleted])]),
        "Deletions of messages.";
    /// Reactions given.
    Reactions "reactions", "Reactions", "reactions", Up: Aggregate::Count, Predicate(&[Condition::Kind(&[Kind::ReactionAdded])]),
        "Reactions put on messages; taking one back does not undo the act.";
    /// Messages written and reactions given.
    Interactions "interactions", "Messages and reactions", "events", Up: Aggregate::Count, Predicate::ENGAGEMENT,
        "Messages and thread replies that people wrote, and reactions that they put on messages.";
    /// Files shared.
    Files "files", "Files", "files", Up: Aggregate::Count, Predicate(&[Condition::Kind(&[Kind::FileShared])]),
        "Files shared.";
    /// Bytes of the files shared.
    FileBytes "fileBytes", "Bytes of files", "bytes", None: Aggregate::Sum(Quantity::FileBytes), Predicate(&[Condition::Kind(&[Kind::FileShared])]),
        "Bytes of the files shared, where their size is known; those of confidential channels are not read.";
    /// Accounts made.
    SignUps "signUps", "Sign-ups", "people", Up: Aggregate::Count, Predicate(&[Condition::Kind(&[Kind::SignedUp])]),
        "Sign-up events.";
    /// Sign-ins.
    SignIns "signIns", "Sign-ins", "events", Up: Aggregate::Count, Predicate(&[Condition::Kind(&[Kind::SignIn])]),
        "Successful sign-ins.";
    /// Refused sign-ins.
    FailedSignIns "failedSignIns", "Failed sign-ins", "events", Down: Aggregate::Count, Predicate(&[Condition::Kind(&[Kind::SignInFailed])]),
        "Sign-ins that were refused.";
    /// Errors.
    Errors "errors", "Errors", "events", Down: Aggregate::Count, Predicate::ERRORS,
        "Errors that reached a person (error_occurred, crashes among them), and calls of the API and live connections that failed (api_error, websocket_error).";
    /// Operations whose time was taken.
    Timings "timings", "Timings", "events", None: Aggregate::Count, Predicate(&[Condition::Kind(&[Kind::PerformanceMark, Kind::SlowOperation])]),
        "Operations of the app whose time was taken (performance_mark, slow_operation).";
    /// People who wrote.
    Posters "posters", "People who wrote", "people", Up: Aggregate::Distinct(Key::Person), Predicate::MESSAGES,
        "People who wrote at least one message.";
    /// People who reacted.
    Reactors "reactors", "People who reacted", "people", Up: Aggregate::Distinct(Key::Person), Predicate(&[Condition::Kind(&[Kind::ReactionAdded])]),
        "People who put at least one reaction on a message.";
    /// People who replied.
    Repliers "repliers", "People who replied", "people", Up: Aggregate::Distinct(Key::Person), Predicate::REPLIES,
        "People who wrote at least one reply in a thread.";
    /// People who shared files.
    FileSharers "fileSharers", "People who shared files", "people", Up: Aggregate::Distinct(Key::Person), Metric::Files.definition().predicate,
        "People who shared at least one file.";
    /// Spoken messages.
    VoiceMessages "voiceMessages", "Voice messages", "messages", Up: Aggregate::Count, Predicate::VOICE,
        "Messages of the type voice.";
    /// People who spoke messages.
    VoiceSenders "voiceSenders", "People who sent voice messages", "people", Up: Aggregate::Distinct(Key::Person), Predicate::VOICE,
        "People who sent at least one message of the type voice.";
    /// Searches.
    Searches "searches", "Searches", "events", Up: Aggregate::Count, Predicate(&[Condition::Kind(&[Kind::SearchPerformed])]),
        "Searches made.";
    /// People who searched.
    Searchers "searchers", "People who searched", "people", Up: Aggregate::Distinct(Key::Person), Metric::Searches.definition().predicate,
        "People who made at least one search.";
    /// Calls begun or joined.
    CallsJoined "callsJoined", "Calls begun or joined", "events", Up: Aggregate::Count, Predicate(&[Condition::Kind(&[Kind::CallStarted, Kind::CallJoined])]),
        "Calls that somebody began or joined, counted once for each of both.";
    /// People in calls.
    Callers "callers", "People in calls", "people", Up: Aggregate::Distinct(Key::Person), Metric::CallsJoined.definition().predicate,
        "People who began or joined at least one call.";
    /// Screens shared.
    ScreenShares "screenShares", "Screens shared", "events", Up: Aggregate::Count, Predicate(&[Condition::Kind(&[Kind::ScreenShared])]),
        "Times that a screen was shared.";
    /// People who shared screens.
    ScreenSharers "screenSharers", "People who shared a screen", "people", Up: Aggregate::Distinct(Key::Person), Metric::ScreenShares.definition().predicate,
        "People who shared a screen at least once.";
    /// Messages pinned.
    Pins "pins", "Messages pinned", "events", Up: Aggregate::Count, Predicate(&[Condition::Kind(&[Kind::MessagePinned])]),
        "Messages that were pinned.";
    /// People who pinned.
    Pinners "pinners", "People who pinned messages", "people", Up: Aggregate::Distinct(Key::Person), Metric::Pins.definition().predicate,
        "People who pinned at least one message.";
    /// People who read.
    Readers "readers", "People who read", "people", Up: Aggregate::Distinct(Key::Person), Predicate(&[Condition::Kind(&[Kind::MessageRead])]),
        "People who read at least one message, as message_read events tell.";
    /// People who wrote or reacted.
    EngagedPeople "engagedUsers", "People who wrote or reacted", "people", Up: Aggregate::Distinct(Key::Person), Predicate::ENGAGEMENT,
        "People who wrote a message or reacted to one.";
    /// Channels with messages.
    ActiveChannels "activeChannels", "Active channels", "channels", Up: Aggregate::Distinct(Key::Channel), Predicate::MESSAGES,
        "Channels with at least one message.";
    /// Threads with messages.
    Threads "threads", "Threads", "threads", Up: Aggregate::Distinct(Key::Thread), Predicate::THREADED,
        "Threads with at least one message.";
    /// Client sessions.
    Sessions "sessions", "Sessions", "sessions", Up: Aggregate::Distinct(Key::Session), Predicate::ACTIVITY,
        "Client sessions with at least one event.";
    /// Days on which something was done.
    DaysActive "daysActive", "Days active", "days", Up: Aggregate::Distinct(Key::LocalDay), Predicate::ACTIVITY,
        "Local calendar days with at least one event that a person caused.";
    /// Words written.
    Words "words", "Words", "words", Up: Aggregate::Sum(Quantity::Words), Predicate::MESSAGES,
        "Words of the messages, where their text was seen.";
    /// Messages whose text was seen.
    ReadableMessages "readableMessages", "Messages with text", "messages", None: Aggregate::Count, Predicate::READABLE,
        "Messages whose text was seen, an empty one included: what words per message divides by.";
    /// Words of a message.
    WordsPerMessage "wordsPerMessage", "Words per message", "words", None: Aggregate::Ratio(&Ratio { parts: &[(1, Metric::Words)], by: Metric::ReadableMessages, only_by: None }), Predicate::READABLE,
        "Words divided by the messages whose text was seen.";
    /// Messages of a person.
    MessagesPerPerson "messagesPerPerson", "Messages per person", "messages", Up: Aggregate::Ratio(&Ratio { parts: &[(1, Metric::Messages)], by: Metric::Posters, only_by: None }), Predicate::MESSAGES,
        "Messages divided by the people who wrote them.";
    /// Errors of a person.
    ErrorsPerPerson "errorsPerPerson", "Errors per active person", "events", Down: Aggregate::Ratio(&Ratio { parts: &[(1, Metric::Errors)], by: Metric::ActivePeople, only_by: None }), Predicate::ERRORS,
        "Errors divided by the people who were active.";
    /// First activity.
    FirstActivity "firstActivity", "First activity", "instant", None: Aggregate::First, Predicate::ACTIVITY,
        "Instant of the first event.";
    /// First event of any kind.
    FirstEvent "firstEvent", "First event", "instant", None: Aggregate::First, Predicate::ALL,
        "Instant of the first event of any kind, those of the chat itself included.";
    /// Sign-up.
    SignedUp "signedUpAt", "Sign-up", "instant", None: Aggregate::First, Predicate(&[Condition::Kind(&[Kind::SignedUp])]),
        "Instant of the first sign-up event.";
    /// Last activity.
    LastActivity "lastActivity", "Last activity", "instant", None: Aggregate::Last, Predicate::ACTIVITY,
        "Instant of the last event.";
    /// First message.
    FirstMessage "firstMessage", "First message", "instant", None: Aggregate::First, Predicate::MESSAGES,
        "Instant of the first message.";
    /// Last message.
    LastMessage "lastMessage", "Last message", "instant", None: Aggregate::Last, Predicate::MESSAGES,
        "Instant of the last message.";
    /// The unclamped engagement score.
    Engagement "engagementRaw", "Engagement", "points", Up: Aggregate::Ratio(&Ratio {
            parts: &[(MESSAGE_WEIGHT, Metric::Messages), (REACTION_WEIGHT, Metric::Reactions), (FILE_WEIGHT, Metric::Files)],
            by: Metric::DaysActive,
            only_by: Some(Dimension::User),
        }), Predicate::ALL,
        "(2 × messages + 1 × reactions + 3 × files) / days active; shown clamped to 0–100 and rounded as the engagement score.";
    groups:
    /// People of events of any kind.
    PeopleOfEvents of Predicate::ALL;
    /// People who asked something.
    Askers of Predicate::QUESTIONS;
    /// People who opened threads.
    ThreadStarters of Metric::ThreadsStarted.definition().predicate;
    /// People who edited messages.
    Editors of Metric::MessagesEdited.definition().predicate;
    /// People who deleted messages.
    Deleters of Metric::MessagesDeleted.definition().predicate;
    /// People who signed up.
    PeopleSignedUp of Metric::SignUps.definition().predicate;
    /// People who signed in.
    PeopleSignedIn of Metric::SignIns.definition().predicate;
    /// People whose sign-ins were refused.
    PeopleRefused of Metric::FailedSignIns.definition().predicate;
    /// People who wrote in threads.
    PeopleInThreads of Predicate::THREADED;
    /// People whom errors reached.
    PeopleWithErrors of Predicate::ERRORS;
    /// People of whose operations the time was taken.
    PeopleTimed of Metric::Timings.definition().predicate;
    /// People of messages whose text was seen.
    ReadableAuthors of Predicate::READABLE;
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

    /// Returns the metric that counts the people behind this one; `None` where a value is that of a
    /// single event, and so of a single person.
    pub fn people_behind(self) -> Option<Self> {
        let definition = self.definition();
        let events = match definition.aggregate {
            Aggregate::First | Aggregate::Last => return None,
            // No other messages have words that are known.
            Aggregate::Sum(Quantity::Words) => Predicate::READABLE,
            Aggregate::Count
            | Aggregate::Sum(Quantity::Mentions | Quantity::FileBytes)
            | Aggregate::Distinct(_)
            | Aggregate::Ratio(_) => definition.predicate,
        };
        let counts_them = |metric: &&Self| {
            let one = metric.definition();
            one.aggregate == Aggregate::Distinct(Key::Person) && one.predicate == events
        };
        let mut all = Self::ALL.iter().chain(Self::GROUPS);
        all.find(counts_them).copied()
    }

    /// Returns whether an absent value means zero, so that a gap in a chart may be filled.
    pub const fn is_zero_when_absent(self) -> bool {
        self.definition().aggregate.is_zero_when_absent()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn behind_every_number_but_an_instant_the_people_are_counted() {
        for metric in Metric::ALL {
            let definition = metric.definition();
            let is_instant = definition.unit == "instant";
            let people = metric.people_behind();
            assert_eq!(people.is_none(), is_instant, "{metric:?}");
            let Some(people) = people else {
                continue;
            };
            let counted = people.definition();
            assert_eq!(counted.aggregate, Aggregate::Distinct(Key::Person));
            if *metric != Metric::Words {
                assert_eq!(counted.predicate, definition.predicate, "{metric:?}");
            }
        }
        assert_eq!(Metric::Messages.people_behind(), Some(Metric::Posters));
        assert_eq!(Metric::Words.people_behind(), Some(Metric::ReadableAuthors));
    }

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
