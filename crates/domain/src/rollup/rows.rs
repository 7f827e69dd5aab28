//! Rows of numbers by key: while they are counted, and once they are put away.

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::{
    column::{Column, Combine},
    key::RowKey,
};

/// Rows that are being counted.
#[derive(Debug, Clone)]
pub struct Tallies<K, const N: usize> {
    combine: [Combine; N],
    rows: FxHashMap<K, [f64; N]>,
}

/// Rows that are put away: sorted by key, column by column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rows<K> {
    /// The keys, ascending.
    pub keys: Vec<K>,
    /// A value of each row.
    pub columns: Vec<Column>,
}

impl<K: RowKey, const N: usize> Tallies<K, N> {
    /// Returns no rows.
    pub fn new(combine: [Combine; N]) -> Self {
        Self {
            combine,
            rows: FxHashMap::default(),
        }
    }

    /// Adds to a row.
    pub fn add(&mut self, key: K, values: [f64; N]) {
        let combine = self.combine;
        let row = self
            .rows
            .entry(key)
            .or_insert_with(|| combine.map(Combine::nothing));
        for ((mine, value), combine) in row.iter_mut().zip(values).zip(combine) {
            *mine = combine.of(*mine, value);
        }
    }

    /// Adds rows that were put away, under the keys that `rekey` makes of theirs.
    pub fn absorb(&mut self, rows: &Rows<K>, rekey: impl Fn(K) -> K) {
        for (index, key) in rows.keys.iter().enumerate() {
            let mut values = self.combine.map(Combine::nothing);
            for (value, column) in values.iter_mut().zip(&rows.columns) {
                *value = column.get(index);
            }
            self.add(rekey(*key), values);
        }
    }

    /// Puts the rows away; none are left.
    pub fn take(&mut self) -> Rows<K> {
        let mut rows: Vec<(K, [f64; N])> = std::mem::take(&mut self.rows).into_iter().collect();
        rows.sort_unstable_by_key(|(key, _)| *key);
        let column = |(index, combine): (usize, &Combine)| {
            Column::pack(
                rows.iter().map(|(_, values)| values[index]).collect(),
                *combine,
            )
        };
        Rows {
            columns: self.combine.iter().enumerate().map(column).collect(),
            keys: rows.iter().map(|(key, _)| *key).collect(),
        }
    }
}

impl<K: RowKey> Rows<K> {
    /// Returns the bytes that the rows take in memory.
    pub fn bytes(&self) -> usize {
        let columns: usize = self.columns.iter().map(Column::bytes).sum();
        self.keys.len() * size_of::<K>() + columns
    }

    /// Returns where the rows stand whose leading number is one of these, which ascend.
    pub fn runs_of(&self, leading: &[u32]) -> Vec<std::ops::Range<usize>> {
        let mut runs = Vec::with_capacity(leading.len());
        let mut from = 0;
        for number in leading {
            let before = |key: &K| key.leading() < Some(*number);
            let begin = from + self.keys[from..].partition_point(before);
            let within = |key: &K| key.leading() <= Some(*number);
            let end = begin + self.keys[begin..].partition_point(within);
            if begin < end {
                runs.push(begin..end);
            }
            from = end;
        }
        runs
    }
}
