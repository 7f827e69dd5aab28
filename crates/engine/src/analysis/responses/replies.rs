//! The replies of a span, stored so that its events need not be read again.

use domain::{
    id::Key64,
    time::{Instant, Range},
};
use serde::{Deserialize, Serialize};

use super::{Counted, FirstMessage, Message, Response, Said, Starter};

/// The responses and starters of a span, and the first message of each person in it.
///
/// Of a local day it depends on the events of the day and of 24 hours before and after it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replies {
    /// Milliseconds since 1970 that times are counted from.
    base: i64,
    responses: Vec<KeptResponse>,
    starters: Vec<KeptStarter>,
    firsts: Vec<KeptFirst>,
}

/// A response. Times are milliseconds; a channel is its number plus one, or 0 without any.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct KeptResponse {
    /// After the response before it, or after the base.
    after: u32,
    author: u32,
    channel: u32,
    to: u32,
    gap: u32,
}

/// A starter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct KeptStarter {
    /// After the base.
    at: u32,
    author: u32,
    channel: u32,
    thread: Option<i64>,
    key: Option<i64>,
    is_reply: bool,
    is_question: Option<bool>,
    /// How long after it was written its answer began to be waited for.
    since: u32,
    answer: Option<KeptAnswer>,
}

/// The first message of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct KeptFirst {
    person: u32,
    /// After the base.
    at: u32,
    channel: u32,
    answer: Option<KeptAnswer>,
}

/// An answer: after how long, and by whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct KeptAnswer {
    wait: u32,
    author: u32,
}

fn keep_channel(channel: Option<u32>) -> u32 {
    channel.map_or(0, |channel| channel + 1)
}

const fn channel(kept: u32) -> Option<u32> {
    kept.checked_sub(1)
}

impl Replies {
    /// Returns what is said of a span that begins at `from`, in any order; of each person the first
    /// message.
    pub(super) fn new(
        from: Instant,
        mut responses: Vec<Response>,
        mut starters: Vec<Starter>,
        firsts: impl IntoIterator<Item = (u32, FirstMessage)>,
    ) -> Self {
        let base = from.as_millis();
        let since = |at: Instant| u32::try_from(at.as_millis() - base).unwrap_or(u32::MAX);
        responses.sort_by_key(|response| response.message.at);
        starters.sort_by_key(|starter| starter.message.at);
        let mut last = 0;
        let responses = responses.iter().map(|response| {
            let at = since(response.message.at);
            let after = at - std::mem::replace(&mut last, at);
            KeptResponse {
                after,
                author: response.message.author,
                channel: keep_channel(response.message.channel),
                to: response.to.author,
                gap: response.gap(),
            }
        });
        let starters = starters.iter().map(|starter| {
            let message = &starter.message;
            let answer = |wait| {
                Some(KeptAnswer {
                    wait,
                    author: starter.answer?.author,
                })
            };
            KeptStarter {
                at: since(message.at),
                author: message.author,
                channel: keep_channel(message.channel),
                thread: message.thread.map(|key| key.0),
                key: message.key.map(|key| key.0),
                is_reply: message.is_reply,
                is_question: message.is_question,
                since: since(starter.since) - since(message.at),
                answer: starter.wait().and_then(answer),
            }
        });
        let firsts = firsts.into_iter().map(|(person, first)| KeptFirst {
            person,
            at: since(first.at),
            channel: keep_channel(first.channel),
            answer: first.answer.map(|(at, author)| KeptAnswer {
                wait: since(at) - since(first.at),
                author,
            }),
        });
        let mut firsts: Vec<KeptFirst> = firsts.collect();
        firsts.sort_unstable_by_key(|first| first.person);
        Self {
            base,
            responses: responses.collect(),
            starters: starters.collect(),
            firsts,
        }
    }

    /// Says what is known at `end` of the messages of a range that count.
    pub(super) fn each(
        &self,
        counted: &Counted,
        range: Range,
        end: Instant,
        say: &mut impl FnMut(Said),
    ) {
        let range = range.until(end);
        let base = Instant::from_millis(self.base);
        let mut at = base;
        for kept in &self.responses {
            at = at.plus_millis(kept.after.into());
            if !range.contains(at) {
                continue;
            }
            let message = message(at, kept.author, kept.channel);
            if counted.holds(message.channel, message.author) {
                let before = at.plus_millis(-i64::from(kept.gap));
                let to = self::message(before, kept.to, kept.channel);
                say(Said::Response(Response { message, to }));
            }
        }
        for kept in &self.starters {
            let at = base.plus_millis(kept.at.into());
            let message = Message {
                thread: kept.thread.map(Key64),
                key: kept.key.map(Key64),
                is_reply: kept.is_reply,
                is_question: kept.is_question,
                ..message(at, kept.author, kept.channel)
            };
            let since = at.plus_millis(kept.since.into());
            let is_there = range.contains(at) && since < end;
            if is_there && counted.holds(message.channel, message.author) {
                let answer = kept.answer.map(|answer| {
                    let at = at.plus_millis(answer.wait.into());
                    self::message(at, answer.author, kept.channel)
                });
                say(Said::Starter(Starter {
                    message,
                    since,
                    answer: answer.filter(|answer| answer.at < end),
                }));
            }
        }
    }

    /// Returns the first message of each person, as far as it is known at `end`.
    pub(super) fn firsts(&self, end: Instant) -> impl Iterator<Item = (u32, FirstMessage)> {
        let base = Instant::from_millis(self.base);
        let firsts = self.firsts.iter().map(move |kept| {
            let at = base.plus_millis(kept.at.into());
            let answered = |answer: KeptAnswer| (at.plus_millis(answer.wait.into()), answer.author);
            let first = FirstMessage {
                at,
                channel: channel(kept.channel),
                answer: kept.answer.map(answered).filter(|(at, _)| *at < end),
            };
            (kept.person, first)
        });
        firsts.filter(move |(_, first)| first.at < end)
    }

    /// Returns the bytes that it takes in memory.
    pub(crate) fn bytes(&self) -> usize {
        size_of_val(&self.responses[..])
            + size_of_val(&self.starters[..])
            + size_of_val(&self.firsts[..])
    }
}

/// Returns a message of which no more is kept.
const fn message(at: Instant, author: u32, channel: u32) -> Message {
    Message {
        at,
        author,
        channel: self::channel(channel),
        thread: None,
        key: None,
        is_reply: false,
        is_question: None,
        counts: true,
    }
}
