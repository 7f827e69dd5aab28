//! The rows of people who were active.

use std::collections::HashMap;

use domain::{
    dimension::Dimension,
    filter::{Field, Filter},
    query::{Having, Order},
};
use store::{PersonRow, Search};

use super::{METRICS, Page, UsersRequest, answer::UserRow, place};
use crate::query::{QueryError, Run, value::count};

/// Most people that a search may find among those who were active: each is named in the question.
const MOST_FOUND: usize = 10_000;

impl Run<'_> {
    /// Returns people who were active, in the order asked for.
    pub(super) async fn active_rows(&self, request: &UsersRequest) -> Result<Page, QueryError> {
        let ask = self.ask;
        let mut query = ask.now(&METRICS).by(&[Dimension::User]);
        if let Some(search) = request.search() {
            let found = self.found(search).await?;
            if found.is_empty() {
                return Ok(Page {
                    rows: Vec::new(),
                    total: 0,
                    scores: self.scores().await?,
                    features: None,
                });
            }
            query = query.only(Filter::Is(Field::User, found));
        }
        // An event of the chat itself makes nobody active.
        query.having = Some(Having {
            metric: place::DAYS_ACTIVE,
            at_least: Some(1.0),
            below: None,
        });
        if let Some(level) = request.level {
            let (low, high) = level.scores();
            let at_least = (low > 0).then(|| f64::from(low) - 0.5);
            let below = (high < 100).then(|| f64::from(high) + 0.5);
            query.having = Some(Having {
                metric: place::ENGAGEMENT,
                at_least,
                below,
            });
        }
        query.order = Order::Metric {
            index: request.sort.place().unwrap_or(place::ENGAGEMENT),
            descending: !request.ascending,
        };
        query.limit = Some(request.limit);
        query.offset = request.offset;
        let (mut table, mut scores) = self.query_with_distribution("people", query).await?;
        if request.search.is_some() {
            scores = self.scores().await?;
        }
        if request.level.is_some() {
            table.rows.retain(|row| count(row, place::DAYS_ACTIVE) > 0);
        }
        let ids: Vec<String> = table
            .rows
            .iter()
            .filter_map(|row| row.keys[0].as_text().map(str::to_owned))
            .collect();
        let named = self.store().people(&ask.workspace, &ids).await?;
        let by_id: HashMap<&str, &PersonRow> = named
            .iter()
            .map(|person| (person.id.as_str(), person))
            .collect();
        let rows = table
            .rows
            .iter()
            .filter_map(|row| {
                let id = row.keys[0].as_text()?;
                Some(UserRow::of(
                    id,
                    by_id.get(id).copied(),
                    Some(row),
                    request.with_email,
                ))
            })
            .collect();
        Ok(Page {
            rows,
            total: table.total,
            scores,
            features: None,
        })
    }

    /// Returns whom a search finds, unless these are too many.
    async fn found(&self, search: Search) -> Result<Vec<String>, QueryError> {
        let ask = self.ask;
        let found = self
            .store()
            .find_people(&ask.workspace, ask.population, search, MOST_FOUND);
        let (found, count) = found.await?;
        if count > found.len() as u64 {
            return Err(QueryError::TooMany {
                parameter: "search",
                advice: format!(
                    "{count} people are found, more than the {MOST_FOUND} that may be: look for a longer text"
                ),
            });
        }
        Ok(found)
    }
}
