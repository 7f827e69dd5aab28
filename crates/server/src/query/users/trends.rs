//! What people do beside what they did before.

use domain::{
    dimension::Dimension,
    filter::{Field, Filter},
    metric::Metric,
    ratio::Amount,
    time::Range,
};
use store::TableRow;

use super::{
    METRICS,
    answer::{UserRow, UsersSummary, UsersTrends},
};
use crate::query::{Change, QueryError, Run, value::by_text};

impl Run<'_> {
    /// Puts the values of another span beside those of the asked one.
    pub(super) async fn add_trends(
        &self,
        rows: &mut [UserRow],
        summary: &mut UsersSummary,
        (active_now, scores_now): (Amount, &[Option<f64>]),
        before: Range,
    ) -> Result<(), QueryError> {
        let ask = self.ask;
        let scores = ask.over(before, &[Metric::Engagement]);
        let scores = scores.by(&[Dimension::User]).top(1);
        let ids: Vec<String> = rows.iter().map(|row| row.user_id.clone()).collect();
        let values = (!ids.is_empty()).then(|| {
            ask.over(before, &METRICS)
                .only(Filter::Is(Field::User, ids))
                .by(&[Dimension::User])
                .in_any_order()
        });
        let ((_, scores), values) = tokio::try_join!(
            self.query_with_distribution("scores before", scores),
            self.query_if("people before", values),
        )?;
        let active = self.count_active(before, &scores).await?;
        let then = UsersSummary::of(0, active, &scores);
        let change =
            |now: u64, then: u64| Change::of(Amount::whole(now), Some(Amount::whole(then)));
        summary.trends = Some(UsersTrends {
            active_users: Change::of(active_now, Some(active)),
            average_engagement: Change::of(mean(scores_now), Some(mean(&scores))),
            low: change(summary.levels.low, then.levels.low),
            medium: change(summary.levels.medium, then.levels.medium),
            high: change(summary.levels.high, then.levels.high),
        });
        let values = values.unwrap_or_default();
        let by_id = by_text(&values);
        for row in rows {
            row.compare_with(by_id.get(row.user_id.as_str()).copied());
        }
        Ok(())
    }
}

impl UserRow {
    /// Puts what the person did in another span beside the values.
    pub(super) fn compare_with(&mut self, then: Option<&TableRow>) {
        let then = Self::of(&self.user_id, None, then, false);
        let pairs = self.compared().into_iter().zip(then.compared());
        let trends = pairs.map(|((name, now), (_, then))| (name, Change::of(now, Some(then))));
        self.trends = Some(trends.collect());
    }
}

/// Returns the mean of the clamped scores, unrounded; nothing of nobody.
fn mean(scores: &[Option<f64>]) -> Amount {
    let (mut sum, mut people) = (0.0, 0u32);
    for raw in scores.iter().copied().flatten() {
        sum += raw.clamp(0.0, 100.0);
        people += 1;
    }
    Amount::of(sum / f64::from(people.max(1)))
}
