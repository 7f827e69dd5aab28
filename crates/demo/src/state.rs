//! What the history remembers from one act to the next, for each person and channel a little.

use std::collections::VecDeque;

use domain::id::Key64;

/// Messages that a channel remembers: the ones people still answer and react to.
const REMEMBERED: usize = 32;

/// Younger messages have not been seen by others yet.
const UNSEEN_MILLIS: i64 = 2_000;

/// Older messages are left alone.
const FORGOTTEN_MILLIS: i64 = 3 * 86_400_000;

/// A message as a channel remembers it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Said {
    pub(super) at: i64,
    pub(super) message: Key64,
    /// Number of the person, or of the bot after all people.
    pub(super) author: u32,
    /// Thread it belongs to, as a reply or as the root.
    pub(super) thread: Option<Key64>,
    /// One bit for each reaction of a person; a taken bit means that it may be there already.
    pub(super) reactions: u64,
}

/// What a channel remembers.
#[derive(Debug, Clone, Default)]
pub(super) struct Channel {
    said: VecDeque<Said>,
}

impl Channel {
    /// Remembers a message, which must be the latest.
    pub(super) fn push(&mut self, said: Said) {
        if self.said.len() == REMEMBERED {
            self.said.pop_front();
        }
        self.said.push_back(said);
    }

    /// Returns when the last message came.
    pub(super) fn last_at(&self) -> Option<i64> {
        self.said.back().map(|said| said.at)
    }

    /// Forgets a message that was deleted.
    pub(super) fn forget(&mut self, message: Key64) {
        self.said.retain(|said| said.message != message);
    }

    /// Returns the message said nearest to `delay` before `now` that fits, or the next older one.
    pub(super) fn near(
        &mut self,
        now: i64,
        delay: i64,
        fits: impl Fn(&Said) -> bool,
    ) -> Option<&mut Said> {
        let seen = self
            .said
            .partition_point(|said| said.at <= now - UNSEEN_MILLIS);
        let wanted = now - delay;
        let after = self.said.partition_point(|said| said.at < wanted).min(seen);
        let is_nearer = after < seen
            && (after == 0 || self.said[after].at - wanted < wanted - self.said[after - 1].at);
        let nearest = if is_nearer { after + 1 } else { after };
        let found = (0..nearest).rev().find(|index| fits(&self.said[*index]))?;
        let said = self.said.get_mut(found)?;
        (now - said.at <= FORGOTTEN_MILLIS).then_some(said)
    }
}

/// A message that a person can still change.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sent {
    pub(super) at: i64,
    pub(super) channel: u32,
    pub(super) message: Key64,
    pub(super) thread: Option<Key64>,
}

/// A reaction that a person can take back.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reacted {
    pub(super) channel: u32,
    pub(super) message: Key64,
    /// Number of the emoji.
    pub(super) emoji: usize,
}

/// What is remembered of a person.
#[derive(Debug, Clone, Default)]
pub(super) struct Person {
    /// Where and when the person last did something in a channel.
    pub(super) place: Option<(u32, i64)>,
    pub(super) sent: Option<Sent>,
    pub(super) reacted: Option<Reacted>,
}

/// A call that goes on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Call {
    /// Number of the draft that began it.
    pub(super) number: u32,
    pub(super) at: i64,
    pub(super) channel: u32,
}

/// Everything that is remembered. Its size depends on the numbers of people and channels alone.
#[derive(Debug)]
pub(super) struct State {
    pub(super) people: Vec<Person>,
    pub(super) channels: Vec<Channel>,
    /// Calls of the day.
    pub(super) calls: Vec<Call>,
}

impl State {
    /// Returns a memory without anything in it.
    pub(super) fn new(people: usize, channels: usize) -> Self {
        Self {
            people: vec![Person::default(); people],
            channels: vec![Channel::default(); channels],
            calls: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(at: i64, author: u32) -> Said {
        Said {
            at,
            message: Key64(at),
            author,
            thread: None,
            reactions: 0,
        }
    }

    #[test]
    fn finds_the_message_nearest_to_the_delay() {
        let mut channel = Channel::default();
        for at in [10_000, 20_000, 30_000, 40_000] {
            channel.push(said(at, u32::try_from(at).unwrap()));
        }
        let mut near = |now, delay, author: u32| {
            channel
                .near(now, delay, |said| said.author != author)
                .map(|said| said.at)
        };
        assert_eq!(near(50_000, 21_000, 0), Some(30_000));
        assert_eq!(near(50_000, 26_000, 0), Some(20_000));
        assert_eq!(near(50_000, 21_000, 30_000), Some(20_000));
        assert_eq!(near(50_000, 0, 0), Some(40_000));
        assert_eq!(near(41_000, 0, 0), Some(30_000));
        assert_eq!(near(50_000, 999_000, 0), Some(10_000));
        assert_eq!(near(5_000, 0, 0), None);
        assert_eq!(near(FORGOTTEN_MILLIS + 90_000, 0, 0), None);
    }

    #[test]
    fn remembers_a_bounded_number_of_messages() {
        let mut channel = Channel::default();
        for at in 0..1_000 {
            channel.push(said(at, 0));
        }
        assert_eq!(channel.said.len(), REMEMBERED);
        channel.forget(Key64(999));
        assert_eq!(channel.last_at(), Some(998));
    }
}
