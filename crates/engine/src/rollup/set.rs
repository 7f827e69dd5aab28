//! Who did what: exact sets of people, and who was where.

use std::{cmp::Ordering, collections::BTreeMap};

use roaring::RoaringBitmap;
use serde::{Deserialize, Serialize};

use super::block::{Measure, OF_PAIR};

/// Place of the set of people who were active.
pub const ACTIVE: usize = 0;

/// Sets of people of one day, bots apart.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct People {
    /// By the place of what they have in common, in the order of the rollup's measures.
    sets: BTreeMap<(u8, bool), RoaringBitmap>,
}

impl People {
    /// Adds a person to the set at a place.
    pub fn insert(&mut self, place: usize, is_bot: bool, person: u32) {
        let key = (u8::try_from(place).unwrap_or(u8::MAX), is_bot);
        self.sets.entry(key).or_default().insert(person);
    }

    /// Adds everybody of other sets.
    pub fn absorb(&mut self, other: &Self) {
        for (key, set) in &other.sets {
            *self.sets.entry(*key).or_default() |= set;
        }
    }

    /// Returns the people of the set at a place; bots stand apart.
    pub fn of(&self, place: usize, is_bot: bool) -> Option<&RoaringBitmap> {
        let key = (u8::try_from(place).unwrap_or(u8::MAX), is_bot);
        self.sets.get(&key)
    }

    /// Returns the bytes that the sets take in memory.
    pub fn bytes(&self) -> usize {
        self.sets
            .values()
            .map(|set| set.serialized_size() + 64)
            .sum()
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

/// Who wrote or reacted in which channel: for each channel its people, ascending.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Pairs {
    channels: Vec<u32>,
    /// Where the people of each channel begin; one more than there are channels.
    starts: Vec<u32>,
    people: Vec<u32>,
    flags: Vec<u8>,
}

impl Pairs {
    /// Puts pairs of channel and person away, each with what the person did there.
    ///
    /// Bots and people stand apart, so a person may stand twice in a channel.
    pub fn new(mut pairs: Vec<(u32, u32, u8)>) -> Self {
        pairs.sort_unstable();
        let mut put = Self::default();
        for (channel, person, flags) in pairs {
            put.push(channel, person, flags);
        }
        put.close();
        put
    }

    /// Returns the pairs of both.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        let key = |(channel, person, flags): (u32, u32, u8)| (channel, person, flags & BOT);
        let mut put = Self::default();
        let (mut left, mut right) = (self.iter().peekable(), other.iter().peekable());
        loop {
            let order = match (left.peek(), right.peek()) {
                (Some(left), Some(right)) => key(*left).cmp(&key(*right)),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (None, None) => break,
            };
            let (one, two) = match order {
                Ordering::Less => (left.next(), None),
                Ordering::Greater => (right.next(), None),
                Ordering::Equal => (left.next(), right.next()),
            };
            let did = two.map_or(0, |(_, _, flags)| flags);
            if let Some((channel, person, flags)) = one {
                put.push(channel, person, flags | did);
            }
        }
        put.close();
        put
    }

    /// Adds a pair that comes after all others.
    fn push(&mut self, channel: u32, person: u32, flags: u8) {
        if self.channels.last() != Some(&channel) {
            self.channels.push(channel);
            self.starts.push(self.next_start());
        }
        self.people.push(person);
        self.flags.push(flags);
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

    /// Returns the people of a channel, each with what the person did there.
    pub fn in_channel(&self, channel: u32) -> impl Iterator<Item = (u32, u8)> {
        let found = self.channels.binary_search(&channel).ok();
        let range = found.map_or(0..0, |index| {
            self.starts[index] as usize..self.starts[index + 1] as usize
        });
        let people = self.people[range.clone()].iter().copied();
        people.zip(self.flags[range].iter().copied())
    }

    /// Returns every pair: channel, person, and what the person did there.
    pub fn iter(&self) -> impl Iterator<Item = (u32, u32, u8)> {
        self.channels.iter().flat_map(|channel| {
            self.in_channel(*channel)
                .map(|(person, flags)| (*channel, person, flags))
        })
    }

    /// Returns the channels, ascending.
    pub fn channels(&self) -> &[u32] {
        &self.channels
    }

    /// Returns the bytes that the pairs take in memory.
    pub fn bytes(&self) -> usize {
        (self.channels.len() + self.starts.len() + self.people.len()) * 4 + self.flags.len()
    }
}

/// Where a term was used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum TermKind {
    /// Emoji in messages.
    Emoji,
    /// Emoji of reactions.
    Reaction,
    /// Hosts of links in messages.
    Link,
    /// Hashtags in messages.
    Hashtag,
    /// Registrable domains of links in messages.
    Domain,
    /// Links in messages.
    Url,
}

/// A term, and how it was used.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Term {
    /// Where.
    pub kind: TermKind,
    /// The term.
    pub text: Box<str>,
    /// Whether bots used it.
    pub is_bot: bool,
    /// In how many messages or reactions.
    pub count: f64,
    /// Who used it.
    pub people: RoaringBitmap,
}

impl Term {
    /// Returns the bytes that the term takes in memory.
    pub fn bytes(&self) -> usize {
        size_of::<Self>() + self.text.len() + self.people.serialized_size() + 64
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn some_pairs() -> impl Strategy<Value = Vec<(u32, u32, u8)>> {
        // Who acts both as a bot and not stands twice.
        let pair = (0u32..5, 0u32..9, any::<bool>(), 1u8..4);
        let pairs = prop::collection::btree_map(
            pair.clone()
                .prop_map(|(channel, person, is_bot, _)| (channel, person, is_bot)),
            1u8..4,
            0..40,
        );
        pairs.prop_map(|pairs| {
            let one = |((channel, person, is_bot), did): ((u32, u32, bool), u8)| {
                (channel, person, did | if is_bot { BOT } else { 0 })
            };
            pairs.into_iter().map(one).collect()
        })
    }

    proptest! {
        #[test]
        fn a_union_holds_what_either_holds(left in some_pairs(), right in some_pairs()) {
            let mut all: BTreeMap<(u32, u32, u8), u8> = BTreeMap::new();
            for (channel, person, flags) in left.iter().chain(&right) {
                *all.entry((*channel, *person, flags & BOT)).or_default() |= flags;
            }
            let all = all.into_iter().map(|((channel, person, _), flags)| (channel, person, flags));
            let union = Pairs::new(left).union(&Pairs::new(right));
            prop_assert_eq!(union, Pairs::new(all.collect()));
        }
    }
}
