//! Which numbers of a workspace count as which.

use std::collections::{BTreeMap, HashMap};

use domain::time::Instant;

/// Where a number was merged into, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::duckdb) struct Link {
    pub(in crate::duckdb) into: u32,
    pub(in crate::duckdb) at: Instant,
}

/// The merges of a workspace: each number that was merged has one that it was merged into, and who is
/// at the end of that way counts.
#[derive(Debug, Clone, Default)]
pub(in crate::duckdb) struct Forest {
    links: BTreeMap<u32, Link>,
    /// Who counts, of each that was merged.
    counts: HashMap<u32, u32>,
    /// Who counts as each that counts, ascending.
    others: HashMap<u32, Vec<u32>>,
}

impl Forest {
    /// Returns the forest of these merges, in which there is no circle.
    pub(in crate::duckdb) fn new(links: BTreeMap<u32, Link>) -> Self {
        let mut forest = Self {
            links,
            ..Self::default()
        };
        for from in forest.links.keys() {
            let mut root = *from;
            while let Some(link) = forest.links.get(&root) {
                root = link.into;
            }
            forest.counts.insert(*from, root);
            forest.others.entry(root).or_default().push(*from);
        }
        forest
    }

    /// Returns the forest with one more merge.
    pub(in crate::duckdb) fn with(&self, from: u32, link: Link) -> Self {
        let mut links = self.links.clone();
        links.insert(from, link);
        Self::new(links)
    }

    /// Returns the forest with one merge less.
    pub(in crate::duckdb) fn without(&self, from: u32) -> Self {
        let mut links = self.links.clone();
        links.remove(&from);
        Self::new(links)
    }

    /// Returns how many numbers were merged.
    pub(in crate::duckdb) fn count(&self) -> usize {
        self.links.len()
    }

    /// Returns where a number was merged into.
    pub(in crate::duckdb) fn link(&self, from: u32) -> Option<Link> {
        self.links.get(&from).copied()
    }

    /// Returns every merge, by number.
    pub(in crate::duckdb) fn links(&self) -> impl Iterator<Item = (u32, Link)> {
        self.links.iter().map(|(from, link)| (*from, *link))
    }

    /// Returns whether a number was merged, so that another one counts.
    pub(in crate::duckdb) fn hides(&self, number: u32) -> bool {
        self.links.contains_key(&number)
    }

    /// Returns whether a number was merged or others were merged into it.
    pub(in crate::duckdb) fn holds(&self, number: u32) -> bool {
        self.hides(number) || self.others.contains_key(&number)
    }

    /// Returns the number that counts.
    pub(in crate::duckdb) fn root(&self, number: u32) -> u32 {
        self.counts.get(&number).copied().unwrap_or(number)
    }

    /// Returns who counts as a number that counts, ascending.
    pub(in crate::duckdb) fn others(&self, root: u32) -> &[u32] {
        self.others.get(&root).map_or(&[], Vec::as_slice)
    }

    /// Returns a number that was merged, with all that were merged into it on any way.
    pub(in crate::duckdb) fn branch(&self, from: u32) -> Vec<u32> {
        let is_of = |number: &u32| {
            let mut at = *number;
            while at != from {
                match self.links.get(&at) {
                    Some(link) => at = link.into,
                    None => return false,
                }
            }
            true
        };
        let others = self.others(self.root(from)).iter();
        others.copied().filter(is_of).collect()
    }

    /// Returns whether a number that counts is a bot, given what is known of each: its own record says
    /// so, else that of any other does.
    pub(in crate::duckdb) fn is_bot(&self, root: u32, own: impl Fn(u32) -> Option<bool>) -> bool {
        let is_one = |number: &u32| own(*number) == Some(true);
        own(root).unwrap_or_else(|| self.others(root).iter().any(is_one))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 1 and 2 into 3, 3 into 5; 4 into 5; 8 into 9.
    fn forest() -> Forest {
        let links = [(1, 3), (2, 3), (3, 5), (4, 5), (8, 9)];
        let links = links.map(|(from, into)| {
            let at = Instant::from_millis(i64::from(from));
            (from, Link { into, at })
        });
        Forest::new(links.into())
    }

    #[test]
    fn whoever_is_at_the_end_of_the_way_counts() {
        let forest = forest();
        let roots: Vec<u32> = (0..10).map(|number| forest.root(number)).collect();
        assert_eq!(roots, [0, 5, 5, 5, 5, 5, 6, 7, 9, 9]);
        assert_eq!(forest.others(5), [1, 2, 3, 4]);
        assert_eq!(forest.branch(3), [1, 2, 3]);
        assert_eq!(forest.branch(1), [1]);
        let undone = forest.without(3);
        assert_eq!((undone.root(1), undone.root(3)), (3, 3));
        assert_eq!(
            (undone.others(3), undone.others(5)),
            (&[1, 2][..], &[4][..])
        );
        let again = undone.with(
            3,
            Link {
                into: 9,
                at: Instant::from_millis(0),
            },
        );
        assert_eq!(again.others(9), [1, 2, 3, 8]);
    }

    #[test]
    fn who_counts_is_a_bot_by_its_own_record_and_else_by_any_other() {
        let forest = forest();
        let is_bot = |known: &[(u32, bool)]| {
            let known: HashMap<u32, bool> = known.iter().copied().collect();
            forest.is_bot(5, |number| known.get(&number).copied())
        };
        assert!(!is_bot(&[]));
        assert!(!is_bot(&[(1, false), (8, true)]));
        assert!(is_bot(&[(1, false), (4, true)]));
        assert!(!is_bot(&[(5, false), (4, true)]));
        assert!(is_bot(&[(5, true), (4, false)]));
    }
}
