//! How long responses take.

use std::{
    collections::BTreeMap,
    hash::{Hash as _, Hasher},
};

use domain::time::{Grain, Instant, LocalClock, Range};
use jiff::tz::TimeZone;
use rustc_hash::FxHashMap;

use super::{
    About, Answered, Counted, Durations, InContext, Message, Replies, Response, Said, Starter,
    Times,
};
use crate::analysis::parts::Parts;

const HOUR: i64 = 3_600_000;

/// What responses and starters are told apart by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ResponseGroup {
    /// Number of the channel; none for threads of which no channel is known.
    Channel,
    /// Local hour of the day, of the response and of the starter.
    Hour,
    /// Number of the person: who responds, and who starts.
    Person,
}

/// The analysis of how long responses take, and of how soon starters are answered.
#[derive(Debug, Clone)]
pub struct ResponseTimes {
    about: About,
    parts: Parts,
    by: ResponseGroup,
    zone: TimeZone,
    clock: LocalClock,
    found: Found,
}

/// What is found, before parts are put into buckets.
#[derive(Debug, Clone, Default)]
struct Found {
    parts: BTreeMap<i64, Durations>,
    groups: FxHashMap<Option<u32>, (Durations, Answered)>,
    answered: Answered,
}

impl InContext for ResponseTimes {
    type Kept = Replies;
    type Outcome = Responses;

    fn about(&self) -> &About {
        &self.about
    }

    fn shape(&self, shape: &mut impl Hasher) {
        self.by.hash(shape);
        self.parts.shape(shape);
    }

    fn over(&self, range: Range, end: Instant) -> Self {
        Self::of(
            self.about.over(range, end),
            self.parts.over(range),
            self.by,
            &self.zone,
        )
    }

    fn take(&mut self, replies: &Replies, counted: &Counted) {
        let (range, end) = (self.about.range, self.about.end);
        replies.each(counted, range, end, &mut |said| match said {
            Said::Response(response) => self.add_response(&response),
            Said::Starter(starter) => self.add_starter(&starter),
        });
    }

    fn keep(&mut self) -> usize {
        let found = &mut self.found;
        found.answered.sort();
        let parts = found.parts.values().map(Durations::bytes);
        let groups = found.groups.values_mut().map(|(durations, answered)| {
            answered.sort();
            durations.bytes() + answered.bytes()
        });
        parts.sum::<usize>() + groups.sum::<usize>() + found.answered.bytes()
    }

    fn resume(&mut self, kept: &Self) {
        self.found = kept.found.clone();
    }

    fn finish(mut self) -> Responses {
        let parts = std::mem::take(&mut self.found.parts);
        let buckets = self
            .parts
            .buckets(parts, |bucket: &mut Durations, part| bucket.merge(&part));
        let mut groups: BTreeMap<_, _> = self.found.groups.into_iter().collect();
        for (_, answered) in groups.values_mut() {
            answered.sort();
        }
        self.found.answered.sort();
        Responses {
            buckets,
            groups,
            answered: self.found.answered,
        }
    }
}

impl ResponseTimes {
    /// Returns an analysis of responses by buckets of local time and by group.
    pub fn new(about: About, grain: Grain, by: ResponseGroup, zone: &TimeZone) -> Self {
        let parts = Parts::new(about.range, grain, zone);
        Self::of(about, parts, by, zone)
    }

    fn of(about: About, parts: Parts, by: ResponseGroup, zone: &TimeZone) -> Self {
        Self {
            clock: LocalClock::new(about.range, zone),
            about,
            parts,
            by,
            zone: zone.clone(),
            found: Found::default(),
        }
    }

    fn add_response(&mut self, response: &Response) {
        let (at, gap) = (response.message.at, response.gap());
        let part = self.parts.part_of(at);
        self.found.parts.entry(part).or_default().push(gap);
        let group = self.group(&response.message);
        self.found.groups.entry(group).or_default().0.push(gap);
    }

    fn add_starter(&mut self, starter: &Starter) {
        let group = self.group(&starter.message);
        let answered = &mut self.found.groups.entry(group).or_default().1;
        answered.add(starter, self.about.end);
        self.found.answered.add(starter, self.about.end);
    }

    fn group(&self, message: &Message) -> Option<u32> {
        match self.by {
            ResponseGroup::Channel => message.channel,
            ResponseGroup::Hour => Some(self.hour(message.at)),
            ResponseGroup::Person => Some(message.author),
        }
    }

    fn hour(&self, at: Instant) -> u32 {
        let reading = at.as_millis() + self.clock.offset_at(at);
        u32::try_from(reading.div_euclid(HOUR).rem_euclid(24)).unwrap_or(0)
    }
}

/// How long the responses of a span took, by time and by group, and how soon its starters were answered.
#[derive(Debug, Clone)]
pub struct Responses {
    buckets: Vec<Durations>,
    groups: BTreeMap<Option<u32>, (Durations, Answered)>,
    answered: Answered,
}

impl Responses {
    /// Returns the same with groups put together; of each group `of` tells which it becomes a part of.
    #[must_use]
    pub fn regrouped(self, of: impl Fn(Option<u32>) -> Option<u32>) -> Self {
        let mut groups: BTreeMap<_, (Durations, Answered)> = BTreeMap::new();
        for (group, (durations, answered)) in &self.groups {
            let group = groups.entry(of(*group)).or_default();
            group.0.merge(durations);
            group.1.merge(answered);
        }
        Self { groups, ..self }
    }

    /// Returns the groups that have responses or starters, each with how many there are of both.
    pub fn groups(&self) -> impl Iterator<Item = (Option<u32>, u64, u64)> {
        let groups = self.groups.iter();
        groups
            .map(|(group, (durations, answered))| (*group, durations.count(), answered.starters()))
    }

    /// Returns how long the responses of a group took, and how soon its starters were answered.
    pub fn group(&self, group: Option<u32>) -> Option<(Option<Times>, &Answered)> {
        let (durations, answered) = self.groups.get(&group)?;
        Some((durations.times(), answered))
    }

    /// Returns how long all of them took; `None` without any.
    pub fn times(&self) -> Option<Times> {
        let mut all = Durations::default();
        for bucket in &self.buckets {
            all.merge(bucket);
        }
        all.times()
    }

    /// Returns how soon all starters were answered.
    pub const fn answered(&self) -> &Answered {
        &self.answered
    }

    /// Returns how long those of each bucket took.
    pub fn by_bucket(&self) -> Vec<Option<Times>> {
        self.buckets.iter().map(Durations::times).collect()
    }
}
