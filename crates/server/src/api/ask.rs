//! Requests understood, with what the store must be asked for that.

use domain::{filter::Field, id::WorkspaceId};

use super::error::ApiError;
use crate::query::{Ask, Merged, QueryService, Request};

impl QueryService {
    /// Understands what every question has.
    pub async fn ask(
        &self,
        request: &Request,
        workspace: &WorkspaceId,
        default_period: &str,
    ) -> Result<Ask, ApiError> {
        // Only `all` and a missing `from` need to know when the history begins.
        let open = request.period.as_deref().unwrap_or(default_period) == "all"
            || (request.to.is_some() && request.from.is_none());
        let first = if open {
            self.store.first_event(workspace).await?
        } else {
            None
        };
        let (request, now) = self.guard.request(request, self.clock.now())?;
        let mut ask = Ask::resolve(
            &request,
            workspace.clone(),
            default_period,
            (&self.zone, self.week_start),
            now,
            first,
        )?;
        self.count_as(&mut ask);
        self.guard.settle(&mut ask)?;
        ask.unknown = self.unknown(&ask).await?;
        self.resolve_segments(&mut ask).await?;
        ask.annotations = self.annotations(&ask).await?;
        Ok(ask)
    }

    /// Puts the people that count into the filter of a request, in place of identifiers that were merged.
    fn count_as(&self, ask: &mut Ask) {
        let named = ask.filter.values(&Field::User).into_iter();
        let merged: Vec<Merged> = named
            .filter_map(|value| {
                Some(Merged {
                    value: value.to_owned(),
                    counts_as: self.store.counted_as(&ask.workspace, value)?,
                })
            })
            .collect();
        if merged.is_empty() {
            return;
        }
        let filter = std::mem::take(&mut ask.filter);
        ask.filter = filter.renamed(&Field::User, &|value| {
            let found = merged.iter().find(|merged| merged.value == value)?;
            Some(found.counts_as.clone())
        });
        ask.merged = merged;
    }
}
