//! What is withheld of an answer about groups.

use std::collections::HashMap;

use domain::{
    dimension::{Dimension, KeyKind},
    filter::Field,
    privacy::Privacy,
    query::{Having, Order, Query},
};

use super::{Guarded, Sizes};
use crate::{Cell, Table, TableRow};

/// Stands in a table for a number that is withheld: whatever is computed with it is no number either.
const WITHHELD: f64 = f64::NAN;

/// Returns whether a value of a table is withheld.
pub fn is_withheld(value: Option<f64>) -> bool {
    value.is_some_and(f64::is_nan)
}

/// Returns the answer to a question about groups, given all of its rows and the sizes of the groups.
pub fn withhold(privacy: Privacy, guarded: &Guarded, whole: Table, sizes: &Sizes) -> Table {
    let mut cells = Cells {
        privacy,
        guarded,
        groups: by_keys(&sizes.groups),
        rows: whole.rows,
        group_of: Vec::new(),
        hidden: Vec::new(),
    };
    cells.add_small();
    cells.measure();
    cells.hide_told_by_others(sizes);
    let metrics = guarded.asked.metrics.len();
    for metric in 0..metrics {
        cells.hide_told_by_lines(metric);
    }
    let mut origin = whole.origin.and(sizes.groups.origin);
    for table in sizes.rest.iter().chain(&sizes.values) {
        origin = origin.and(table.origin);
    }
    let mut rows = cells.finish(&mut origin.withheld);
    rows.retain(|row| is_asked(guarded, row));
    let query = &guarded.asked;
    if let Some(having) = query.having {
        rows.retain(|row| meets(having, row));
    }
    let total = rows.len() as u64;
    Table {
        rows: page(query, rows),
        total,
        origin,
    }
}

fn by_keys(table: &Table) -> HashMap<&[Cell], &TableRow> {
    let rows = table.rows.iter();
    rows.map(|row| (row.keys.as_slice(), row)).collect()
}

/// All numbers of an answer, and which of them are withheld.
struct Cells<'a> {
    privacy: Privacy,
    guarded: &'a Guarded,
    groups: HashMap<&'a [Cell], &'a TableRow>,
    rows: Vec<TableRow>,
    /// The smallest group behind each number, by row and metric; `None` where it is never shown.
    group_of: Vec<Vec<Option<f64>>>,
    hidden: Vec<Vec<bool>>,
}

impl Cells<'_> {
    /// Adds the rows of small groups that have only zeros, and so are not in the table: a zero that is
    /// shown would be that of a few.
    fn add_small(&mut self) {
        let known: std::collections::HashSet<&[Cell]> =
            self.rows.iter().map(|row| row.keys.as_slice()).collect();
        let is_small = |row: &&&TableRow| {
            let mut counts = row.values.iter().flatten();
            counts.any(|people| self.privacy.is_small(*people))
        };
        let missing = self.groups.iter();
        let missing = missing.filter(|(keys, _)| !known.contains(*keys));
        let mut missing: Vec<Vec<Cell>> = missing
            .map(|(_, row)| row)
            .filter(is_small)
            .map(|row| row.keys.clone())
            .collect();
        missing.sort_unstable();
        let metrics = self.guarded.asked.metrics.len();
        self.rows.extend(missing.into_iter().map(|keys| TableRow {
            keys,
            values: vec![None; metrics],
        }));
    }

    /// Measures the groups, and hides the numbers of those that are too small.
    fn measure(&mut self) {
        let behind = &self.guarded.behind;
        for row in &self.rows {
            let counts = self.groups.get(row.keys.as_slice());
            let counts = counts.map(|row| row.values.as_slice());
            let groups = (0..row.values.len()).map(|metric| behind.smallest(metric, counts));
            let groups: Vec<Option<f64>> = groups.collect();
            let hidden = row.values.iter().zip(&groups).enumerate();
            let hidden = hidden.map(|(metric, (value, group))| {
                let is_something = value.is_some_and(|value| value != 0.0);
                let Some(group) = *group else {
                    return is_something;
                };
                let any_small = counts.is_some_and(|counts| {
                    behind.any_small(metric, counts, |people| self.privacy.is_small(people))
                });
                any_small || (is_something && group < f64::from(self.privacy.min_group))
            });
            self.hidden.push(hidden.collect());
            self.group_of.push(groups);
        }
    }

    /// Hides the numbers of a narrowed question where the rest, or one of its values, is of a few.
    fn hide_told_by_others(&mut self, sizes: &Sizes) {
        let (privacy, behind) = (self.privacy, &self.guarded.behind);
        let narrowed = self.guarded.narrowed;
        let mut small: HashMap<&[Cell], Vec<bool>> = HashMap::new();
        let dimensions = self.guarded.asked.dimensions.len();
        let line = dimensions - usize::from(narrowed.is_some());
        for row in sizes
            .rest
            .iter()
            .chain(&sizes.values)
            .flat_map(|table| &table.rows)
        {
            let metrics = self.guarded.asked.metrics.len();
            let small = small
                .entry(&row.keys[..line])
                .or_insert_with(|| vec![false; metrics]);
            for (metric, small) in small.iter_mut().enumerate() {
                *small |= behind.any_small(metric, &row.values, |people| privacy.is_small(people));
            }
        }
        for (row, hidden) in self.rows.iter().zip(&mut self.hidden) {
            let mut keys = row.keys.clone();
            if let Some(place) = narrowed {
                keys.remove(place);
            }
            if let Some(small) = small.get(keys.as_slice()) {
                for (metric, hidden) in hidden.iter_mut().enumerate() {
                    *hidden |= small[metric];
                }
            }
        }
    }

    /// Hides with the hidden numbers of each line the next smallest, until what is hidden there is of a
    /// group that is large enough.
    fn hide_told_by_lines(&mut self, metric: usize) {
        if self.guarded.behind.smallest(metric, None).is_none() {
            return;
        }
        let mut lines: HashMap<(usize, Vec<&Cell>), Vec<usize>> = HashMap::new();
        for (place, row) in self.rows.iter().enumerate() {
            for along in 0..row.keys.len() {
                let others = row.keys.iter().enumerate();
                let others = others.filter(|(dimension, _)| *dimension != along);
                let others = others.map(|(_, cell)| cell).collect();
                lines.entry((along, others)).or_default().push(place);
            }
        }
        let mut lines: Vec<Vec<usize>> = lines.into_values().collect();
        // In one order: two answers to a question hide the same.
        lines.sort_unstable();
        let mut changed = true;
        while changed {
            changed = false;
            for line in &lines {
                changed |= self.hide_with_others(metric, line);
            }
        }
    }

    /// Hides the next smallest number of a line where it is needed; returns whether it was.
    fn hide_with_others(&mut self, metric: usize, line: &[usize]) -> bool {
        let group = |place: usize| self.group_of[place][metric].unwrap_or(0.0);
        let is_hidden = |place: &&usize| self.hidden[**place][metric];
        let largest = line
            .iter()
            .filter(is_hidden)
            .map(|place| group(*place))
            .reduce(f64::max);
        if largest.is_none_or(|largest| largest >= f64::from(self.privacy.min_group)) {
            return false;
        }
        let shown = line.iter().filter(|place| !is_hidden(place));
        let shown = shown.filter(|place| group(**place) > 0.0);
        let next = shown.min_by(|left, right| {
            let by_keys = || self.rows[**left].keys.cmp(&self.rows[**right].keys);
            group(**left).total_cmp(&group(**right)).then_with(by_keys)
        });
        let next = next.copied();
        if let Some(next) = next {
            self.hidden[next][metric] = true;
        }
        next.is_some()
    }

    /// Returns the rows with what is withheld marked, and counts it. A channel, term or the like of
    /// which nothing is shown is no row: that there is one says who wrote there, or what.
    fn finish(self, withheld: &mut u64) -> Vec<TableRow> {
        let naming: Vec<usize> = naming(&self.guarded.asked.dimensions);
        let name = |keys: &[Cell]| -> Vec<Cell> {
            naming.iter().map(|place| keys[*place].clone()).collect()
        };
        let mut is_shown: HashMap<Vec<Cell>, bool> = HashMap::new();
        let mut rows = self.rows;
        for (row, hidden) in rows.iter_mut().zip(&self.hidden) {
            let mut shown = false;
            for (value, hidden) in row.values.iter_mut().zip(hidden) {
                if *hidden {
                    *value = Some(WITHHELD);
                    *withheld += 1;
                } else {
                    shown |= value.is_some_and(|value| value != 0.0);
                }
            }
            *is_shown.entry(name(&row.keys)).or_default() |= shown;
        }
        // Whoever names channels knows that there are.
        let are_named = self.guarded.rows.narrows_to(&Field::Channel);
        if !naming.is_empty() && !are_named {
            rows.retain(|row| is_shown[&name(&row.keys)]);
        }
        rows
    }
}

/// Returns the places of the dimensions whose keys name something that people made.
fn naming(dimensions: &[Dimension]) -> Vec<usize> {
    let names = |dimension: &Dimension| match dimension.keys() {
        KeyKind::Identifier(_) | KeyKind::Property(_) | KeyKind::Term(_) | KeyKind::EventType => {
            true
        }
        KeyKind::Bucket(_)
        | KeyKind::Cycle(_)
        | KeyKind::MessageType
        | KeyKind::Bot
        | KeyKind::Whether(_) => false,
    };
    let places = (0..dimensions.len()).filter(|place| names(&dimensions[*place]));
    places.collect()
}

/// Returns whether a row is among those that were asked for.
fn is_asked(guarded: &Guarded, row: &TableRow) -> bool {
    let mut dimensions = guarded.asked.dimensions.iter();
    let place = dimensions.position(|dimension| *dimension == Dimension::Channel);
    let id = place.and_then(|place| row.keys[place].as_text());
    id.is_none_or(|id| guarded.rows.admits(&Field::Channel, id))
}

fn meets(having: Having, row: &TableRow) -> bool {
    let value = row.values[having.metric].filter(|value| !value.is_nan());
    value.is_some_and(|value| {
        having.at_least.is_none_or(|least| value >= least)
            && having.below.is_none_or(|most| value < most)
    })
}

/// Returns the rows of the page in their order: as they are, or by a metric, where what is unknown or
/// withheld comes last and ties go by the order that they have.
pub fn page(query: &Query, mut rows: Vec<TableRow>) -> Vec<TableRow> {
    if let Order::Metric { index, descending } = query.order {
        let known = |row: &TableRow| row.values[index].filter(|value| !value.is_nan());
        rows.sort_by(|left, right| match (known(left), known(right)) {
            (Some(left), Some(right)) if descending => right.total_cmp(&left),
            (Some(left), Some(right)) => left.total_cmp(&right),
            (left, right) => right.is_some().cmp(&left.is_some()),
        });
    }
    let limit = query.limit.map_or(usize::MAX, |limit| limit as usize);
    let page = rows.into_iter().skip(query.offset as usize);
    page.take(limit).collect()
}
