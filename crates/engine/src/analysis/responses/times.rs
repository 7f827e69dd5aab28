//! How long responses take.

use std::collections::{BTreeMap, BTreeSet};

use domain::time::{Bucket, Instant, LocalClock};
use jiff::tz::TimeZone;

use super::{About, Answered, Counted, InContext, Message, Replies, Response, Said, Starter};

const HOUR: i64 = 3_600_000;

/// What responses and starters are told apart by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResponseGroup {
    /// Number of the channel; none for threads of which no channel is known.
    Channel,
    /// Local hour of the day, of the response and of the starter.
    Hour,
    /// Number of the person: who responds, and who starts.
    Person,
}

/// The analysis of how long responses take, and of how soon starters are answered.
#[derive(Debug)]
pub struct ResponseTimes {
    about: About,
    buckets: Vec<Bucket>,
    by: ResponseGroup,
    clock: LocalClock,
    found: Responses,
}

impl InContext for ResponseTimes {
    type Kept = Replies;
    type Outcome = Responses;

    fn about(&self) -> About {
        self.about.clone()
    }

    fn take(&mut self, replies: &Replies, counted: &Counted) {
        let (range, end) = (self.about.range, self.about.end);
        replies.each(counted, range, end, &mut |said| match said {
            Said::Response(response) => self.add_response(&response),
            Said::Starter(starter) => self.add_starter(&starter),
        });
    }

    fn finish(self) -> Responses {
        self.found
    }
}

impl ResponseTimes {
    /// Returns an analysis of responses by time and by group; `buckets` are those of the span, in order.
    pub fn new(about: About, buckets: Vec<Bucket>, by: ResponseGroup, zone: &TimeZone) -> Self {
        Self {
            clock: LocalClock::new(about.range, zone),
            found: Responses {
                gaps: BTreeMap::new(),
                answered: BTreeMap::new(),
                buckets: buckets.len(),
            },
            about,
            buckets,
            by,
        }
    }

    fn add_response(&mut self, response: &Response) {
        let at = response.message.at;
        let bucket = self.buckets.partition_point(|bucket| bucket.end <= at);
        let cell = (bucket, self.group(&response.message));
        let gaps = self.found.gaps.entry(cell).or_default();
        gaps.push(response.gap());
    }

    fn add_starter(&mut self, starter: &Starter) {
        let group = self.group(&starter.message);
        let answered = self.found.answered.entry(group).or_default();
        answered.add(starter, self.about.end);
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Responses {
    /// Milliseconds of each response, by bucket and group: 4 bytes each, which is what makes
    /// percentiles of all of them exact.
    gaps: BTreeMap<(usize, Option<u32>), Vec<u32>>,
    answered: BTreeMap<Option<u32>, Answered>,
    buckets: usize,
}

impl Responses {
    /// Returns the same with groups put together; of each group `of` tells which it becomes a part of.
    #[must_use]
    pub fn regrouped(self, of: impl Fn(Option<u32>) -> Option<u32>) -> Self {
        let mut made = Self {
            gaps: BTreeMap::new(),
            answered: BTreeMap::new(),
            buckets: self.buckets,
        };
        for ((bucket, group), gaps) in self.gaps {
            let cell = made.gaps.entry((bucket, of(group))).or_default();
            cell.extend(gaps);
        }
        for (group, answered) in self.answered {
            made.answered.entry(of(group)).or_default().merge(answered);
        }
        made
    }

    /// Returns the groups that have responses or starters.
    pub fn groups(&self) -> BTreeSet<Option<u32>> {
        let of_responses = self.gaps.keys().map(|(_, group)| *group);
        of_responses.chain(self.answered.keys().copied()).collect()
    }

    /// Returns how long all of them took; `None` without any.
    pub fn times(&self) -> Option<Times> {
        Times::of(self.gaps.values().flatten().copied().collect())
    }

    /// Returns how soon all starters were answered.
    pub fn answered(&self) -> Answered {
        let mut all = Answered::default();
        for answered in self.answered.values() {
            all.merge(answered.clone());
        }
        all
    }

    /// Returns how long those of each bucket took.
    pub fn by_bucket(&self) -> Vec<Option<Times>> {
        let mut buckets = vec![Vec::new(); self.buckets];
        for ((bucket, _), gaps) in &self.gaps {
            if let Some(all) = buckets.get_mut(*bucket) {
                all.extend(gaps);
            }
        }
        buckets.into_iter().map(Times::of).collect()
    }

    /// Returns for each group that has responses or starters how long its responses took, and how soon
    /// its starters were answered.
    pub fn by_group(&self) -> BTreeMap<Option<u32>, (Option<Times>, Answered)> {
        let groups = self.groups().into_iter();
        let mut groups: BTreeMap<_, Vec<u32>> = groups.map(|group| (group, Vec::new())).collect();
        for ((_, group), gaps) in &self.gaps {
            groups.entry(*group).or_default().extend(gaps);
        }
        let of_group = |(group, gaps)| {
            let answered = self.answered.get(&group).cloned().unwrap_or_default();
            (group, (Times::of(gaps), answered))
        };
        groups.into_iter().map(of_group).collect()
    }
}

/// How long some responses took, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Times {
    /// How many there are.
    pub count: u64,
    /// All of them together: divided by their number it is the average.
    pub sum: u64,
    /// At least half of them took no longer.
    pub p50: u32,
    /// At least 90 % of them took no longer.
    pub p90: u32,
    /// At least 95 % of them took no longer.
    pub p95: u32,
}

impl Times {
    /// Returns what is to be said of responses that took so long; `None` without any. Percentiles are by
    /// nearest rank: each is the time of a response.
    pub fn of(mut gaps: Vec<u32>) -> Option<Self> {
        gaps.sort_unstable();
        let at = |percent: usize| {
            let rank = (gaps.len() * percent).div_ceil(100);
            gaps.get(rank.checked_sub(1)?).copied()
        };
        Some(Self {
            count: gaps.len() as u64,
            sum: gaps.iter().map(|gap| u64::from(*gap)).sum(),
            p50: at(50)?,
            p90: at(90)?,
            p95: at(95)?,
        })
    }
}
