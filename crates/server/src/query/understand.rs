//! Requests understood, with what the store must be asked for that.

use domain::{filter::Field, id::WorkspaceId};

use super::{Ask, Merged, QueryError, QueryService, Request, SegmentError, SharedScope};

impl QueryService {
    /// Understands what every question has, but for the segments that it names.
    pub async fn understand(
        &self,
        request: &Request,
        workspace: &WorkspaceId,
        default_period: &str,
    ) -> Result<Ask, SegmentError> {
        let shared = self.shared.as_deref();
        let narrowed = shared.map(|shared| shared.narrow(request)).transpose()?;
        let request = narrowed.as_ref().unwrap_or(request);
        let ours = shared.map(|shared| &shared.request);
        // Only `all` and a missing `from` need to know when the history begins.
        let open = request.period.as_deref().unwrap_or(default_period) == "all"
            || (request.to.is_some() && request.from.is_none())
            || ours.is_some_and(|ours| ours.period.as_deref() == Some("all"));
        let first = if open {
            let first = self.store.first_event(workspace).await;
            first.map_err(QueryError::from)?
        } else {
            None
        };
        let understand = |request: &Request| {
            let (request, now) = self.guard.request(request, self.clock.now())?;
            let defaults = (&self.zone, self.week_start);
            Ask::resolve(
                &request,
                workspace.clone(),
                default_period,
                defaults,
                now,
                first,
            )
        };
        let mut ask = understand(request)?;
        if let Some(shared) = shared.filter(|shared| !shared.has_span_of(request)) {
            let ours = understand(&shared.request)?;
            SharedScope::check_span(ask.window.range, ours.window.range)?;
        }
        self.count_as(&mut ask);
        self.guard.settle(&mut ask)?;
        Ok(ask)
    }

    /// Completes a request with the members of its segments, and with what happened within its span.
    pub async fn complete(&self, mut ask: Ask) -> Result<Ask, SegmentError> {
        self.resolve_segments(&mut ask).await?;
        let shared = self.shared.as_deref();
        if shared.is_none_or(|shared| shared.shows_annotations) {
            ask.annotations = self.annotations(&ask).await?;
        }
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
