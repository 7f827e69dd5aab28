//! What rows of people show beside what they did in the span.

use std::collections::HashMap;

use domain::{
    dimension::Dimension,
    filter::{Field, Filter},
    metric::Metric,
    query::Query,
    time::{Bucket, Instant},
};
use store::{Cell, PersonRow, Table};

use super::{UserMetric, UsersRequest, answer::UserRow, standing::ByPerson, standing::of};
use crate::query::{
    DayCount, QueryError, Run,
    aligned::{Aligned, BucketSpan},
    value::{amount, count},
};

/// Most rows of one question.
const MOST_ROWS: usize = engine::plan::MAX_ROWS as usize;

impl Run<'_> {
    /// Adds to the rows of a page when each began, where each stands, and what each wrote before.
    pub(super) async fn complete(
        &self,
        rows: &mut [UserRow],
        request: &UsersRequest,
    ) -> Result<(), QueryError> {
        if rows.is_empty() {
            return Ok(());
        }
        let ask = self.ask;
        let ids: Vec<String> = rows.iter().map(|row| row.user_id.clone()).collect();
        let (people, standings, before, beginnings) = tokio::try_join!(
            async { Ok(self.store().people(&ask.workspace, &ids).await?) },
            self.standings(Some(&ids)),
            self.messages_before(Some(&ids)),
            self.beginnings(Some(&ids)),
        )?;
        let people: HashMap<&str, &PersonRow> = people
            .iter()
            .map(|person| (person.id.as_str(), person))
            .collect();
        for row in &mut *rows {
            row.lifecycle = standings.get(&row.user_id).copied();
            row.previous_message_count = before.as_ref().map(|before| {
                let messages = before.get(&row.user_id);
                messages.map_or(0, |messages| count(messages, 0))
            });
            if let Some(person) = people.get(row.user_id.as_str()) {
                let events = beginnings.get(&row.user_id).copied().unwrap_or_default();
                let began = events.of(person, ask.window.as_of);
                row.first_seen = began.first_seen;
                row.signed_up_at = began.signed_up;
            }
        }
        if request.series {
            self.add_series(rows, &ids).await?;
        }
        if request.metric == UserMetric::Retention {
            self.add_returned(rows, &ids).await?;
        }
        Ok(())
    }

    /// Returns the messages of everybody, or of those who are named, in the span compared with, or in
    /// the one directly before where nothing is compared; `None` where there is neither.
    pub(super) async fn messages_before(
        &self,
        ids: Option<&[String]>,
    ) -> Result<Option<ByPerson>, QueryError> {
        let ask = self.ask;
        let Some(before) = ask.window.previous.or(ask.directly_before) else {
            return Ok(None);
        };
        let messages = of(ask.over(before, &[Metric::Messages]), ids);
        self.by_person("messages before", messages).await.map(Some)
    }

    /// Adds to each row its messages over time.
    async fn add_series(&self, rows: &mut [UserRow], ids: &[String]) -> Result<(), QueryError> {
        let ask = self.ask;
        let aligned = Aligned::of(ask);
        let asked = rows.len() * aligned.now.len();
        if asked > MOST_ROWS {
            return Err(too_many_points(rows.len(), aligned.now.len()));
        }
        let by_time = |query: Query| {
            let query = query.only(Filter::Is(Field::User, ids.to_vec()));
            let query = query.by(&[Dimension::User, Dimension::Time(ask.grain)]);
            query.in_any_order()
        };
        let (now, before) = tokio::try_join!(
            self.query("series", by_time(ask.now(&[Metric::Messages]))),
            self.query_if(
                "series before",
                ask.before(&[Metric::Messages]).map(by_time)
            ),
        )?;
        let (now, before) = (
            points(&now, 0),
            before.as_ref().map(|table| points(table, 0)),
        );
        let messages = |points: &Points<'_>, id: &str, bucket: Bucket| {
            let found = points.get(&(id, bucket.start));
            found.copied().unwrap_or(0)
        };
        for row in rows {
            let id = row.user_id.as_str();
            let point = |(place, bucket): (usize, &Bucket)| {
                let span = BucketSpan::of(*bucket, ask.window.range);
                let then = aligned.before(place);
                DayCount {
                    date: bucket.label(ask.grain, &ask.zone),
                    count: messages(&now, id, *bucket),
                    end: span.end,
                    complete: span.complete,
                    previous: before
                        .as_ref()
                        .zip(then)
                        .map(|(points, bucket)| messages(points, id, bucket)),
                }
            };
            row.series = Some(aligned.now.iter().enumerate().map(point).collect());
        }
        Ok(())
    }
}

/// Returns the refusal of more points than one question has rows.
pub(super) fn too_many_points(people: usize, buckets: usize) -> QueryError {
    QueryError::TooMany {
        parameter: "limit",
        advice: format!(
            "{people} people of {buckets} buckets each are more than the {MOST_ROWS} points that one \
             answer has: ask for fewer people, wider buckets or a shorter span"
        ),
    }
}

/// Numbers by person and first instant of the bucket.
pub(super) type Points<'a> = HashMap<(&'a str, Instant), u64>;

/// Returns a metric of a table that is split by person and time.
pub(super) fn points(table: &Table, metric: usize) -> Points<'_> {
    let rows = table.rows.iter().filter_map(|row| {
        let start = row.keys.get(1).and_then(Cell::as_int)?;
        let key = (row.keys[0].as_text()?, Instant::from_millis(start));
        Some((key, amount(row, metric).rounded()))
    });
    rows.collect()
}
