//! Analyses of what is kept of local days though it depends on the days beside them.
//!
//! 1. A [`Digest`] of a day is made from the events of the day and of up to 24 hours around it, and stored by
//!    day. Days that are not over yet, and those of which a question asks more than a digest tells, are made
//!    from the events when they are asked for.
//! 2. An [`InContext`] analysis says what it is [about](InContext::about), and is given the digests of the
//!    days in any order: either way the same.

use domain::{
    event::Kind,
    filter::{Field, Filter},
    id::WorkspaceId,
    query::Population,
    time::{Instant, Range},
};
use roaring::RoaringBitmap;

use super::{
    OrderedScan,
    responses::{ANSWER_TIME, Message, Replies},
    sessions::{self, Sessions},
};
use crate::rollup::{Block, Rollup};

/// What is kept of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Digest {
    /// Who answered whom: [`Replies`].
    Replies,
    /// How long people stayed: [`Sessions`].
    Sessions,
}

impl Digest {
    /// Every one.
    pub const ALL: [Self; 2] = [Self::Replies, Self::Sessions];

    /// Returns the rollup that holds it.
    pub const fn rollup(self) -> Rollup {
        match self {
            Self::Replies => Rollup::Replies,
            Self::Sessions => Rollup::Sessions,
        }
    }
}

/// What a digest holds.
pub trait Kept: Sized {
    /// Which digest.
    const DIGEST: Digest;

    /// Returns what a block of it holds; `None` of any other block.
    fn of(block: &Block) -> Option<&Self>;
}

impl Kept for Replies {
    const DIGEST: Digest = Digest::Replies;

    fn of(block: &Block) -> Option<&Self> {
        match block {
            Block::Replies(replies) => Some(replies),
            _ => None,
        }
    }
}

impl Kept for Sessions {
    const DIGEST: Digest = Digest::Sessions;

    fn of(block: &Block) -> Option<&Self> {
        match block {
            Block::Sessions(sessions) => Some(sessions),
            _ => None,
        }
    }
}

/// An analysis of digests of days.
pub trait InContext {
    /// Of which.
    type Kept: Kept;
    /// What comes of it.
    type Outcome;

    /// Returns what it is about. It is given the digests of whole local days as well, where these reach beyond
    /// the range.
    fn about(&self) -> About;

    /// Takes the digest of a day or of a part of one; days come in any order.
    fn take(&mut self, kept: &Self::Kept, counted: &Counted);

    /// Makes the outcome, once all were taken.
    fn finish(self) -> Self::Outcome;
}

/// Takes the digest of a day, and what of it counts.
pub type TakeDay = Box<dyn FnMut(&Block, &Counted) + Send>;

/// What an analysis of digests is about.
#[derive(Debug, Clone)]
pub struct About {
    /// Of which digest.
    pub digest: Digest,
    /// Whose chat.
    pub workspace: WorkspaceId,
    /// Who counts.
    pub population: Population,
    /// When it happened: messages were written, and sessions began.
    pub range: Range,
    /// Up to when events are known: the present.
    pub end: Instant,
    /// What counts: of replies the messages by themselves, before and after which everybody's messages stand; of
    /// sessions the events of which they are made.
    pub counted: Filter,
}

impl About {
    /// Returns the events that say it: those of the range, and of the time around it on which it depends.
    pub fn scan(&self) -> OrderedScan {
        let (from, to) = (self.range.from(), self.range.to());
        let range = match self.digest {
            Digest::Replies => {
                Range::new(from.plus_millis(-ANSWER_TIME), to.plus_millis(ANSWER_TIME))
            }
            Digest::Sessions => sessions::read_for(self.range),
        };
        let scan = OrderedScan {
            workspace: self.workspace.clone(),
            range: range.until(self.end),
            population: self.population,
            filter: Filter::default(),
            with_messages: false,
            marks: Vec::new(),
        };
        match self.digest {
            Digest::Replies => {
                let kinds = [Kind::MessageSent, Kind::ThreadReply];
                let kinds = kinds.map(|kind| kind.name().to_owned());
                OrderedScan {
                    filter: Filter::Is(Field::EventType, kinds.to_vec()),
                    with_messages: true,
                    // The only mark: whether a message counts.
                    marks: vec![self.counted.clone()],
                    ..scan
                }
            }
            Digest::Sessions => OrderedScan {
                filter: self.counted.clone(),
                ..scan
            },
        }
    }

    /// Returns what the digests of whole days are about: everybody, and all that is known.
    #[must_use]
    pub fn whole(digest: Digest, workspace: WorkspaceId, range: Range) -> Self {
        Self {
            digest,
            workspace,
            population: match digest {
                Digest::Replies => Population::People,
                Digest::Sessions => Population::Everyone,
            },
            range,
            end: Instant::MAX,
            counted: Filter::default(),
        }
    }

    /// Returns whether a message is one that it is about.
    pub(super) fn holds(&self, message: &Message) -> bool {
        message.counts && self.range.contains(message.at)
    }
}

/// What of a digest counts, by number; `None` for everything.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Counted {
    /// In these channels.
    pub channels: Option<RoaringBitmap>,
    /// Of these people.
    pub people: Option<RoaringBitmap>,
}

impl Counted {
    pub(super) fn holds(&self, channel: Option<u32>, person: u32) -> bool {
        let channels = self.channels.as_ref();
        channels.is_none_or(|all| channel.is_some_and(|channel| all.contains(channel)))
            && self.holds_person(person)
    }

    pub(super) fn holds_person(&self, person: u32) -> bool {
        let people = self.people.as_ref();
        people.is_none_or(|all| all.contains(person))
    }
}
