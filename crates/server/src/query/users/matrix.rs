//! People by local days.

use std::collections::HashMap;

use domain::{
    dimension::Dimension,
    filter::{Field, Filter},
    metric::Metric,
    time::{Bucket, Grain, Instant, spine},
};
use serde::Serialize;
use store::Cell;
use utoipa::ToSchema;

use super::{Page, UsersRequest, answer::UserRow};
use crate::query::{
    Ask, Explained, Meta, QueryError, QueryService, Run, aligned::BucketSpan, value::amount,
};

/// People, each with every local day of the span.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MatrixAnswer {
    /// The local days of the span, which the lists of each row go by.
    pub days: Vec<MatrixDay>,
    /// The rows.
    pub users: Vec<MatrixRow>,
    /// How many rows there are without limit and offset.
    pub total: u64,
    /// The period's name.
    pub period: String,
    /// What the answer is about.
    pub meta: Meta,
    /// How the numbers came about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explain: Option<Vec<Explained>>,
}

/// A local day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct MatrixDay {
    /// The day.
    #[schema(example = "2026-02-01")]
    pub date: String,
    /// First instant after it.
    #[schema(value_type = String, format = DateTime)]
    pub end: Instant,
    /// Whether the span holds all of it: not a day that is not over at `asOf`.
    pub complete: bool,
}

/// A person and what they did on each local day.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MatrixRow {
    /// The row that the list of people has.
    #[serde(flatten)]
    pub user: UserRow,
    /// Messages by day.
    pub messages: Vec<u64>,
    /// Whether the person was active, by day.
    pub active: Vec<bool>,
}

/// Most local days of a matrix: together with the most rows of a page they are one question's.
pub const MOST_DAYS: i64 = 400;

impl QueryService {
    /// Answers what people did on each local day.
    pub async fn matrix(
        &self,
        ask: &Ask,
        request: &UsersRequest,
    ) -> Result<MatrixAnswer, QueryError> {
        let run = self.begin(ask);
        let Page { rows, total, .. } = run.page(request).await?;
        let days = spine(ask.window.range, Grain::Day, &ask.zone);
        let users = run.by_days(rows, &days).await?;
        let day = |bucket: &Bucket| {
            let span = BucketSpan::of(*bucket, ask.window.range);
            MatrixDay {
                date: bucket.label(Grain::Day, &ask.zone),
                end: span.end,
                complete: span.complete,
            }
        };
        Ok(MatrixAnswer {
            days: days.iter().map(day).collect(),
            users,
            total,
            period: ask.window.name.clone(),
            meta: run.meta(Metric::DaysActive.definition().text),
            explain: run.explanation(),
        })
    }
}

impl Run<'_> {
    /// Returns rows with what each person did on these days.
    async fn by_days(
        &self,
        rows: Vec<UserRow>,
        days: &[Bucket],
    ) -> Result<Vec<MatrixRow>, QueryError> {
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let empty = |user: UserRow| MatrixRow {
            user,
            messages: vec![0; days.len()],
            active: vec![false; days.len()],
        };
        let mut rows: Vec<MatrixRow> = rows.into_iter().map(empty).collect();
        let ids = rows.iter().map(|row| row.user.user_id.clone());
        let query = self.ask.now(&[Metric::Messages, Metric::FirstActivity]);
        let query = query.only(Filter::Is(Field::User, ids.collect()));
        let query = query.by(&[Dimension::User, Dimension::Time(Grain::Day)]);
        let table = self.query("days of people", query.in_any_order()).await?;
        let places: HashMap<String, usize> = rows
            .iter()
            .enumerate()
            .map(|(place, row)| (row.user.user_id.clone(), place))
            .collect();
        for row in &table.rows {
            let start = row.keys.get(1).and_then(Cell::as_int);
            let day = start.map(|start| {
                days.binary_search_by_key(&Instant::from_millis(start), |day| day.start)
            });
            let person = row.keys[0].as_text().and_then(|id| places.get(id));
            if let (Some(place), Some(Ok(day))) = (person, day) {
                rows[*place].messages[day] = amount(row, 0).rounded();
                rows[*place].active[day] = row.values[1].is_some();
            }
        }
        Ok(rows)
    }
}
