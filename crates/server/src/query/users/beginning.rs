//! When people were first seen, and when they signed up, as [`engine::analysis`] has it.

use std::collections::HashMap;

use domain::{
    metric::Metric,
    query::Query,
    time::{Instant, Range},
};
use store::PersonRow;

use super::standing::of;
use crate::query::{QueryError, Run, value::instant};

/// When somebody was first seen, and when they signed up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::query) struct Beginning {
    /// The first event of any kind, or when the record says that they were first seen, whichever is
    /// earlier.
    pub(in crate::query) first_seen: Option<Instant>,
    /// The sign-up event, else when the account was made, else when first seen.
    pub(in crate::query) signed_up: Option<Instant>,
}

impl Beginning {
    /// Returns what events tell together with what the record says, before an instant.
    pub(in crate::query) fn of(self, person: &PersonRow, before: Instant) -> Self {
        let seen = [self.first_seen, person.first_seen_at];
        let seen = seen.into_iter().flatten().min();
        let signed_up = self.signed_up.or(person.created_at).or(seen);
        Self {
            first_seen: seen.filter(|at| *at < before),
            signed_up: signed_up.filter(|at| *at < before),
        }
    }
}

impl Run<'_> {
    /// Returns what events before the present tell of when everybody began, or those who are named. No
    /// filter narrows it: that somebody began is not of a channel.
    pub(in crate::query) async fn beginnings(
        &self,
        ids: Option<&[String]>,
    ) -> Result<HashMap<String, Beginning>, QueryError> {
        let ask = self.ask;
        let metrics = [Metric::FirstEvent, Metric::SignedUp];
        let ever = Range::before(ask.window.as_of);
        let query = Query::totals(ask.workspace.clone(), ask.zone.clone(), ever, &metrics);
        let people = self.by_person("beginnings", of(query.of(ask.population), ids));
        let beginning = |(id, row)| {
            let beginning = Beginning {
                first_seen: instant(&row, 0),
                signed_up: instant(&row, 1),
            };
            (id, beginning)
        };
        Ok(people.await?.into_iter().map(beginning).collect())
    }
}
