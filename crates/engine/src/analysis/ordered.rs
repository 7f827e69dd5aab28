//! Analyses of events in order of time: sessions, paths, answers, and whatever else looks at what came
//! before.
//!
//! 1. An analysis says which events it [looks at](Ordered::scan).
//! 2. It is given these in order of time, some at a time; events of one instant are in order of arrival.
//!    The whole span is never in memory together: what is kept of it is up to the analysis.
//! 3. [`Ordered::finish`] makes the outcome.

use domain::{
    filter::Filter,
    id::{Key64, WorkspaceId},
    metric::{Features, Part},
    query::Population,
    time::{Instant, Range},
};

/// An analysis of events in order of time.
pub trait Ordered {
    /// What comes of it.
    type Outcome;

    /// Returns which events it looks at.
    fn scan(&self) -> OrderedScan;

    /// Takes the next events.
    fn take(&mut self, acts: &[Act]);

    /// Makes the outcome, once all events were taken.
    fn finish(self) -> Self::Outcome;
}

/// Which events an analysis looks at, and what it needs to know of them.
#[derive(Debug, Clone)]
pub struct OrderedScan {
    /// Whose chat.
    pub workspace: WorkspaceId,
    /// Over which span.
    pub range: Range,
    /// Whose events.
    pub population: Population,
    /// Which events: those that it lets through.
    pub filter: Filter,
    /// Whether it needs to know which messages they are about, which takes longer to read.
    pub with_messages: bool,
    /// Of which filters it needs to know whether they let an event through; at most [`MOST_MARKS`].
    pub marks: Vec<Filter>,
}

/// Most marks of a scan.
pub const MOST_MARKS: usize = 32;

/// An event, as analyses see it that look at events in order of time.
#[derive(Debug, Clone, PartialEq)]
pub struct Act {
    /// When it happened.
    pub timestamp: Instant,
    /// Code of its kind.
    pub kind: u16,
    /// Code of what a message carries.
    pub message_type: Option<u8>,
    /// Whether it is a reply in a thread.
    pub is_reply: bool,
    /// Whether it is a question; `None` where neither its text was seen nor anything says so.
    pub is_question: Option<bool>,
    /// Number of the person.
    pub person: Option<u32>,
    /// Number of the channel.
    pub channel: Option<u32>,
    /// The thread.
    pub thread: Option<Key64>,
    /// The client session.
    pub session: Option<Key64>,
    /// The message that it is about, where that was asked for.
    pub message: Option<Key64>,
    /// Whether a bot did it.
    pub is_bot: bool,
    /// How many events it stands for.
    pub weight: f64,
    /// Which of the marks that were asked for let it through, the first of them in the lowest bit.
    pub marks: u32,
}

impl Features for Act {
    fn kind(&self) -> u16 {
        self.kind
    }

    fn message_type(&self) -> Option<u8> {
        self.message_type
    }

    /// Acts do not tell whether a text was seen: no analysis asks for it.
    fn has(&self, part: Part) -> bool {
        match part {
            Part::Person => self.person.is_some(),
            Part::Channel => self.channel.is_some(),
            Part::Thread => self.thread.is_some(),
            Part::Text => false,
        }
    }

    fn is_reply(&self) -> bool {
        self.is_reply
    }

    fn is_question(&self) -> bool {
        self.is_question == Some(true)
    }
}

/// Takes the next events of a scan.
pub type TakeActs = Box<dyn FnMut(&[Act]) + Send>;
