//! Durations of which percentiles are wanted, however many there are.

/// So many are kept as they are. Of more it is counted how many lie in each class.
pub const MOST_EXACT: usize = 1_000;
/// Bits of a duration that tell its class, after the highest: classes are narrower than a 64th of what
/// they hold, so their middles are less than 0.8 % from it.
const BITS: u32 = 6;

/// How long some things took, in milliseconds.
///
/// It depends on the durations alone and not on the order in which they come, or in which such lists are
/// merged.
#[derive(Debug, Clone, Default)]
pub struct Durations {
    count: u64,
    sum: u64,
    /// Those that are not counted by class, in any order.
    plain: Vec<u32>,
    /// Classes with how many durations lie in each; ascending.
    classes: Vec<(u16, u64)>,
}

impl Durations {
    /// Adds a duration.
    pub fn push(&mut self, millis: u32) {
        self.count += 1;
        self.sum += u64::from(millis);
        self.plain.push(millis);
        if self.plain.len() > MOST_EXACT {
            self.classify();
        }
    }

    /// Adds those of another list.
    pub fn merge(&mut self, other: &Self) {
        self.count += other.count;
        self.sum += other.sum;
        self.plain.extend(&other.plain);
        if !other.classes.is_empty() {
            self.classes = added(&self.classes, &other.classes);
        }
        if self.plain.len() > MOST_EXACT || !self.is_exact() {
            self.classify();
        }
    }

    /// Returns how many there are.
    pub const fn count(&self) -> u64 {
        self.count
    }

    /// Returns whether each of them is known; else what is told of single ones is less than 1 % from it.
    pub const fn is_exact(&self) -> bool {
        self.classes.is_empty()
    }

    /// Returns the durations with how many times each is there, ascending.
    pub fn counted(&self) -> Vec<(u32, u64)> {
        if self.is_exact() {
            let mut plain = self.plain.clone();
            plain.sort_unstable();
            let same = plain.chunk_by(|one, next| one == next);
            return same.map(|same| (same[0], same.len() as u64)).collect();
        }
        let classes = added(&self.classes, &classes_of(&mut self.plain.clone()));
        let middle = |(class, count): (u16, u64)| (middle(class), count);
        classes.into_iter().map(middle).collect()
    }

    /// Returns what is to be said of them; `None` without any.
    pub fn times(&self) -> Option<Times> {
        let counted = self.counted();
        let at = |percent: u64| {
            nth(
                &counted,
                (self.count * percent).div_ceil(100).checked_sub(1)?,
            )
        };
        Some(Times {
            count: self.count,
            sum: self.sum,
            p50: at(50)?,
            p90: at(90)?,
            p95: at(95)?,
            is_exact: self.is_exact(),
        })
    }

    /// Returns the bytes that they take in memory.
    pub fn bytes(&self) -> usize {
        size_of::<Self>() + size_of_val(&self.plain[..]) + size_of_val(&self.classes[..])
    }

    fn classify(&mut self) {
        self.classes = added(&self.classes, &classes_of(&mut self.plain));
        self.plain.clear();
    }
}

impl FromIterator<u32> for Durations {
    fn from_iter<T: IntoIterator<Item = u32>>(durations: T) -> Self {
        let mut all = Self::default();
        for millis in durations {
            all.push(millis);
        }
        all
    }
}

/// How long some things took, in milliseconds.
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
    /// Whether the percentiles, by nearest rank, are the durations that they stand for; else they are less than
    /// 1 % from these.
    pub is_exact: bool,
}

/// Returns the duration at a place of an ascending list, from 0.
pub(super) fn nth(counted: &[(u32, u64)], place: u64) -> Option<u32> {
    let mut before = 0;
    let mut counted = counted.iter();
    let found = counted.find(|(_, count)| {
        before += count;
        before > place
    });
    found.map(|(millis, _)| *millis)
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "there are fewer than 2,048 classes"
)]
const fn class_of(millis: u32) -> u16 {
    let shift = (u32::BITS - millis.leading_zeros()).saturating_sub(BITS + 1);
    ((shift << BITS) + (millis >> shift)) as u16
}

fn middle(class: u16) -> u32 {
    let class = u32::from(class);
    let shift = (class >> BITS).saturating_sub(1);
    let first = (class - (shift << BITS)) << shift;
    first + (1 << shift) / 2
}

/// Returns the classes of durations, which are sorted for it.
fn classes_of(plain: &mut [u32]) -> Vec<(u16, u64)> {
    plain.sort_unstable();
    let same = plain.chunk_by(|one, next| class_of(*one) == class_of(*next));
    same.map(|same| (class_of(same[0]), same.len() as u64))
        .collect()
}

/// Returns both lists of classes as one.
fn added(left: &[(u16, u64)], right: &[(u16, u64)]) -> Vec<(u16, u64)> {
    let mut all = Vec::with_capacity(left.len() + right.len());
    all.extend_from_slice(left);
    all.extend_from_slice(right);
    // Two ascending runs are merged, not sorted.
    all.sort_by_key(|(class, _)| *class);
    all.dedup_by(|(class, count), (kept, sum)| {
        let is_same = class == kept;
        if is_same {
            *sum += *count;
        }
        is_same
    });
    all
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn classes_follow_each_other() {
        for class in 0u16..128 {
            assert_eq!(middle(class), u32::from(class));
            assert_eq!(class_of(u32::from(class)), class);
        }
        // From 128 on they are two wide, from 256 on four.
        assert_eq!(
            [class_of(128), class_of(129), class_of(130)],
            [128, 128, 129]
        );
        assert_eq!(
            [class_of(255), class_of(256), class_of(259)],
            [191, 192, 192]
        );
        assert_eq!([middle(128), middle(192), middle(193)], [129, 258, 262]);
        assert!(class_of(u32::MAX) < 2_048);
    }

    proptest! {
        #[test]
        fn the_middle_of_a_class_is_less_than_a_hundredth_away(millis in 0u32..=86_400_000) {
            let told = middle(class_of(millis));
            prop_assert!(told.abs_diff(millis) * 100 <= millis);
        }

        #[test]
        fn a_list_is_what_it_is_made_of(
            parts in prop::collection::vec(prop::collection::vec(0u32..=86_400_000, 0..1_500), 1..5),
        ) {
            let mut all: Vec<u32> = parts.concat();
            let one: Durations = all.iter().copied().collect();
            let mut merged = Durations::default();
            for part in parts.iter().rev() {
                merged.merge(&part.iter().copied().collect());
            }
            prop_assert_eq!(one.counted(), merged.counted());
            prop_assert_eq!(one.is_exact(), all.len() <= MOST_EXACT);
            let Some(times) = merged.times() else {
                prop_assert!(all.is_empty());
                return Ok(());
            };
            all.sort_unstable();
            prop_assert_eq!(times.count, all.len() as u64);
            prop_assert_eq!(times.sum, all.iter().map(|one| u64::from(*one)).sum::<u64>());
            for (percent, told) in [(50, times.p50), (90, times.p90), (95, times.p95)] {
                let exact = all[(all.len() * percent).div_ceil(100) - 1];
                prop_assert!(told.abs_diff(exact) * 100 <= exact);
                prop_assert!(!times.is_exact || told == exact);
            }
        }
    }
}
