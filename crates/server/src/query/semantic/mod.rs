//! Any question about metrics: these, split by those, over that span.
//!
//! 1. Totals are asked for by themselves: people of the parts are not the people of the whole.
//! 2. The store sorts and cuts the rows. Buckets of time are read whole, filled and sorted here, and
//!    so are rows that go down by a dimension, which no store is asked for.
//! 3. What was before is looked up for the rows of the page, by their keys.
//! 4. Names are looked up for the rows of the page.

mod answer;
mod grid;
mod names;
mod request;
mod split;
mod value;

use std::collections::HashMap;

use domain::{
    dimension::Dimension,
    filter::{Field, Filter},
    metric::Metric,
    query::{Order, Query},
    time::Range,
};
use store::{Cell, Table};

pub use answer::{
    ByName, Compared, DimensionColumn, Key, MetricColumn, SemanticAnswer, SemanticBucket,
    SemanticColumns, SemanticRow,
};
pub use request::{OrderKey, SemanticOrder, SemanticRequest};
pub use split::{TIME, dimension_name, metrics_by, splits_of};
pub use value::{Shown, only_by};

use self::{grid::Grid, names::Names, value::Measures};
use super::{
    Ask, QueryError, QueryService, Run,
    aligned::{Aligned, BucketSpan},
};

/// Most rows that are filled or sorted here.
const MOST_ROWS: u32 = 50_000;

/// A row of the page.
struct Found {
    /// Which bucket of the span; 0 without time.
    bucket: usize,
    /// What it is about, beside the bucket.
    keys: Vec<Cell>,
    /// The values of what was asked; `None` where nothing happened.
    values: Option<Vec<Option<f64>>>,
}

/// The start of a bucket, where there are buckets, and the keys beside it.
type RowKey = (Option<i64>, Vec<Cell>);

/// What was before, by the start of the bucket and the keys.
struct Before {
    rows: HashMap<RowKey, Vec<Option<f64>>>,
    /// Whether these are all rows: what is not among them did not happen.
    is_whole: bool,
}

/// One semantic query being answered.
struct Question<'a> {
    run: &'a Run<'a>,
    request: &'a SemanticRequest,
    measures: Measures,
    aligned: Option<Aligned>,
}

impl QueryService {
    /// Answers a semantic query, which must make sense.
    pub async fn semantic(
        &self,
        ask: &Ask,
        request: &SemanticRequest,
    ) -> Result<SemanticAnswer, QueryError> {
        let run = self.begin(ask);
        let question = Question {
            run: &run,
            request,
            measures: Measures::of(&request.metrics),
            aligned: request.by_time.then(|| Aligned::of(ask)),
        };
        let (totals, (page, total)) = tokio::try_join!(question.totals(), question.page())?;
        let (before, names) = tokio::try_join!(
            question.before(&page),
            Names::of(&run, &request.dimensions, &page)
        )?;
        let rows = page
            .iter()
            .map(|found| question.row(found, before.as_ref(), &names));
        let split: Vec<Dimension> = request.split().collect();
        let definition = request
            .metrics
            .first()
            .map_or("", |metric| metric.definition().text);
        Ok(SemanticAnswer {
            columns: SemanticColumns::of(&split, &request.metrics),
            rows: rows.collect(),
            total,
            totals,
            order_by: request.ordered(),
            group_by: request.by_time.then_some(ask.grain),
            limit: request.limit,
            offset: request.offset,
            period: ask.window.name.clone(),
            meta: run.meta(definition),
            explain: run.explanation(),
        })
    }
}

impl Question<'_> {
    /// Returns the metrics over the whole span.
    async fn totals(&self) -> Result<Compared, QueryError> {
        let ask = self.run.ask;
        let metrics = &self.request.metrics;
        let whole = metrics.iter().filter(|metric| only_by(**metric).is_none());
        let whole: Vec<Metric> = whole.copied().collect();
        let measures = Measures::of(&whole);
        let asked = (!whole.is_empty()).then_some(&measures.all);
        let (now, before) = tokio::try_join!(
            self.run.query_if("totals", asked.map(|all| ask.now(all))),
            self.run
                .query_if("totals before", asked.and_then(|all| ask.before(all))),
        )?;
        let values = |table: Option<Table>| {
            let row = table.as_ref().and_then(|table| table.rows.first());
            let known = measures.values(row.map(|row| row.values.as_slice()));
            let place = |metric| whole.iter().position(|one| one == metric);
            let value = |metric| place(metric).and_then(|place| known[place]);
            metrics.iter().map(value).collect::<Vec<_>>()
        };
        let before = ask.window.previous.is_some().then(|| values(before));
        Ok(Compared::of(metrics, &values(now), before.as_deref()))
    }

    /// Returns the rows of the page, and how many rows there are in all.
    async fn page(&self) -> Result<(Vec<Found>, u64), QueryError> {
        if self.request.split().next().is_none() {
            return Ok((Vec::new(), 0));
        }
        if self.request.is_arranged() {
            return self.arranged().await;
        }
        let request = self.request;
        let mut dimensions = request.dimensions.clone();
        let mut first = 0;
        let order = match request.order.by {
            OrderKey::Metric(index) => Order::Metric {
                index,
                descending: request.order.descending,
            },
            OrderKey::Dimension(place) => {
                // Keys are sorted by the first of them.
                first = place;
                let dimension = dimensions.remove(place);
                dimensions.insert(0, dimension);
                Order::Keys
            }
            OrderKey::Time => Order::Keys,
        };
        let mut query = self.over(self.run.ask.window.range, &dimensions);
        query.order = order;
        query.limit = Some(request.limit);
        query.offset = request.offset;
        let table = self.run.query("rows", query).await?;
        let found = table.rows.into_iter().map(|row| {
            let mut keys = row.keys;
            let key = keys.remove(0);
            keys.insert(first, key);
            Found {
                bucket: 0,
                keys,
                values: Some(row.values),
            }
        });
        Ok((found.collect(), table.total))
    }

    /// Returns the same of rows that are filled and sorted here.
    async fn arranged(&self) -> Result<(Vec<Found>, u64), QueryError> {
        let request = self.request;
        let mut query = self
            .over(self.run.ask.window.range, &self.split())
            .in_any_order();
        query.limit = Some(MOST_ROWS);
        let table = self.run.query("rows", query).await?;
        let buckets = self.aligned.as_ref().map(|aligned| aligned.now.as_slice());
        if table.total > MOST_ROWS.into() {
            return Err(self.too_many(table.total));
        }
        let grid = Grid::arrange(
            &table,
            buckets,
            &request.dimensions,
            &self.measures,
            MOST_ROWS as usize,
        );
        let grid = grid.map_err(|groups| {
            let buckets = buckets.map_or(1, <[_]>::len);
            self.too_many((groups as u64).saturating_mul(buckets as u64))
        })?;
        let page = grid.page(
            request.order,
            request.offset as usize,
            request.limit as usize,
        );
        Ok((page, grid.total() as u64))
    }

    /// Returns the refusal of so many rows.
    fn too_many(&self, rows: u64) -> QueryError {
        let (parameter, advice) = if self.request.by_time {
            (
                "groupBy",
                "ask for wider buckets, a shorter span, or fewer channels and people by `filter`",
            )
        } else {
            (
                "orderBy",
                "order them upwards or by a metric, or narrow them by `filter`",
            )
        };
        QueryError::TooMany {
            parameter,
            advice: format!(
                "{rows} rows are more than the {MOST_ROWS} that can be put in order: {advice}"
            ),
        }
    }

    /// Returns what was before of the rows of a page, where that is compared.
    async fn before(&self, page: &[Found]) -> Result<Option<Before>, QueryError> {
        let Some(previous) = self.run.ask.window.previous else {
            return Ok(None);
        };
        if page.is_empty() {
            return Ok(None);
        }
        let split = self.split();
        let mut query = self.over(previous, &split).in_any_order();
        for (place, dimension) in self.request.dimensions.iter().enumerate() {
            let field = match dimension {
                Dimension::Channel => Field::Channel,
                Dimension::User => Field::User,
                _ => continue,
            };
            query = query.only(Filter::Is(field, identifiers(page, place)));
        }
        let table = self.run.query("rows before", query).await?;
        let is_whole = table.total <= table.rows.len() as u64;
        let by_time = self.aligned.is_some();
        let rows = table.rows.into_iter().map(|row| {
            let mut keys = row.keys;
            let start = by_time.then(|| keys.remove(0).as_int()).flatten();
            ((start, keys), row.values)
        });
        Ok(Some(Before {
            rows: rows.collect(),
            is_whole,
        }))
    }

    fn row(&self, found: &Found, before: Option<&Before>, names: &Names) -> SemanticRow {
        let ask = self.run.ask;
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

    /// Returns a question over a span.
    fn over(&self, range: Range, dimensions: &[Dimension]) -> Query {
        self.run.ask.over(range, &self.measures.all).by(dimensions)
    }

    /// Returns the dimensions of the rows, buckets of time first.
    fn split(&self) -> Vec<Dimension> {
        let time = self
            .request
            .by_time
            .then_some(Dimension::Time(self.run.ask.grain));
        let others = self.request.dimensions.iter().copied();
        time.into_iter().chain(others).collect()
    }
}

/// Returns the identifiers of a page in one dimension, each once.
fn identifiers(page: &[Found], place: usize) -> Vec<String> {
    let cells = page.iter().filter_map(|found| found.keys[place].as_text());
    let mut ids: Vec<String> = cells.map(str::to_owned).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// Returns a key as it is shown.
fn key(dimension: Dimension, cell: &Cell) -> Key {
    match cell {
        Cell::None => Key::None,
        Cell::Int(number) if dimension.is_flag() => Key::Flag(*number != 0),
        Cell::Int(number) => Key::Number(*number),
        Cell::Text(text) => Key::Text(text.clone()),
    }
}
