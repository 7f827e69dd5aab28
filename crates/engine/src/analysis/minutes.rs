//! What happened lately, minute by minute.

use std::collections::BTreeMap;

use domain::{
    filter::Filter,
    id::WorkspaceId,
    metric::Predicate,
    query::Population,
    time::{Instant, Range},
};

use super::{Act, Ordered, OrderedScan};
use crate::rollup::WeightedSet;

const MINUTE: i64 = 60_000;

/// A short span, minute by minute.
#[derive(Debug)]
pub struct Minutes {
    workspace: WorkspaceId,
    population: Population,
    filter: Filter,
    range: Range,
    of: Lately,
}

/// What happened lately. Events of sampled people count as many times as they stand for.
#[derive(Debug, Default, PartialEq)]
pub struct Lately {
    /// Each minute of the span, in order of time.
    pub minutes: Vec<Minute>,
    /// The channels that had messages, by number.
    pub channels: BTreeMap<u32, ChannelLately>,
}

/// A minute.
#[derive(Debug, Default, PartialEq)]
pub struct Minute {
    /// Events of any kind.
    pub events: f64,
    /// Messages.
    pub messages: f64,
    /// Who was active.
    pub people: WeightedSet,
}

/// A channel that had messages.
#[derive(Debug, Default, PartialEq)]
pub struct ChannelLately {
    /// Messages.
    pub messages: f64,
    /// Who wrote them.
    pub people: WeightedSet,
    /// When the last of them was written.
    pub last: Option<Instant>,
}

impl Minutes {
    /// Returns the minutes from the beginning of one on until `to`, the last of them perhaps cut.
    pub fn new(
        (workspace, population, filter): (WorkspaceId, Population, Filter),
        from: Instant,
        to: Instant,
    ) -> Self {
        let range = Range::new(from, to.max(from));
        let minutes = range
            .millis()
            .cast_unsigned()
            .div_ceil(MINUTE.cast_unsigned());
        let minutes = (0..minutes).map(|_| Minute::default()).collect();
        Self {
            workspace,
            population,
            filter,
            range,
            of: Lately {
                minutes,
                channels: BTreeMap::new(),
            },
        }
    }
}

impl Ordered for Minutes {
    type Outcome = Lately;

    fn scan(&self) -> OrderedScan {
        OrderedScan {
            workspace: self.workspace.clone(),
            range: self.range,
            population: self.population,
            filter: self.filter.clone(),
            with_messages: false,
            marks: Vec::new(),
        }
    }

    fn take(&mut self, acts: &[Act]) {
        for act in acts {
            let elapsed = act.timestamp.as_millis() - self.range.from().as_millis();
            let place = usize::try_from(elapsed / MINUTE).ok();
            let Some(minute) = place.and_then(|place| self.of.minutes.get_mut(place)) else {
                continue;
            };
            minute.events += act.weight;
            if let Some(person) = act.person.filter(|_| Predicate::ACTIVITY.holds(act)) {
                minute.people.insert(person, act.weight);
            }
            if !Predicate::MESSAGES.holds(act) {
                continue;
            }
            minute.messages += act.weight;
            if let Some(channel) = act.channel {
                let channel = self.of.channels.entry(channel).or_default();
                channel.messages += act.weight;
                channel.last = Some(act.timestamp);
                if let Some(person) = act.person {
                    channel.people.insert(person, act.weight);
                }
            }
        }
    }

    fn finish(self) -> Lately {
        self.of
    }
}
