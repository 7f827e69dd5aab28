//! What is asked, on its own: whoever works on many rows away from the async threads holds it.

use domain::dimension::Dimension;
use store::{Cell, Table};

use super::{
    Before, ByName, Compared, Found, Key, SemanticBucket, SemanticRequest, SemanticRow, TIME,
    dimension_name, grid::Grid, names::Names, value::Measures,
};
use crate::query::{
    Ask,
    aligned::{Aligned, BucketSpan},
};

/// A semantic query, and how its rows are laid out.
pub(super) struct Asked {
    ask: Ask,
    pub(super) request: SemanticRequest,
    pub(super) measures: Measures,
    aligned: Option<Aligned>,
}

impl Asked {
    pub(super) fn of(ask: &Ask, request: &SemanticRequest) -> Self {
        Self {
            ask: ask.clone(),
            request: request.clone(),
            measures: Measures::of(&request.metrics),
            aligned: request.by_time.then(|| Aligned::of(ask)),
        }
    }

    /// Returns the dimensions of the rows, buckets of time first.
    pub(super) fn split(&self) -> Vec<Dimension> {
        let by_time = self.request.by_time;
        let time = by_time.then_some(Dimension::Time(self.ask.grain));
        let others = self.request.dimensions.iter().copied();
        time.into_iter().chain(others).collect()
    }

    /// Returns how many rows a table has at most once it is arranged.
    pub(super) fn most_arranged(&self, table: &Table) -> usize {
        let buckets = self.aligned.as_ref().map_or(1, |aligned| aligned.now.len());
        table.rows.len().max(1).saturating_mul(buckets)
    }

    /// Fills and sorts a table; returns the page, and how many rows there are.
    ///
    /// Returns the number of rows where there would be more than `most`.
    pub(super) fn arrange(&self, table: &Table, most: usize) -> Result<(Vec<Found>, u64), u64> {
        let request = &self.request;
        let buckets = self.aligned.as_ref().map(|aligned| aligned.now.as_slice());
        let grid = Grid::arrange(table, buckets, &request.dimensions, &self.measures, most);
        let grid = grid.map_err(|groups| {
            let buckets = buckets.map_or(1, <[_]>::len);
            (groups as u64).saturating_mul(buckets as u64)
        })?;
        let (offset, limit) = (request.offset as usize, request.limit as usize);
        Ok((grid.page(request.order, offset, limit), grid.total() as u64))
    }

    /// Returns what was before, from the rows of then.
    pub(super) fn before(&self, table: Table) -> Before {
        // A row that is not there may have been withheld.
        let is_whole = table.total <= table.rows.len() as u64 && table.origin.withheld == 0;
        let by_time = self.aligned.is_some();
        let rows = table.rows.into_iter().map(|row| {
            let mut keys = row.keys;
            let start = by_time.then(|| keys.remove(0).as_int()).flatten();
            ((start, keys), row.values)
        });
        Before {
            rows: rows.collect(),
            is_whole,
        }
    }

    /// Returns a row as it is answered.
    pub(super) fn row(&self, found: &Found, before: Option<&Before>, names: &Names) -> SemanticRow {
        let ask = &self.ask;
        let dimensions = &self.request.dimensions;
        let mut keys = Vec::with_capacity(dimensions.len() + 1);
        let bucket = self.aligned.as_ref().map(|aligned| {
            let now = aligned.now[found.bucket];
            keys.push((TIME, Key::Text(now.label(ask.grain, &ask.zone))));
            let previous = aligned.before(found.bucket).zip(ask.window.previous);
            SemanticBucket {
                span: BucketSpan::of(now, ask.window.range),
                previous: previous.map(|(bucket, span)| BucketSpan::of(bucket, span)),
            }
        });
        let cells = dimensions.iter().zip(&found.keys);
        keys.extend(
            cells.map(|(dimension, cell)| (dimension_name(*dimension), key(*dimension, cell))),
        );
        let start = bucket.as_ref().map(|bucket| bucket.previous);
        let before = before.and_then(|before| {
            let start = match start {
                None => None,
                // No bucket stands beside this one.
                Some(None) => return None,
                Some(Some(bucket)) => Some(bucket.start.as_millis()),
            };
            let row = before.rows.get(&(start, found.keys.clone()));
            Some(match row {
                None if !before.is_whole => vec![None; self.request.metrics.len()],
                row => self.measures.values(row.map(Vec::as_slice)),
            })
        });
        let values = self.measures.values(found.values.as_deref());
        SemanticRow {
            keys: ByName(keys),
            names: names.of_row(dimensions, &found.keys),
            bucket,
            compared: Compared::of(&self.request.metrics, &values, before.as_deref()),
        }
    }
}

/// Returns a key as it is shown.
pub(in crate::query) fn key(dimension: Dimension, cell: &Cell) -> Key {
    match cell {
        Cell::None => Key::None,
        Cell::Int(number) if dimension.is_flag() => Key::Flag(*number != 0),
        Cell::Int(number) => Key::Number(*number),
        Cell::Text(text) => Key::Text(text.clone()),
    }
}
