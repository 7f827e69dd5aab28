//! What everybody did over time.

use domain::metric::Metric;

use super::{
    UsersRequest,
    answer::{UsersBucket, UsersBucketBefore},
};
use crate::query::{QueryError, Run};

impl Run<'_> {
    /// Returns what everybody did over time, where that is asked for.
    pub(super) async fn timeline(
        &self,
        request: &UsersRequest,
    ) -> Result<Option<Vec<UsersBucket>>, QueryError> {
        if !request.timeline {
            return Ok(None);
        }
        let points = self
            .series(&[Metric::ActivePeople, Metric::Messages])
            .await?;
        let buckets = points.into_iter().map(|point| UsersBucket {
            active_users: point.values[0].rounded(),
            message_count: point.values[1].rounded(),
            end: point.span.end,
            complete: point.span.complete,
            previous: point.before.map(|before| UsersBucketBefore {
                active_users: before[0].rounded(),
                message_count: before[1].rounded(),
            }),
            date: point.date,
        });
        Ok(Some(buckets.collect()))
    }
}
