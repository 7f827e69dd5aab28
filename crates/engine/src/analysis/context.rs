//! Analyses of what is kept of local days though it depends on the days beside them.
//!
//! 1. A [`Digest`] of a day is made from the events of the day and of up to 24 hours around it, and stored by
//!    day. Days that are not over yet, and those of which a question asks more than a digest tells, are made
//!    from the events when they are asked for.
//! 2. An [`InContext`] analysis says what it is [about](InContext::about), and is given the digests of the
//!    days in any order: either way the same.

use std::{
    any::{Any, TypeId},
    hash::{DefaultHasher, Hash as _, Hasher},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

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
///
/// What it makes of whole days of which all is known is kept in memory, and the next one of the same shape
/// that is about these days [resumes](Self::resume) from it.
pub trait InContext: Clone + Send + Sync + 'static {
    /// Of which.
    type Kept: Kept;
    /// What comes of it.
    type Outcome;

    /// Returns what it is about. It is given the digests of whole local days as well, where these reach beyond
    /// the range.
    fn about(&self) -> &About;

    /// Feeds everything on which it depends what it makes of whole days within its range, beside these and
    /// whose they are.
    fn shape(&self, shape: &mut impl Hasher);

    /// Returns the same analysis of another range as it is seen at another end, to which nothing was given.
    #[must_use]
    fn over(&self, range: Range, end: Instant) -> Self;

    /// Takes the digest of a day or of a part of one; days come in any order.
    fn take(&mut self, kept: &Self::Kept, counted: &Counted);

    /// Prepares what was made so far for being kept, and returns the bytes that it takes in memory.
    fn keep(&mut self) -> usize;

    /// Takes over what another one of the same shape made, before anything else is taken.
    fn resume(&mut self, kept: &Self);

    /// Makes the outcome, once all were taken.
    fn finish(self) -> Self::Outcome;
}

/// What takes the digests of days, and what of each counts.
pub trait TakeDays: Send {
    /// Takes the digest of a day.
    fn take(&mut self, block: &Block, counted: &Counted);

    /// Returns how what is made of whole days is kept; `None` where it is not.
    fn kept(&mut self) -> Option<&mut dyn KeepDays> {
        None
    }
}

impl<F: FnMut(&Block, &Counted) + Send> TakeDays for F {
    fn take(&mut self, block: &Block, counted: &Counted) {
        self(block, counted);
    }
}

/// An analysis of digests, without its type.
pub trait KeepDays: TakeDays {
    /// Returns what it is about.
    fn about(&self) -> &About;

    /// Returns what is the same of all analyses that make the same of the same days.
    fn shape(&self) -> Shape;

    /// Returns the same analysis of another range as it is seen at another end; `None` once it is finished.
    fn over(&self, range: Range, end: Instant) -> Option<Box<dyn KeepDays>>;

    /// Returns what was made so far; `None` once it is finished.
    fn state(&mut self) -> Option<DaysState>;

    /// Takes over what was made of some days.
    fn resume(&mut self, state: &DaysState);
}

/// What is the same of all analyses that make the same of the same days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Shape(TypeId, u64);

/// What an analysis made of some days.
#[derive(Debug, Clone)]
pub struct DaysState {
    analysis: Arc<dyn Any + Send + Sync>,
    /// The bytes that it takes in memory.
    pub(crate) bytes: usize,
}

/// What takes the digests of days (see [`TakeDays`]).
pub type TakeDay = Box<dyn TakeDays>;

/// An analysis that is given the digests of days: one and the same, however often it is cloned.
#[derive(Debug)]
pub struct Analysing<A> {
    about: About,
    analysis: Arc<Mutex<Option<A>>>,
}

impl<A: InContext> Analysing<A> {
    /// Begins an analysis.
    pub fn new(analysis: A) -> Self {
        Self {
            about: analysis.about().clone(),
            analysis: Arc::new(Mutex::new(Some(analysis))),
        }
    }

    /// Makes the outcome, once all days were taken; `None` where it was made before.
    pub fn finish(&self) -> Option<A::Outcome> {
        let analysis = self.lock().take();
        analysis.map(A::finish)
    }

    fn lock(&self) -> MutexGuard<'_, Option<A>> {
        // What a panic left half done is not asked for again.
        self.analysis.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<A> Clone for Analysing<A> {
    fn clone(&self) -> Self {
        Self {
            about: self.about.clone(),
            analysis: Arc::clone(&self.analysis),
        }
    }
}

impl<A: InContext> TakeDays for Analysing<A> {
    fn take(&mut self, block: &Block, counted: &Counted) {
        if let (Some(analysis), Some(kept)) = (self.lock().as_mut(), A::Kept::of(block)) {
            analysis.take(kept, counted);
        }
    }

    fn kept(&mut self) -> Option<&mut dyn KeepDays> {
        Some(self)
    }
}

impl<A: InContext> KeepDays for Analysing<A> {
    fn about(&self) -> &About {
        &self.about
    }

    fn shape(&self) -> Shape {
        let mut hasher = DefaultHasher::new();
        self.about.population.hash(&mut hasher);
        if let Some(analysis) = self.lock().as_ref() {
            analysis.shape(&mut hasher);
        }
        Shape(TypeId::of::<A>(), hasher.finish())
    }

    fn over(&self, range: Range, end: Instant) -> Option<Box<dyn KeepDays>> {
        let analysis = self.lock().as_ref()?.over(range, end);
        Some(Box::new(Self::new(analysis)))
    }

    fn state(&mut self) -> Option<DaysState> {
        let mut analysis = self.lock();
        let analysis = analysis.as_mut()?;
        Some(DaysState {
            bytes: analysis.keep(),
            analysis: Arc::new(analysis.clone()),
        })
    }

    fn resume(&mut self, state: &DaysState) {
        if let (Some(analysis), Some(kept)) = (self.lock().as_mut(), state.analysis.downcast_ref())
        {
            analysis.resume(kept);
        }
    }
}

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

    /// Returns the same over another range, as it is seen at another end.
    #[must_use]
    pub fn over(&self, range: Range, end: Instant) -> Self {
        Self {
            range,
            end,
            ..self.clone()
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
