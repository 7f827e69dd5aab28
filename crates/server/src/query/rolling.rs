//! Who was active lately, to the second.

use domain::{
    event::Kind,
    filter::{Field, Filter},
    metric::Metric,
    time::Range,
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{QueryError, Run, value::total};

const MINUTE: u64 = 60_000;
const DAY: u64 = 24 * 60 * MINUTE;

/// People active in the time before the present, rolling.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct RollingActivity {
    /// Connected now: a presence heartbeat in the last 60 seconds.
    pub online: u64,
    /// Active in the last 60 minutes.
    pub hourly: u64,
    /// Active in the last 24 hours.
    pub daily: u64,
    /// Active in the last 7 × 24 hours.
    pub weekly: u64,
    /// Active in the last 30 × 24 hours.
    pub monthly: u64,
    /// Active in the last 365 × 24 hours.
    pub yearly: u64,
}

impl Run<'_> {
    /// Returns who was active in the time before the present.
    pub(super) async fn rolling(&self) -> Result<RollingActivity, QueryError> {
        let people = |name, millis| self.active_lately(name, millis, Filter::default());
        let (online, hourly, daily, weekly, monthly, yearly) = tokio::try_join!(
            self.online(),
            people("active in 60 minutes", 60 * MINUTE),
            people("active in 24 hours", DAY),
            people("active in 7 days", 7 * DAY),
            people("active in 30 days", 30 * DAY),
            people("active in 365 days", 365 * DAY),
        )?;
        Ok(RollingActivity {
            online,
            hourly,
            daily,
            weekly,
            monthly,
            yearly,
        })
    }

    /// Returns how many people are connected.
    pub(super) async fn online(&self) -> Result<u64, QueryError> {
        let presence = Filter::Is(Field::EventType, vec![Kind::Presence.name().to_owned()]);
        self.active_lately("online", MINUTE, presence).await
    }

    /// Returns how many people were active in the `millis` before the present, by events that the filter
    /// lets through.
    pub(super) async fn active_lately(
        &self,
        name: &'static str,
        millis: u64,
        filter: Filter,
    ) -> Result<u64, QueryError> {
        let range = Range::ending(self.ask.window.as_of, millis);
        let query = self.ask.over(range, &[Metric::ActivePeople]).only(filter);
        Ok(total(&self.query(name, query).await?, 0).rounded())
    }
}
