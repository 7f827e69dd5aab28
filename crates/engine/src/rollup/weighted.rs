//! Sets of people where some stand for others.

use std::borrow::Cow;

use roaring::RoaringBitmap;
use serde::{Deserialize, Serialize};

/// A set of people, each with the least weight among the events by which it belongs to the set: how
/// many people it stands for.
///
/// Without sampled events every weight is 1, and this is one plain set. No weight is less: it is the
/// inverse of a rate of at most 1.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct WeightedSet {
    /// Everybody whose weight is 1.
    ones: RoaringBitmap,
    /// The others, by weight ascending. Who is in several of these sets has the first weight.
    heavier: Vec<(f64, RoaringBitmap)>,
}

impl From<RoaringBitmap> for WeightedSet {
    /// Returns the set of people who stand for themselves alone.
    fn from(ones: RoaringBitmap) -> Self {
        Self {
            ones,
            heavier: Vec::new(),
        }
    }
}

impl WeightedSet {
    /// Adds a person by an event of some weight.
    pub fn insert(&mut self, person: u32, weight: f64) {
        self.of_weight(weight).insert(person);
    }

    /// Adds everybody of another set.
    pub fn absorb(&mut self, other: &Self) {
        self.ones |= &other.ones;
        for (weight, people) in &other.heavier {
            *self.of_weight(*weight) |= people;
        }
    }

    /// Removes everybody who is not in another set.
    pub fn keep(&mut self, others: &RoaringBitmap) {
        self.ones &= others;
        for (_, people) in &mut self.heavier {
            *people &= others;
        }
        self.heavier.retain(|(_, people)| !people.is_empty());
    }

    fn of_weight(&mut self, weight: f64) -> &mut RoaringBitmap {
        if weight <= 1.0 {
            return &mut self.ones;
        }
        let place = self.heavier.partition_point(|(known, _)| *known < weight);
        let is_known = |(known, _): &(f64, RoaringBitmap)| *known <= weight;
        if !self.heavier.get(place).is_some_and(is_known) {
            self.heavier.insert(place, (weight, RoaringBitmap::new()));
        }
        &mut self.heavier[place].1
    }

    /// Leaves everybody in the set of the least weight alone, so that equal sets are kept equally.
    pub fn settle(&mut self) {
        if self.heavier.is_empty() {
            return;
        }
        let mut lighter = self.ones.clone();
        for (_, people) in &mut self.heavier {
            *people -= &lighter;
            lighter |= &*people;
        }
        self.heavier.retain(|(_, people)| !people.is_empty());
    }

    /// Returns whether there is nobody.
    pub fn is_empty(&self) -> bool {
        self.ones.is_empty() && self.heavier.iter().all(|(_, people)| people.is_empty())
    }

    /// Returns everybody, whatever the weight.
    pub fn everybody(&self) -> Cow<'_, RoaringBitmap> {
        self.up_to(f64::INFINITY)
    }

    /// Returns everybody whose weight is not larger than this.
    pub fn up_to(&self, weight: f64) -> Cow<'_, RoaringBitmap> {
        let mut people = Cow::Borrowed(&self.ones);
        let heavier = self.heavier.iter();
        for (_, more) in heavier.take_while(|(known, _)| *known <= weight) {
            *people.to_mut() |= more;
        }
        people
    }

    /// Returns the weights above 1, ascending.
    pub fn weights(&self) -> impl Iterator<Item = f64> {
        self.heavier.iter().map(|(weight, _)| *weight)
    }

    /// Returns everybody of each weight, by weight ascending.
    pub fn by_weight(&self) -> impl Iterator<Item = (f64, Cow<'_, RoaringBitmap>)> {
        let mut lighter = Cow::Borrowed(&self.ones);
        let ones = std::iter::once((1.0, lighter.clone()));
        ones.chain(self.heavier.iter().map(move |(weight, people)| {
            let of_weight = people - lighter.as_ref();
            *lighter.to_mut() |= people;
            (*weight, Cow::Owned(of_weight))
        }))
    }

    /// Returns how many people they stand for: the sum of their weights.
    pub fn total(&self) -> f64 {
        self.sum(RoaringBitmap::len)
    }

    /// Returns how many people those of them stand for who are in another set too.
    pub fn total_among(&self, others: &RoaringBitmap) -> f64 {
        self.sum(|people| people.intersection_len(others))
    }

    fn sum(&self, count: impl Fn(&RoaringBitmap) -> u64) -> f64 {
        let weights = std::iter::once(1.0).chain(self.weights());
        weighted_sum(weights.map(|weight| (weight, count(&self.up_to(weight)))))
    }

    /// Returns the bytes that the set takes in memory.
    pub fn bytes(&self) -> usize {
        let bytes = |people: &RoaringBitmap| people.serialized_size() + 64;
        let heavier = self.heavier.iter().map(|(_, people)| bytes(people));
        bytes(&self.ones) + heavier.sum::<usize>()
    }
}

/// Returns the sum of the weights of some people, given all their weights, ascending, and how many of
/// them have at most each of these.
///
/// It is exact: weights are whole numbers of 2⁻²⁰ (see [`domain::event::weight_of`]).
pub fn weighted_sum(counts: impl Iterator<Item = (f64, u64)>) -> f64 {
    let (mut sum, mut before) = (0.0, 0);
    for (weight, people) in counts {
        sum += weight * (people - before) as f64;
        before = people;
    }
    sum
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    fn set(people: &[(u32, f64)]) -> WeightedSet {
        let mut set = WeightedSet::default();
        for (person, weight) in people {
            set.insert(*person, *weight);
        }
        set
    }

    fn some_people() -> impl Strategy<Value = Vec<(u32, f64)>> {
        let weight = prop::sample::select(vec![1.0, 1.0, 2.5, 4.0, 10.0]);
        prop::collection::vec((0u32..12, weight), 0..40)
    }

    #[test]
    fn worked_by_hand() {
        // Person 1 is in it by a whole event, 2 by one of weight 4 at least, and 3 of weight 10.
        let mut people = set(&[(1, 4.0), (2, 10.0), (1, 1.0), (2, 4.0), (3, 10.0)]);
        assert!((people.total() - 15.0).abs() < f64::EPSILON);
        let others: RoaringBitmap = [1, 3, 9].into_iter().collect();
        assert!((people.total_among(&others) - 11.0).abs() < f64::EPSILON);
        people.settle();
        assert_eq!(people, set(&[(1, 1.0), (2, 4.0), (3, 10.0)]));
        assert_eq!(people.weights().collect::<Vec<_>>(), [4.0, 10.0]);
    }

    #[test]
    fn without_samples_a_set_takes_one_byte_more_than_a_plain_one() {
        let people: RoaringBitmap = (0..5_000).map(|number| number * 3).collect();
        let plain = postcard::to_stdvec(&people).unwrap();
        let weighted = postcard::to_stdvec(&WeightedSet::from(people)).unwrap();
        assert_eq!(weighted.len(), plain.len() + 1);
    }

    proptest! {
        #[test]
        fn everybody_has_the_least_weight(
            left in some_people(),
            right in some_people(),
            others in prop::collection::btree_set(0u32..12, 0..8),
        ) {
            let mut least: BTreeMap<u32, f64> = BTreeMap::new();
            for (person, weight) in left.iter().chain(&right) {
                let known = least.entry(*person).or_insert(*weight);
                *known = known.min(*weight);
            }
            let (mut all, mut more) = (set(&left), set(&right));
            more.settle();
            all.absorb(&more);
            let among = least.iter().filter(|(person, _)| others.contains(person));
            let among: f64 = among.map(|(_, weight)| weight).fold(0.0, |sum, weight| sum + weight);
            let total = least.values().fold(0.0, |sum, weight| sum + weight);
            let others: RoaringBitmap = others.iter().copied().collect();
            prop_assert_eq!(all.total().to_bits(), total.to_bits());
            prop_assert_eq!(all.total_among(&others).to_bits(), among.to_bits());
            prop_assert_eq!(all.is_empty(), least.is_empty());
            prop_assert_eq!(all.everybody().into_owned(), least.keys().copied().collect::<RoaringBitmap>());
            all.settle();
            let least: Vec<(u32, f64)> = least.into_iter().collect();
            prop_assert_eq!(all, set(&least));
        }
    }
}
