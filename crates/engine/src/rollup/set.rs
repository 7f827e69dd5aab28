//! Who did what: exact sets of people, and who was where.

use std::{cmp::Ordering, collections::BTreeMap};

use roaring::RoaringBitmap;
use serde::{Deserialize, Serialize};

use super::{
    block::{Measure, OF_PAIR},
    weighted::WeightedSet,
};

/// Place of the set of people who were active.
pub const ACTIVE: usize = 0;

/// Sets of people of one day, bots apart.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct People {
    /// By the place of what they have in common, in the order of the rollup's measures.
    sets: BTreeMap<(u8, bool), WeightedSet>,
}

impl People {
    /// Adds a person to the set at a place, by an event of some weight.
    pub fn insert(&mut self, place: usize, is_bot: bool, person: u32, weight: f64) {
        let key = (u8::try_from(place).unwrap_or(u8::MAX), is_bot);
        self.sets.entry(key).or_default().insert(person, weight);
    }

    /// Adds everybody of other sets.
    pub fn absorb(&mut self, other: &Self) {
        for (key, set) in &other.sets {
            self.sets.entry(*key).or_default().absorb(set);
        }
    }

    /// Leaves everybody with the least weight alone.
    pub fn settle(&mut self) {
        self.sets.values_mut().for_each(WeightedSet::settle);
    }

    /// Returns the people of the set at a place; bots stand apart.
    pub fn of(&self, place: usize, is_bot: bool) -> Option<&WeightedSet> {
        let key = (u8::try_from(place).unwrap_or(u8::MAX), is_bot);
        self.sets.get(&key)
    }

    /// Returns the bytes that the sets take in memory.
    pub fn bytes(&self) -> usize {
        self.sets.values().map(WeightedSet::bytes).sum()
    }
}

/// It was a bot. The other flags of a pair say which measures of people count it.
pub const BOT: u8 = 1 << 7;

/// Returns the flags of a pair, given which measures count it.
pub(crate) fn flags_of(counts: impl Fn(&Measure) -> bool) -> u8 {
    let measures = OF_PAIR.iter().enumerate();
    measures
        .filter(|(_, measure)| counts(measure))
        .fold(0, |flags, (place, _)| flags | flag_of(place))
}

/// Returns the flag of a measure of pairs.
pub(crate) const fn flag_of(place: usize) -> u8 {
    1 << place
}

/// A pair: channel, person, what the person did there, and the weight of the events that say so.
pub type Pair = (u32, u32, u8, f64);

/// Who wrote, reacted or read in which channel: for each channel its people, ascending.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Pairs {
    channels: Vec<u32>,
    /// Where the people of each channel begin; one more than there are channels.
    starts: Vec<u32>,
    people: Vec<u32>,
    flags: Vec<u8>,
    /// The weights of the pairs; none where all are 1.
    weights: Vec<f64>,
}

impl Pairs {
    /// Puts pairs of channel and person away.
    ///
    /// Bots and people stand apart, so a person may stand twice in a channel; and more often where
    /// sampled events say so: once for each weight, with what no lighter events say.
    pub fn new(mut pairs: Vec<Pair>) -> Self {
        pairs.sort_unstable_by(compare);
        let mut put = Self::default();
        for pair in pairs {
            put.push(pair);
        }
        put.close();
        put
    }

    /// Returns the pairs of both.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        let mut put = Self::default();
        let (mut left, mut right) = (self.iter().peekable(), other.iter().peekable());
        loop {
            let order = match (left.peek(), right.peek()) {
                (Some(left), Some(right)) => compare(left, right),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (None, None) => break,
            };
            let (one, two) = match order {
                Ordering::Less => (left.next(), None),
                Ordering::Greater => (right.next(), None),
                Ordering::Equal => (left.next(), right.next()),
            };
            let did = two.map_or(0, |(_, _, flags, _)| flags);
            if let Some((channel, person, flags, weight)) = one {
                put.push((channel, person, flags | did, weight));
            }
        }
        put.close();
        put
    }

    /// Adds what a pair says that those before it do not; it comes after all others.
    fn push(&mut self, (channel, person, flags, weight): Pair) {
        let flags = flags & !self.said_of(channel, person, flags & BOT);
        if flags & !BOT == 0 {
            return;
        }
        if self.channels.last() != Some(&channel) {
            self.channels.push(channel);
            self.starts.push(self.next_start());
        }
        if weight > 1.0 && self.weights.is_empty() {
            self.weights.resize(self.people.len(), 1.0);
        }
        if weight > 1.0 || !self.weights.is_empty() {
            self.weights.push(weight);
        }
        self.people.push(person);
        self.flags.push(flags);
    }

    /// Returns what the last pairs say, where they are of this channel and person as well.
    fn said_of(&self, channel: u32, person: u32, bot: u8) -> u8 {
        if self.channels.last() != Some(&channel) {
            return 0;
        }
        let begin = self.starts.last().map_or(0, |start| *start as usize);
        let last = self.people[begin..].iter().zip(&self.flags[begin..]).rev();
        last.take_while(|(known, flags)| **known == person && **flags & BOT == bot)
            .fold(0, |said, (_, flags)| said | (flags & !BOT))
    }

    /// Ends the last channel.
    fn close(&mut self) {
        self.starts.push(self.next_start());
    }

    fn next_start(&self) -> u32 {
        u32::try_from(self.people.len()).unwrap_or(u32::MAX)
    }

    /// Returns how many pairs there are.
    pub fn len(&self) -> usize {
        self.people.len()
    }

    /// Returns whether there is none.
    pub fn is_empty(&self) -> bool {
        self.people.is_empty()
    }

    /// Returns the people of a channel, each with what the person did there and the weight of it.
    pub fn in_channel(&self, channel: u32) -> impl Iterator<Item = (u32, u8, f64)> {
        let found = self.channels.binary_search(&channel).ok();
        let range = found.map_or(0..0, |index| {
            self.starts[index] as usize..self.starts[index + 1] as usize
        });
        range.map(|place| {
            let weight = self.weights.get(place).copied().unwrap_or(1.0);
            (self.people[place], self.flags[place], weight)
        })
    }

    /// Returns those people of a channel who count, by number and by what they did there.
    pub fn people_of(&self, channel: u32, counts: impl Fn(u32, u8) -> bool) -> WeightedSet {
        let counted = self
            .in_channel(channel)
            .filter(|(person, flags, _)| counts(*person, *flags));
        if self.weights.is_empty() {
            let mut people: Vec<u32> = counted.map(|(person, ..)| person).collect();
            people.dedup();
            return WeightedSet::from(ascending(&people));
        }
        let mut people = WeightedSet::default();
        for (person, _, weight) in counted {
            people.insert(person, weight);
        }
        people
    }

    /// Returns every pair.
    pub fn iter(&self) -> impl Iterator<Item = Pair> {
        self.channels.iter().flat_map(|channel| {
            self.in_channel(*channel)
                .map(|(person, flags, weight)| (*channel, person, flags, weight))
        })
    }

    /// Returns the channels, ascending.
    pub fn channels(&self) -> &[u32] {
        &self.channels
    }

    /// Returns the bytes that the pairs take in memory.
    pub fn bytes(&self) -> usize {
        let numbers = self.channels.len() + self.starts.len() + self.people.len();
        numbers * 4 + self.flags.len() + self.weights.len() * 8
    }
}

/// Orders pairs by channel, person, whether it was a bot, and weight.
fn compare(left: &Pair, right: &Pair) -> Ordering {
    let key = |(channel, person, flags, _): &Pair| (*channel, *person, flags & BOT);
    let by_weight = || left.3.total_cmp(&right.3);
    key(left).cmp(&key(right)).then_with(by_weight)
}

/// Returns the set of numbers that ascend.
fn ascending(numbers: &[u32]) -> RoaringBitmap {
    RoaringBitmap::from_sorted_iter(numbers.iter().copied())
        .unwrap_or_else(|_| numbers.iter().copied().collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn some_pairs() -> impl Strategy<Value = Vec<Pair>> {
        // Who acts both as a bot and not stands twice.
        let weight = prop::sample::select(vec![1.0, 1.0, 2.5, 10.0]);
        let pair = (0u32..5, 0u32..9, any::<bool>(), weight, 1u8..8);
        prop::collection::vec(pair, 0..40).prop_map(|pairs| {
            let pairs = pairs.into_iter();
            let pairs = pairs.map(|(channel, person, is_bot, weight, did)| {
                let flags = did | if is_bot { BOT } else { 0 };
                (channel, person, flags, weight)
            });
            merged(pairs)
        })
    }

    /// As they are counted: one for each channel, person and weight.
    fn merged(pairs: impl IntoIterator<Item = Pair>) -> Vec<Pair> {
        let mut all: BTreeMap<(u32, u32, u8, u64), u8> = BTreeMap::new();
        for (channel, person, flags, weight) in pairs {
            let key = (channel, person, flags & BOT, weight.to_bits());
            *all.entry(key).or_default() |= flags;
        }
        let pair = |((channel, person, _, weight), flags): ((u32, u32, u8, u64), u8)| {
            (channel, person, flags, f64::from_bits(weight))
        };
        all.into_iter().map(pair).collect()
    }

    /// The least weight of each thing that somebody did somewhere.
    fn least(pairs: impl IntoIterator<Item = Pair>) -> BTreeMap<(u32, u32, u8, u8), f64> {
        let mut all = BTreeMap::new();
        for (channel, person, flags, weight) in pairs {
            for place in (0..OF_PAIR.len()).filter(|place| flags & flag_of(*place) != 0) {
                let key = (channel, person, flags & BOT, flag_of(place));
                let known = all.entry(key).or_insert(weight);
                *known = weight.min(*known);
            }
        }
        all
    }

    proptest! {
        #[test]
        fn a_union_holds_what_either_holds(left in some_pairs(), right in some_pairs()) {
            let all = merged([left.clone(), right.clone()].concat());
            let union = Pairs::new(left).union(&Pairs::new(right));
            prop_assert_eq!(least(union.iter()), least(all.clone()));
            // Nothing is said twice.
            let said: u32 = union.iter().map(|(_, _, flags, _)| (flags & !BOT).count_ones()).sum();
            prop_assert_eq!(said as usize, least(all.clone()).len());
            prop_assert_eq!(&union, &Pairs::new(all.clone()));
            let is_sampled = union.iter().any(|(.., weight)| weight > 1.0);
            prop_assert_eq!(union.weights.is_empty(), !is_sampled);
        }
    }
}
