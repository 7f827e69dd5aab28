//! Where a metric comes from: which kinds of events feed it, and of which other metrics it is made.

use std::collections::BTreeSet;

use super::{Aggregate, Metric, Predicate};
use crate::event::{FIRST_CUSTOM_CODE, Kind, MessageType};

/// Which kinds of events feed a metric.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sources {
    /// These.
    Only(Vec<Kind>),
    /// Every kind, also those of the sender's own, but these.
    AllBut(Vec<Kind>),
}

/// A metric that another one is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FormulaPart {
    /// Which.
    pub metric: Metric,
    /// By how much it is multiplied.
    pub factor: u32,
    /// Whether the sum of all others is divided by it.
    pub divides: bool,
}

impl Predicate {
    /// Returns whether events of a kind, by code, may count, whatever else they are.
    fn may_hold_of(self, kind: u16) -> bool {
        let carried = MessageType::ALL.map(|carried| Some(carried.code()));
        let mut carried = carried.into_iter().chain([None]);
        carried.any(|carried| self.admits(kind, carried))
    }

    /// Returns which kinds of events may count.
    pub fn sources(self) -> Sources {
        let takes = |kind: &Kind| self.may_hold_of(kind.code());
        let (taken, others) = Kind::ALL.iter().partition(|kind| takes(kind));
        if self.may_hold_of(FIRST_CUSTOM_CODE) {
            Sources::AllBut(others)
        } else {
            Sources::Only(taken)
        }
    }
}

impl Metric {
    /// Returns the metrics that it is made of, what it is divided by last; none where it is taken from
    /// events.
    pub fn parts(self) -> Vec<FormulaPart> {
        let Aggregate::Ratio(ratio) = self.definition().aggregate else {
            return Vec::new();
        };
        let part = |(factor, metric): &(u32, Self)| FormulaPart {
            metric: *metric,
            factor: *factor,
            divides: false,
        };
        let by = FormulaPart {
            metric: ratio.by,
            factor: 1,
            divides: true,
        };
        ratio.parts.iter().map(part).chain([by]).collect()
    }

    /// Returns which kinds of events feed it.
    pub fn sources(self) -> Sources {
        let parts = self.parts();
        if parts.is_empty() {
            return self.definition().predicate.sources();
        }
        let mut taken = BTreeSet::new();
        let mut left_out: Option<BTreeSet<Kind>> = None;
        for part in parts {
            match part.metric.sources() {
                Sources::Only(kinds) => taken.extend(kinds),
                Sources::AllBut(kinds) => {
                    let kinds = kinds.into_iter().collect();
                    left_out = Some(left_out.map_or_else(
                        || BTreeSet::clone(&kinds),
                        |known| known.intersection(&kinds).copied().collect(),
                    ));
                }
            }
        }
        match left_out {
            None => Sources::Only(taken.into_iter().collect()),
            Some(kinds) => Sources::AllBut(kinds.difference(&taken).copied().collect()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_follow_from_predicates() {
        let messages = vec![Kind::MessageSent, Kind::ThreadReply];
        for (metric, sources) in [
            (Metric::Messages, Sources::Only(messages.clone())),
            // Whatever is asked of an event beside its kind makes no difference.
            (Metric::VoiceMessages, Sources::Only(messages.clone())),
            (Metric::Replies, Sources::Only(messages)),
            (Metric::Files, Sources::Only(vec![Kind::FileShared])),
            (Metric::Events, Sources::AllBut(Vec::new())),
            (Metric::ActivePeople, Sources::AllBut(vec![Kind::System])),
            (Metric::ErrorsPerPerson, Sources::AllBut(vec![Kind::System])),
        ] {
            assert_eq!(metric.sources(), sources, "{metric:?}");
        }
    }

    #[test]
    fn parts_are_those_of_the_quotient() {
        let part = |metric, factor, divides| FormulaPart {
            metric,
            factor,
            divides,
        };
        assert_eq!(
            Metric::Engagement.parts(),
            [
                part(Metric::Messages, 2, false),
                part(Metric::Reactions, 1, false),
                part(Metric::Files, 3, false),
                part(Metric::DaysActive, 1, true),
            ]
        );
        assert_eq!(Metric::Messages.parts(), []);
    }
}
