//! Who answers whom, and after how long.
//!
//! 1. A *conversation* is a thread of a channel, or what is written in a channel outside of threads.
//!    A message outside of threads that a thread is named after, by the key of the message, is the
//!    first of that thread as well, if the thread begins within 24 hours.
//! 2. A *response* is a message after one of another person: nothing stands between the two in their
//!    conversation, and they are at most 24 hours apart. Of messages at one instant the one that arrived
//!    first is the earlier.
//! 3. A *starter* begins a conversation. In a thread it is a message that is not marked as a reply
//!    and has none of its thread in the 24 hours before it; outside of threads one after at least
//!    30 minutes of silence of its conversation. It is *answered* by the first message of another
//!    person within 24 hours in a conversation that it begins.
//! 4. Bots and messages of nobody who is known are not there: they neither answer nor are answered,
//!    stand between nothing and break no silence. So are messages that have neither a thread nor a
//!    channel.
//!
//! All of it depends on no more than 24 hours before and after a message. [`Conversations`] is the state
//! that runs through them, and [`RepliesByDay`] keeps what is said of each day ([`Replies`]). Of that the
//! analyses are made: [`ResponseTimes`], [`Unanswered`], [`Reciprocity`] and [`Welcome`].

mod answered;
mod by_day;
mod conversations;
mod reciprocity;
mod replies;
#[cfg(test)]
mod tests;
mod times;
mod unanswered;
mod welcome;
mod wrote_before;

use domain::{id::Key64, metric::Predicate, time::Instant};

pub use answered::Answered;
pub use by_day::RepliesByDay;
pub use conversations::Conversations;
pub use reciprocity::{Answers, Reciprocity};
pub use replies::Replies;
pub use times::{ResponseGroup, ResponseTimes, Responses};
pub use unanswered::{NEWCOMER_TIME, Unanswered, UnansweredStarter, UnansweredStarters};
pub use welcome::{FirstMessage, Welcome};
pub use wrote_before::WroteBefore;

use super::{About, Act, Counted, InContext, durations::Durations, durations::Times};

/// How long a message may be answered, in milliseconds.
pub const ANSWER_TIME: i64 = 86_400_000;
/// How long nobody writes before a message begins a conversation outside of threads, in milliseconds.
pub const SILENCE: i64 = 1_800_000;

/// A message of a person, as conversations see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Message {
    /// When it was written.
    pub at: Instant,
    /// Number of the person who wrote it.
    pub author: u32,
    /// Number of the channel.
    pub channel: Option<u32>,
    /// The thread that it belongs to.
    pub thread: Option<Key64>,
    /// Its own key, where it has one.
    pub key: Option<Key64>,
    /// Whether it is marked as a reply in a thread.
    pub is_reply: bool,
    /// Whether it is a question; `None` where events do not tell.
    pub is_question: Option<bool>,
    /// Whether it is one of those that count.
    pub counts: bool,
}

impl Message {
    /// Returns the message that an event is; `None` for what is no message in a conversation.
    pub fn of(act: &Act) -> Option<Self> {
        let is_placed = act.channel.is_some() || act.thread.is_some();
        if act.is_bot || !is_placed || !Predicate::MESSAGES.holds(act) {
            return None;
        }
        Some(Self {
            at: act.timestamp,
            author: act.person?,
            channel: act.channel,
            thread: act.thread,
            key: act.message,
            is_reply: act.is_reply,
            is_question: act.is_question,
            counts: act.marks & 1 == 1,
        })
    }

    /// Returns how long after another one it was written, in milliseconds; 0 where it was not.
    pub fn millis_after(&self, other: &Self) -> u64 {
        let gap = self.at.as_millis() - other.at.as_millis();
        gap.try_into().unwrap_or(0)
    }
}

/// What is said of conversations, in order of the messages by which it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    /// A message is a response.
    Response(Response),
    /// It is known of a message whose answer is waited for whether it is answered.
    Starter(Starter),
}

/// A message after one of another person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Response {
    /// The message.
    pub message: Message,
    /// The message before it.
    pub to: Message,
}

impl Response {
    /// Returns how long after the message before it it came, in milliseconds: at most [`ANSWER_TIME`].
    pub fn gap(&self) -> u32 {
        within_answer_time(self.message.millis_after(&self.to))
    }
}

/// A message whose answer is waited for: one that begins a conversation, unless others are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Starter {
    /// The message.
    pub message: Message,
    /// Since when its answer is waited for: of one that begins nothing but a thread, that is when the first message of
    /// that was written.
    pub since: Instant,
    /// The first message of another person within [`ANSWER_TIME`]; `None` where none was seen.
    pub answer: Option<Message>,
}

impl Starter {
    /// Returns after how long it was answered, in milliseconds: at most [`ANSWER_TIME`].
    pub fn wait(&self) -> Option<u32> {
        let answer = self.answer?;
        Some(within_answer_time(answer.millis_after(&self.message)))
    }

    /// Returns whether it stays without an answer, where events are known up to `end`: a younger one may
    /// still be answered.
    pub fn is_unanswered(&self, end: Instant) -> bool {
        self.answer.is_none() && self.message.at.plus_millis(ANSWER_TIME) < end
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a day has fewer milliseconds than 2^32"
)]
fn within_answer_time(millis: u64) -> u32 {
    millis.min(ANSWER_TIME as u64) as u32
}
