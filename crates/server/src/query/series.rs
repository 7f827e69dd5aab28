//! Charts over time: every bucket there, also those in which nothing happened.

use std::collections::HashMap;

use domain::{
    dimension::Dimension,
    filter::{Field, Filter},
    metric::Metric,
    query::Query,
    ratio::Amount,
    time::{Bucket, Instant},
};
use engine::plan::MAX_ROWS;
use serde::Serialize;
use store::{Cell, Table, TableRow};
use utoipa::ToSchema;

use super::{
    Ask, QueryError, Run,
    aligned::{Aligned, BucketSpan},
    value::amount,
};

/// A number of people in a bucket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct DayValue {
    /// Local day (first day of a week or month), or instant of an hour.
    #[schema(example = "2026-02-01")]
    pub date: String,
    /// The value.
    pub value: u64,
    /// First instant after the bucket.
    #[schema(value_type = String, format = DateTime)]
    pub end: Instant,
    /// Whether the span holds all of the bucket: not one that is not over at `asOf`.
    pub complete: bool,
    /// The value of the bucket that it is compared with; left out where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous: Option<u64>,
}

/// A number of events in a bucket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct DayCount {
    /// Local day (first day of a week or month), or instant of an hour.
    #[schema(example = "2026-02-01")]
    pub date: String,
    /// The count.
    pub count: u64,
    /// First instant after the bucket.
    #[schema(value_type = String, format = DateTime)]
    pub end: Instant,
    /// Whether the span holds all of the bucket: not one that is not over at `asOf`.
    pub complete: bool,
    /// The count of the bucket that it is compared with; left out where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous: Option<u64>,
}

/// A bucket of a chart.
pub(super) struct Point {
    /// How it is named.
    pub(super) date: String,
    /// From when to when it is.
    pub(super) span: BucketSpan,
    /// The metrics, by place.
    pub(super) values: Vec<Amount>,
    /// The same in the bucket that it is compared with.
    pub(super) before: Option<Vec<Amount>>,
}

impl Point {
    /// Returns a metric as a number of people.
    pub(super) fn day_value(&self, metric: usize) -> DayValue {
        DayValue {
            date: self.date.clone(),
            value: self.values[metric].rounded(),
            end: self.span.end,
            complete: self.span.complete,
            previous: self.previous(metric),
        }
    }

    /// Returns a metric as a number of events.
    pub(super) fn day_count(&self, metric: usize) -> DayCount {
        DayCount {
            date: self.date.clone(),
            count: self.values[metric].rounded(),
            end: self.span.end,
            complete: self.span.complete,
            previous: self.previous(metric),
        }
    }

    /// Returns a metric in the bucket that this one is compared with.
    fn previous(&self, metric: usize) -> Option<u64> {
        Some(self.before.as_ref()?[metric].rounded())
    }
}

impl Run<'_> {
    /// Returns metrics over time, one point for each bucket of the asked span, beside the one that it
    /// is compared with. Buckets without events are zero, which is what counts of nothing are.
    pub(super) async fn series(&self, metrics: &[Metric]) -> Result<Vec<Point>, QueryError> {
        let ask = self.ask;
        let by_time = |query: Query| query.by(&[Dimension::Time(ask.grain)]);
        let (now, before) = tokio::try_join!(
            self.query("by time", by_time(ask.now(metrics))),
            self.query_if("by time before", ask.before(metrics).map(by_time)),
        )?;
        let before = before.as_ref().map(by_start);
        let aligned = Aligned::of(ask);
        Ok(points(
            ask,
            &aligned,
            &by_start(&now),
            before.as_ref(),
            metrics,
        ))
    }

    /// Returns the same of each of these channels apart, in their order.
    ///
    /// # Errors
    ///
    /// Besides those of its questions, when there would be more points than an answer may have rows.
    pub(super) async fn series_of_channels(
        &self,
        ids: &[&str],
        metrics: &[Metric],
    ) -> Result<Vec<Vec<Point>>, QueryError> {
        let ask = self.ask;
        let aligned = Aligned::of(ask);
        let buckets = aligned.now.len().max(1);
        if ids.len() * buckets > MAX_ROWS as usize {
            let channels = ids.len();
            return Err(QueryError::TooMany {
                parameter: "limit",
                advice: format!(
                    "{channels} channels in {buckets} buckets are more than the {MAX_ROWS} points that can \
                     be answered: ask for fewer channels, a wider `groupBy` or a shorter span"
                ),
            });
        }
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let named = ids.iter().map(|id| (*id).to_owned()).collect();
        let split = |query: Query| {
            query
                .only(Filter::Is(Field::Channel, named))
                .by(&[Dimension::Time(ask.grain), Dimension::Channel])
                .in_any_order()
        };
        let (now, before) = tokio::try_join!(
            self.query("channels by time", split.clone()(ask.now(metrics))),
            self.query_if("channels by time before", ask.before(metrics).map(split)),
        )?;
        let (now, before) = (by_channel(&now), before.as_ref().map(by_channel));
        let none = ByStart::new();
        let of = |id: &&str| {
            let before = before.as_ref().map(|rows| rows.get(*id).unwrap_or(&none));
            points(
                ask,
                &aligned,
                now.get(*id).unwrap_or(&none),
                before,
                metrics,
            )
        };
        Ok(ids.iter().map(of).collect())
    }
}

/// Returns a point for each bucket; rows are those of one series.
fn points(
    ask: &Ask,
    aligned: &Aligned,
    now: &ByStart<'_>,
    before: Option<&ByStart<'_>>,
    metrics: &[Metric],
) -> Vec<Point> {
    let amounts = |rows: &ByStart<'_>, bucket: Bucket| {
        let row = rows.get(&bucket.start);
        let amount = |metric| row.map_or(Amount::ZERO, |row| amount(row, metric));
        (0..metrics.len()).map(amount).collect::<Vec<_>>()
    };
    let point = |(place, bucket): (usize, &Bucket)| Point {
        date: bucket.label(ask.grain, &ask.zone),
        span: BucketSpan::of(*bucket, ask.window.range),
        values: amounts(now, *bucket),
        before: before.and_then(|before| Some(amounts(before, aligned.before(place)?))),
    };
    aligned.now.iter().enumerate().map(point).collect()
}

type ByStart<'a> = HashMap<Instant, &'a TableRow>;

fn start_of(row: &TableRow) -> Option<Instant> {
    let start = row.keys.first().and_then(Cell::as_int)?;
    Some(Instant::from_millis(start))
}

fn by_start(table: &Table) -> ByStart<'_> {
    let rows = table.rows.iter();
    rows.filter_map(|row| Some((start_of(row)?, row))).collect()
}

/// Returns the rows of each channel, the second key, by bucket.
fn by_channel(table: &Table) -> HashMap<&str, ByStart<'_>> {
    let mut channels: HashMap<&str, ByStart<'_>> = HashMap::new();
    for row in &table.rows {
        if let (Some(start), Some(channel)) = (start_of(row), row.keys[1].as_text()) {
            channels.entry(channel).or_default().insert(start, row);
        }
    }
    channels
}
