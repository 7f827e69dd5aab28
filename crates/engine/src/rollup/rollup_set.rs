//! Some of the rollups.

use super::Rollup;

/// Some of the rollups.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RollupSet(u32);

impl RollupSet {
    /// None of them.
    pub const NONE: Self = Self(0);

    /// Returns whether there is none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Returns whether a rollup is one of them.
    pub const fn contains(self, rollup: Rollup) -> bool {
        self.0 & (1 << rollup as u32) != 0
    }

    /// Returns them in the order of [`Rollup::ALL`].
    pub fn rollups(self) -> Vec<Rollup> {
        let all = Rollup::ALL.iter().copied();
        all.filter(|rollup| self.contains(*rollup)).collect()
    }
}

impl FromIterator<Rollup> for RollupSet {
    fn from_iter<I: IntoIterator<Item = Rollup>>(rollups: I) -> Self {
        let bits = rollups.into_iter().map(|rollup| 1 << rollup as u32);
        Self(bits.fold(0, |all, bit| all | bit))
    }
}
