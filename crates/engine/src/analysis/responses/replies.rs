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
    responses: KeptResponses,
    starters: Vec<KeptStarter>,
    firsts: Vec<KeptFirst>,
}

/// Responses, by channel and time. Times are milliseconds; a channel is its number plus one, or 0 without any.
///
/// Most of them are to the response before them in their channel: of these a 0 says so.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct KeptResponses {
    /// Channels, each with how many responses it has.
    channels: Vec<(u32, usize)>,
    /// How long after the one before in the channel each was written, or after the base.
    after: Vec<u32>,
    /// Who wrote each.
    authors: Vec<u32>,
    /// To whom: 0 for the author of the one before in the channel, else the number plus one.
    to: Vec<u32>,
    /// How long after the message before it: 0 for as long as after the response before, else the time plus one.
    gaps: Vec<u32>,
}

/// A response.
#[derive(Debug, Clone, Copy)]
struct KeptResponse {
    /// After the base.
    at: u32,
    author: u32,
    channel: u32,
    to: u32,
    gap: u32,
}

impl KeptResponses {
    fn new(mut responses: Vec<KeptResponse>) -> Self {
        let mut kept = Self::default();
        responses.sort_by_key(|response| (response.channel, response.at));
        for of_channel in responses.chunk_by(|one, next| one.channel == next.channel) {
            kept.channels
                .push((of_channel[0].channel, of_channel.len()));
            let (mut at, mut author) = (0, None);
            for response in of_channel {
                let after = response.at - std::mem::replace(&mut at, response.at);
                let before = author.replace(response.author);
                let is_next = before == Some(response.to);
                kept.after.push(after);
                kept.authors.push(response.author);
                kept.to.push(if is_next { 0 } else { response.to + 1 });
                let is_near = response.gap == after;
                kept.gaps.push(if is_near { 0 } else { response.gap + 1 });
            }
        }
        kept
    }

    fn iter(&self) -> impl Iterator<Item = KeptResponse> {
        let columns = self.after.iter().zip(&self.authors);
        let mut columns = columns.zip(&self.to).zip(&self.gaps);
        let channels = self.channels.iter();
        let places = channels.flat_map(|(channel, count)| {
            let places = 0..*count;
            places.map(|place| (*channel, place == 0))
        });
        let (mut at, mut before) = (0, 0);
        places.map_while(move |(channel, is_first)| {
            let (((after, author), to), gap) = columns.next()?;
            at = if is_first { *after } else { at + after };
            let before = std::mem::replace(&mut before, *author);
            Some(KeptResponse {
                at,
                author: *author,
                channel,
                to: to.checked_sub(1).unwrap_or(before),
                gap: gap.checked_sub(1).unwrap_or(*after),
            })
        })
    }

    fn bytes(&self) -> usize {
        let columns = [&self.after, &self.authors, &self.to, &self.gaps];
        let columns = columns.into_iter().map(|column| size_of_val(&column[..]));
        columns.sum::<usize>() + size_of_val(&self.channels[..])
    }
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
        responses: &[Response],
        mut starters: Vec<Starter>,
        firsts: impl IntoIterator<Item = (u32, FirstMessage)>,
    ) -> Self {
        let base = from.as_millis();
        let since = |at: Instant| u32::try_from(at.as_millis() - base).unwrap_or(u32::MAX);
        starters.sort_by_key(|starter| starter.message.at);
        let responses = responses.iter().map(|response| KeptResponse {
            at: since(response.message.at),
            author: response.message.author,
            channel: keep_channel(response.message.channel),
            to: response.to.author,
            gap: response.gap(),
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
            responses: KeptResponses::new(responses.collect()),
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
        for kept in self.responses.iter() {
            let at = base.plus_millis(kept.at.into());
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
        self.responses.bytes() + size_of_val(&self.starters[..]) + size_of_val(&self.firsts[..])
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
