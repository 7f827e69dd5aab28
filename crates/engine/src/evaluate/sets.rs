//! Uniting who did what, where, and with which terms.

use domain::{
    dimension::{Dimension, KeyKind},
    metric::{Aggregate, Quantity},
};

use super::{Fixed, Run, with_bot};
use crate::rollup::{BOT, Pair, Pairs, People, Rollup, Term, TermKind, flag_of, term_kinds};

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
                    if let Some(mine) = self.gathered[place].people(group) {
                        mine.absorb(set);
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
            for (number, flags, weight) in pairs.in_channel(channel) {
                let is_bot = flags & BOT != 0;
                if self.counts(is_bot) && self.is_wanted(number) {
                    self.pair((channel, number, flags, weight), fixed);
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
            let people = pairs.people_of(channel, |number, flags| {
                flags & wanted != 0 && self.counts(flags & BOT != 0) && self.is_wanted(number)
            });
            if people.is_empty() {
                continue;
            }
            let group = self.index.group(key);
            let gathered = &mut self.gathered[place];
            if let Some(mine) = gathered.people(group) {
                mine.absorb(&people);
            } else if let Some(channels) = gathered.set(group) {
                channels.insert(channel);
            }
        }
    }

    pub(super) fn pair(&mut self, pair: Pair, fixed: &Fixed) {
        let (channel, number, flags, weight) = pair;
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
            let gathered = &mut self.gathered[place];
            if let Some(people) = gathered.people(group) {
                people.insert(number, weight);
            } else if let Some(channels) = gathered.set(group) {
                channels.insert(channel);
            }
        }
    }

    /// Unites who used which terms.
    pub(super) fn terms_of(&mut self, terms: &[Term], fixed: &Fixed) {
        for kind in term_kinds(self.query).unwrap_or_default() {
            self.terms_of_kind(terms, *kind, fixed);
        }
    }

    fn terms_of_kind(&mut self, terms: &[Term], kind: TermKind, fixed: &Fixed) {
        let mut dimensions = self.query.dimensions.iter();
        let is_term = |dimension: &Dimension| {
            matches!(dimension.keys(), KeyKind::Term(_) | KeyKind::Property(_))
        };
        let Some(place) = dimensions.position(is_term) else {
            return;
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
            let mut key = fixed.0;
            key[place] = number;
            let group = self.index.group(key);
            for (metric, gathered) in self.query.metrics.iter().zip(&mut self.gathered) {
                match metric.definition().aggregate {
                    Aggregate::Sum(Quantity::FileBytes) => {
                        gathered.number(group, term.bytes_of_files);
                    }
                    Aggregate::Count => gathered.number(group, term.count),
                    _ => {
                        if let Some(people) = gathered.people(group) {
                            people.absorb(&term.people);
                        }
                    }
                }
            }
        }
    }
}
