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
    /// Rows that were put away and are added up again.
    absorbed: Absorbed<K, N>,
}

/// Rows that were put away and are being added up, column by column: there may be a million of
/// them, and a column is run down many times faster than rows are.
#[derive(Debug, Clone)]
struct Absorbed<K, const N: usize> {
    places: FxHashMap<K, u32>,
    keys: Vec<K>,
    columns: [Vec<f64>; N],
}

impl<K: RowKey, const N: usize> Absorbed<K, N> {
    fn new() -> Self {
        Self {
            places: FxHashMap::default(),
            keys: Vec::new(),
            columns: std::array::from_fn(|_| Vec::new()),
        }
    }

    fn place(&mut self, key: K) -> u32 {
        let next = u32::try_from(self.keys.len()).unwrap_or(u32::MAX);
        *self.places.entry(key).or_insert_with(|| {
            self.keys.push(key);
            next
        })
    }

    fn absorb(&mut self, rows: &Rows<K>, combine: [Combine; N], rekey: impl Fn(K) -> K) {
        let keys = rows.keys.iter().zip(0u32..);
        let placed: Vec<(u32, u32)> = keys
            .map(|(key, row)| (row, self.place(rekey(*key))))
            .collect();
        let all = self.keys.len();
        let columns = self.columns.iter_mut().zip(&rows.columns);
        for ((mine, column), combine) in columns.zip(combine) {
            column.add_to(mine, combine, &placed, all);
        }
    }
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
            absorbed: Absorbed::new(),
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
        self.absorbed.absorb(rows, self.combine, rekey);
    }

    /// Puts the rows away; none are left.
    pub fn take(&mut self) -> Rows<K> {
        let mut rows: Vec<(K, [f64; N])> = std::mem::take(&mut self.rows).into_iter().collect();
        rows.sort_unstable_by_key(|(key, _)| *key);
        let column = |(index, combine): (usize, &Combine)| {
            let values = rows.iter().map(|(_, values)| values[index]);
            Column::pack(values.collect(), *combine)
        };
        let counted = Rows {
            columns: self.combine.iter().enumerate().map(column).collect(),
            keys: rows.iter().map(|(key, _)| *key).collect(),
        };
        if self.absorbed.keys.is_empty() {
            return counted;
        }
        let mut all = std::mem::replace(&mut self.absorbed, Absorbed::new());
        all.absorb(&counted, self.combine, |key| key);
        let mut order: Vec<usize> = (0..all.keys.len()).collect();
        order.sort_unstable_by_key(|place| all.keys[*place]);
        let column = |(values, combine): (&Vec<f64>, &Combine)| {
            let values = order.iter().map(|place| values[*place]);
            Column::pack(values.collect(), *combine)
        };
        Rows {
            columns: all.columns.iter().zip(&self.combine).map(column).collect(),
            keys: order.iter().map(|place| all.keys[*place]).collect(),
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
