//! The rows of people without activity.

use std::collections::HashSet;

use domain::{dimension::Dimension, engagement::Level, filter::Field, metric::Metric};
use store::{Cell, PersonRow, Search};

use super::{Page, UsersRequest, answer::UserRow};
use crate::query::{QueryError, Run};

impl Run<'_> {
    /// Returns people without activity, by identifier.
    pub(super) async fn inactive_rows(&self, request: &UsersRequest) -> Result<Page, QueryError> {
        let ask = self.ask;
        let active = self.ids_of_active().await?;
        let search = request.search();
        let filter = ask.filter.clone();
        let level_fits = request.level.is_none_or(|level| level == Level::Low);
        let is_silent = move |person: &PersonRow| {
            let (name, email) = (person.name.as_deref(), person.email.as_deref());
            let is_found = |search: &Search| search.finds(&person.id, name, email);
            level_fits
                && !active.contains(&person.id)
                && filter.admits(&Field::User, &person.id)
                && search.as_ref().is_none_or(is_found)
        };
        let (silent, total) = self
            .store()
            .pick_people(
                &ask.workspace,
                ask.population,
                Box::new(is_silent),
                request.offset,
                request.limit,
            )
            .await?;
        let rows = silent
            .iter()
            .map(|person| UserRow::of(&person.id, Some(person), None, request.with_email))
            .collect();
        Ok(Page {
            rows,
            total,
            scores: self.scores().await?,
        })
    }

    /// Returns everybody who was active.
    async fn ids_of_active(&self) -> Result<HashSet<String>, QueryError> {
        // An event of the chat itself makes nobody active.
        let active = self.ask.now(&[Metric::DaysActive]).by(&[Dimension::User]);
        let (mut people, mut offset) = (HashSet::new(), 0);
        loop {
            let mut page = active.clone();
            page.offset = offset;
            let table = self.query("active people", page).await?;
            // TRICKY: rows are in the order of identifiers, so that whoever becomes active meanwhile
            // moves others to a later page, and nobody to one that was read.
            let rows = u32::try_from(table.rows.len()).unwrap_or(u32::MAX);
            offset = offset.saturating_add(rows);
            let is_whole = rows == 0 || u64::from(offset) >= table.total;
            people.extend(table.rows.into_iter().filter_map(
                |mut row| match row.keys.swap_remove(0) {
                    Cell::Text(id) => Some(id),
                    Cell::None | Cell::Int(_) => None,
                },
            ));
            if is_whole {
                return Ok(people);
            }
        }
    }
}
