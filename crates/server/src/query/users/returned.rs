//! Who of those who signed up came back.

use std::collections::HashSet;

use domain::{
    dimension::Dimension,
    filter::{Field, Filter},
    metric::Metric,
    time::{Grain, Instant, Range},
};
use jiff::ToSpan as _;
use serde::Serialize;
use store::Cell;
use utoipa::ToSchema;

use super::answer::{UserRetention, UserRow};
use crate::query::{Ask, QueryError, QueryService, RetentionMode, RetentionRequest, Run};

/// Local days after sign-up that are looked at.
pub(super) const DAYS: [u32; 3] = [1, 7, 30];

/// The share that came back over all who signed up on a day that is old enough.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UsersRetention {
    /// Local days after the day of sign-up.
    pub day: u32,
    /// People whose day is over.
    pub size: u64,
    /// Active on that day.
    pub on_day: u64,
    /// Share of them, in percent, one decimal; `null` of nobody.
    pub share: Option<f64>,
}

impl QueryService {
    /// Returns the shares of everybody who signed up in the span, day by day as
    /// [`QueryService::retention`] has them.
    pub(super) async fn returned(&self, ask: &Ask) -> Result<Vec<UsersRetention>, QueryError> {
        let by_day = Ask {
            grain: Grain::Day,
            ..ask.clone()
        };
        let asked = RetentionRequest {
            days: DAYS.to_vec(),
            mode: RetentionMode::Day,
        };
        let answer = self.retention(&by_day, &asked).await?;
        let shares = answer.summary.into_iter().map(|share| UsersRetention {
            day: share.day,
            size: share.size,
            on_day: share.on_day,
            share: share.share,
        });
        Ok(shares.collect())
    }
}

impl Run<'_> {
    /// Adds to each row whether the person was active on the days after sign-up.
    pub(super) async fn add_returned(
        &self,
        rows: &mut [UserRow],
        ids: &[String],
    ) -> Result<(), QueryError> {
        let ask = self.ask;
        let as_of = ask.window.as_of;
        let start = |at: Instant, days: i64| {
            Instant::start_of(at.day(&ask.zone).saturating_add(days.days()), &ask.zone)
        };
        let joined = rows.iter().filter_map(|row| row.signed_up_at);
        let (Some(first), Some(last)) = (joined.clone().min(), joined.max()) else {
            return Ok(());
        };
        let longest = i64::from(DAYS[DAYS.len() - 1]);
        let horizon = Range::new(start(first, 1), start(last, longest + 1)).until(as_of);
        let days = usize::try_from(horizon.millis() / 86_400_000 + 2).unwrap_or(usize::MAX);
        let at_once = (engine::plan::MAX_ROWS as usize / days).max(1);
        let mut active: HashSet<(String, i64)> = HashSet::new();
        for ids in ids.chunks(at_once) {
            let query = ask.over(horizon, &[Metric::FirstActivity]);
            let query = query.only(Filter::Is(Field::User, ids.to_vec()));
            let query = query.by(&[Dimension::User, Dimension::Time(Grain::Day)]);
            let table = self.query("days of people", query.in_any_order()).await?;
            let seen = table.rows.into_iter().filter_map(|row| {
                row.values[0]?;
                Some((
                    row.keys[0].as_text()?.to_owned(),
                    row.keys.get(1).and_then(Cell::as_int)?,
                ))
            });
            active.extend(seen);
        }
        for row in rows {
            let Some(at) = row.signed_up_at else {
                continue;
            };
            let on_day = |day: u32| {
                let then = start(at, day.into());
                let is_over = start(at, i64::from(day) + 1) <= as_of;
                is_over.then(|| active.contains(&(row.user_id.clone(), then.as_millis())))
            };
            let [day1, day7, day30] = DAYS.map(on_day);
            row.retention = Some(UserRetention { day1, day7, day30 });
        }
        Ok(())
    }
}
