//! Rows that are filled and sorted here: buckets of time, and what the store does not sort.
//!
//! Every bucket of the span has a row for every group that has one anywhere in the span, so that a
//! series of a channel or a person has no gaps.

use std::{
    cmp::{Ordering, Reverse},
    collections::HashMap,
};

use domain::{
    dimension::Dimension,
    event::MessageType,
    time::{Bucket, Instant},
};
use engine::privacy::is_withheld;
use store::{Cell, Table};

use super::{Found, OrderKey, SemanticOrder, value::Measures};

/// Buckets and groups, and which row of the table each pair has.
pub(super) struct Grid<'a> {
    table: &'a Table,
    measures: &'a Measures,
    dimensions: &'a [Dimension],
    /// What the groups are about, ascending.
    groups: Vec<&'a [Cell]>,
    /// Every bucket with each of the groups; without time there is one bucket.
    rows: Vec<Option<usize>>,
}

impl<'a> Grid<'a> {
    /// Arranges a table, whose keys begin with the bucket where there are `buckets`.
    ///
    /// Returns the number of groups where there would be more than `most` rows.
    pub(super) fn arrange(
        table: &'a Table,
        buckets: Option<&[Bucket]>,
        dimensions: &'a [Dimension],
        measures: &'a Measures,
        most: usize,
    ) -> Result<Self, usize> {
        let by_time = usize::from(buckets.is_some());
        let places: Option<HashMap<Instant, usize>> = buckets.map(|buckets| {
            let starts = buckets.iter().map(|bucket| bucket.start);
            starts.zip(0..).collect()
        });
        let bucket_of = |row: &[Cell]| match &places {
            None => Some(0),
            Some(places) => {
                let start = Instant::from_millis(row.first()?.as_int()?);
                places.get(&start).copied()
            }
        };
        let mut groups: Vec<&[Cell]> = table.rows.iter().map(|row| &row.keys[by_time..]).collect();
        groups.sort_unstable_by(|left, right| compare_keys(dimensions, left, right));
        groups.dedup();
        if groups.is_empty() && dimensions.is_empty() {
            groups.push(&[]);
        }
        let count = buckets.map_or(1, <[Bucket]>::len);
        if count.saturating_mul(groups.len()) > most {
            return Err(groups.len());
        }
        let numbers: HashMap<&[Cell], usize> = groups.iter().copied().zip(0..).collect();
        let mut rows = vec![None; count * groups.len()];
        for (place, row) in table.rows.iter().enumerate() {
            if let (Some(bucket), Some(group)) =
                (bucket_of(&row.keys), numbers.get(&row.keys[by_time..]))
            {
                rows[bucket * groups.len() + group] = Some(place);
            }
        }
        Ok(Self {
            table,
            measures,
            dimensions,
            groups,
            rows,
        })
    }

    /// Returns how many rows there are.
    pub(super) fn total(&self) -> usize {
        self.rows.len()
    }

    /// Returns the rows of a page.
    pub(super) fn page(&self, order: SemanticOrder, offset: usize, limit: usize) -> Vec<Found> {
        let mut places: Vec<usize> = (0..self.rows.len()).collect();
        // They stand in the order of time and keys, which decides where all else ties.
        match order.by {
            OrderKey::Time if order.descending => {
                places.sort_by_key(|place| Reverse(place / self.groups.len()));
            }
            OrderKey::Time => {}
            OrderKey::Dimension(index) => places.sort_by(|left, right| {
                let cell = |place: usize| &self.groups[place % self.groups.len()][index];
                let dimension = self.dimensions[index];
                directed(order, compare_cells(dimension, cell(*left), cell(*right)))
            }),
            OrderKey::Metric(index) => places.sort_by(|left, right| {
                match (self.number(*left, index), self.number(*right, index)) {
                    (Some(left), Some(right)) => directed(order, left.total_cmp(&right)),
                    // What is unknown is neither small nor large.
                    (left, right) => right.is_some().cmp(&left.is_some()),
                }
            }),
        }
        let page = places.into_iter().skip(offset).take(limit);
        page.map(|place| self.found(place)).collect()
    }

    fn number(&self, place: usize, metric: usize) -> Option<f64> {
        let row = self.rows[place].map(|row| &self.table.rows[row]);
        let known = row.and_then(|row| row.values[metric]);
        let is_zero = self.measures.all[metric].is_zero_when_absent();
        if is_withheld(known) {
            return None;
        }
        known.or(is_zero.then_some(0.0))
    }

    fn found(&self, place: usize) -> Found {
        Found {
            bucket: place / self.groups.len(),
            keys: self.groups[place % self.groups.len()].to_vec(),
            values: self.rows[place].map(|row| self.table.rows[row].values.clone()),
        }
    }
}

fn directed(order: SemanticOrder, ordering: Ordering) -> Ordering {
    if order.descending {
        ordering.reverse()
    } else {
        ordering
    }
}

/// Orders keys as the store does: what is absent last, what messages carry by its number.
fn compare_keys(dimensions: &[Dimension], left: &[Cell], right: &[Cell]) -> Ordering {
    let pairs = dimensions.iter().zip(left.iter().zip(right));
    pairs
        .map(|(dimension, (left, right))| compare_cells(*dimension, left, right))
        .find(|ordering| ordering.is_ne())
        .unwrap_or(Ordering::Equal)
}

fn compare_cells(dimension: Dimension, left: &Cell, right: &Cell) -> Ordering {
    let number = |cell: &Cell| {
        let is_it = |kind: &MessageType| Some(kind.name()) == cell.as_text();
        MessageType::ALL.iter().position(is_it)
    };
    let absent = |cell: &Cell| *cell == Cell::None;
    absent(left).cmp(&absent(right)).then_with(|| {
        if dimension == Dimension::MessageType {
            number(left).cmp(&number(right))
        } else {
            left.cmp(right)
        }
    })
}
