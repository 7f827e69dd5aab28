//! Uniting who did what, where, and with which terms.

use domain::{
    dimension::{Dimension, KeyKind, TermList},
    metric::{Aggregate, Key},
};
use roaring::RoaringBitmap;

use super::{Fixed, NONE, Run, with_bot};
use crate::rollup::{BOT, Pairs, People, Rollup, Term, TermKind, flag_of};

impl Run<'_> {
    /// Unites sets of people.
    pub(super) fn people(&mut self, people: &People, fixed: &Fixed) {
        for place in 0..self.routed.len() {
            let route = &self.routed[place];
            if route.rollup != Rollup::People {
                continue;
            }
            for is_bot in self.populations() {
                if let Some(set) = people
                    .of(route.measure, *is_bot)
                    .filter(|set| !set.is_empty())
                {
                    let key = with_bot(fixed.0, &self.query.dimensions, *is_bot);
                    let group = self.index.group(key);
                    if let Some(mine) = self.gathered[place].set(group) {
                        *mine |= set;
                    }
                }
            }
        }
    }

    /// Unites who was where.
    pub(super) fn pairs(&mut self, pairs: &Pairs, fixed: &Fixed) {
        let channels: Vec<u32> = match &self.constraint.channels {
            None => pairs.channels().to_vec(),
            Some(wanted) => wanted.clone(),
        };
        let together = !self
            .query
            .dimensions
            .iter()
            .any(|dimension| matches!(dimension, Dimension::User | Dimension::IsBot));
        for channel in channels {
            if together {
                self.people_of_channel(pairs, channel, fixed);
                continue;
            }
            for (number, flags) in pairs.in_channel(channel) {
                let is_bot = flags & BOT != 0;
                if self.counts(is_bot) && self.is_wanted(number) {
                    self.pair(channel, number, flags, fixed);
                }
            }
        }
    }

    /// Unites the people of a channel, where they are not told apart.
    pub(super) fn people_of_channel(&mut self, pairs: &Pairs, channel: u32, fixed: &Fixed) {
        let mut key = fixed.0;
        for (place, dimension) in key.iter_mut().zip(&self.query.dimensions) {
            if *dimension == Dimension::Channel {
                *place = channel.into();
            }
        }
        for place in 0..self.routed.len() {
            let route = &self.routed[place];
            if route.rollup != Rollup::Pairs {
                continue;
            }
            let wanted = flag_of(route.measure);
            let counted = pairs.in_channel(channel).filter(|(number, flags)| {
                flags & wanted != 0 && self.counts(flags & BOT != 0) && self.is_wanted(*number)
            });
            let mut people: Vec<u32> = counted.map(|(number, _)| number).collect();
            people.dedup();
            if people.is_empty() {
                continue;
            }
            let counts_channels = self.counts_channels(place);
            let group = self.index.group(key);
            if let Some(set) = self.gathered[place].set(group) {
                if counts_channels {
                    set.insert(channel);
                } else {
                    *set |= ascending(&people);
                }
            }
        }
    }

    pub(super) fn pair(&mut self, channel: u32, number: u32, flags: u8, fixed: &Fixed) {
        let mut key = with_bot(fixed.0, &self.query.dimensions, flags & BOT != 0);
        for (place, dimension) in key.iter_mut().zip(&self.query.dimensions) {
            match dimension {
                Dimension::Channel => *place = channel.into(),
                Dimension::User => *place = number.into(),
                _ => {}
            }
        }
        let mut group = None;
        for place in 0..self.routed.len() {
            let route = &self.routed[place];
            if route.rollup != Rollup::Pairs || flags & flag_of(route.measure) == 0 {
                continue;
            }
            let group = *group.get_or_insert_with(|| self.index.group(key));
            let member = if self.counts_channels(place) {
                channel
            } else {
                number
            };
            if let Some(set) = self.gathered[place].set(group) {
                set.insert(member);
            }
        }
    }

    fn counts_channels(&self, place: usize) -> bool {
        let aggregate = self.query.metrics[place].definition().aggregate;
        aggregate == Aggregate::Distinct(Key::Channel)
    }

    pub(super) fn terms_of(&mut self, terms: &[Term]) {
        let split = self.query.dimensions.first().map(|first| first.keys());
        let Some(KeyKind::Term(list)) = split else {
            return;
        };
        let kind = match list {
            TermList::Emoji if self.constraint.kinds.is_some() => TermKind::Reaction,
            TermList::Emoji => TermKind::Emoji,
            TermList::Links => TermKind::Link,
            TermList::Hashtags => TermKind::Hashtag,
            TermList::Domains => TermKind::Domain,
            TermList::Urls => TermKind::Url,
            // The rollup has none of them, and no question about them comes here.
            TermList::Topics
            | TermList::FileNames
            | TermList::FileExtensions
            | TermList::FileKinds
            | TermList::FileHashes => return,
        };
        let begin = terms.partition_point(|term| term.kind < kind);
        for term in terms[begin..].iter().take_while(|term| term.kind == kind) {
            if !self.counts(term.is_bot) {
                continue;
            }
            let known = self.term_numbers.get(&term.text).copied();
            let number = known.unwrap_or_else(|| {
                let number = i64::try_from(self.terms.len()).unwrap_or(i64::MAX);
                self.terms.push(term.text.clone());
                self.term_numbers.insert(term.text.clone(), number);
                number
            });
            let group = self.index.group([number, NONE, NONE]);
            for (place, metric) in self.query.metrics.iter().enumerate() {
                match metric.definition().aggregate {
                    Aggregate::Distinct(_) => {
                        if let Some(set) = self.gathered[place].set(group) {
                            *set |= &term.people;
                        }
                    }
                    _ => self.gathered[place].number(group, term.count),
                }
            }
        }
    }
}

/// Returns the set of numbers that ascend.
fn ascending(numbers: &[u32]) -> RoaringBitmap {
    RoaringBitmap::from_sorted_iter(numbers.iter().copied())
        .unwrap_or_else(|_| numbers.iter().copied().collect())
}
