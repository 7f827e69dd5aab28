//! Any question about metrics: these, split by those, over that span.
//!
//! 1. Totals are asked for by themselves: people of the parts are not the people of the whole.
//! 2. The store sorts and cuts the rows. Buckets of time are read whole, filled and sorted here, and
//!    so are rows that go down by a dimension, which no store is asked for.
//! 3. What was before is looked up for the rows of the page, by their keys.
//! 4. Names are looked up for the rows of the page.
//! 5. What is done with many rows is done away from the async threads.

mod answer;
mod asked;
mod grid;
mod names;
mod request;
mod split;
mod value;

use std::{collections::HashMap, sync::Arc};

use domain::{
    dimension::Dimension,
    filter::{Field, Filter},
    metric::Metric,
    query::{Order, Query},
    time::Range,
};
use store::{Cell, Table, TableRow};

pub use answer::{
    ByName, Compared, DimensionColumn, Key, MetricColumn, SemanticAnswer, SemanticBucket,
    SemanticColumns, SemanticRow,
};
pub(super) use asked::key;
pub use request::{OrderKey, SemanticOrder, SemanticRequest};
pub use split::{TIME, dimension_name, metrics_by, splits_of};
pub use value::{Shown, only_by};

use self::{asked::Asked, names::Names, value::Measures};
use super::{Ask, QueryError, QueryService, Run};
use crate::blocking::apart;

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
    asked: Arc<Asked>,
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
            asked: Arc::new(Asked::of(ask, request)),
        };
        let (totals, (page, total)) = tokio::try_join!(question.totals(), question.page())?;
        let (before, names) = tokio::try_join!(
            question.before(&page),
            Names::of(&run, &request.dimensions, &page)
        )?;
        let asked = Arc::clone(&question.asked);
        let rows = apart(bytes(page.len()), move || {
            let rows = page.iter();
            rows.map(|found| asked.row(found, before.as_ref(), &names))
                .collect()
        });
        let rows = rows.await;
        let split: Vec<Dimension> = request.split().collect();
        let definition = request
            .metrics
            .first()
            .map_or("", |metric| metric.definition().text);
        Ok(SemanticAnswer {
            columns: SemanticColumns::of(&split, &request.metrics),
            rows,
            total,
            totals,
            order_by: request.ordered(),
            group_by: request.by_time.then_some(ask.grain),
            limit: request.limit,
            offset: request.offset,
            period: ask.window.name.clone(),
            meta: run.meta(definition).of_columns(&request.metrics),
            explain: run.explanation(),
        })
    }
}

impl Question<'_> {
    /// Returns the metrics over the whole span.
    async fn totals(&self) -> Result<Compared, QueryError> {
        let ask = self.run.ask;
        let metrics = &self.asked.request.metrics;
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
        if self.asked.request.split().next().is_none() {
            return Ok((Vec::new(), 0));
        }
        if self.asked.request.is_arranged() {
            return self.arranged().await;
        }
        let request = &self.asked.request;
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
        let mut query = self
            .over(self.run.ask.window.range, &self.asked.split())
            .in_any_order();
        query.limit = Some(MOST_ROWS);
        let table = self.run.query("rows", query).await?;
        if table.total > MOST_ROWS.into() {
            return Err(self.too_many(table.total));
        }
        let asked = Arc::clone(&self.asked);
        let rows = asked.most_arranged(&table).min(MOST_ROWS as usize);
        let arranged = apart(bytes(rows), move || {
            asked.arrange(&table, MOST_ROWS as usize)
        });
        arranged.await.map_err(|rows| self.too_many(rows))
    }

    /// Returns the refusal of so many rows.
    fn too_many(&self, rows: u64) -> QueryError {
        let (parameter, advice) = if self.asked.request.by_time {
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
        let split = self.asked.split();
        let mut query = self.over(previous, &split).in_any_order();
        for (place, dimension) in self.asked.request.dimensions.iter().enumerate() {
            let field = match dimension {
                Dimension::Channel => Field::Channel,
                Dimension::User => Field::User,
                _ => continue,
            };
            query = query.only(Filter::Is(field, identifiers(page, place)));
        }
        let table = self.run.query("rows before", query).await?;
        let asked = Arc::clone(&self.asked);
        let before = apart(bytes(table.rows.len()), move || asked.before(table));
        Ok(Some(before.await))
    }

    /// Returns a question over a span.
    fn over(&self, range: Range, dimensions: &[Dimension]) -> Query {
        let metrics = &self.asked.measures.all;
        self.run.ask.over(range, metrics).by(dimensions)
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

/// Returns about how many bytes so many rows take.
const fn bytes(rows: usize) -> usize {
    rows.saturating_mul(size_of::<TableRow>())
}
