//! Where single people stand in their life with the chat, as [`engine::analysis::Lifecycle`] counts them.

use std::collections::HashMap;

use domain::{
    dimension::Dimension,
    filter::{Field, Filter},
    metric::Metric,
    query::Query,
    time::Range,
};
use serde::Serialize;
use store::{Cell, TableRow};
use utoipa::ToSchema;

use crate::query::{QueryError, Run};

/// Where somebody stands in their life with the chat, over a span and the one directly before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Standing {
    /// Active in the span for the first time ever.
    New,
    /// Active in the span and in the one before.
    Kept,
    /// Active in the span and not in the one before, but some time earlier.
    Returning,
    /// Active in the span before and not in this one.
    Churned,
}

impl Standing {
    /// The places with their names.
    pub const NAMES: [(Self, &'static [&'static str]); 4] = [
        (Self::New, &["new"]),
        (Self::Kept, &["kept"]),
        (Self::Returning, &["returning"]),
        (Self::Churned, &["churned"]),
    ];

    /// Returns where somebody stands who was active in the span, in the one before, and at any time
    /// before the span; `None` for who was in neither span.
    const fn of(now: bool, before: bool, known: bool) -> Option<Self> {
        match (now, before, known) {
            (true, true, _) => Some(Self::Kept),
            (true, false, true) => Some(Self::Returning),
            (true, false, false) => Some(Self::New),
            (false, true, _) => Some(Self::Churned),
            (false, false, _) => None,
        }
    }
}

/// Rows by the person that they are of.
pub(in crate::query) type ByPerson = HashMap<String, TableRow>;

impl Run<'_> {
    /// Returns where everybody stands who was active in the span or in the one before, or those of them
    /// who are named.
    pub(in crate::query) async fn standings(
        &self,
        ids: Option<&[String]>,
    ) -> Result<HashMap<String, Standing>, QueryError> {
        let ask = self.ask;
        let range = ask.window.range;
        let active = |name: &'static str, range: Range| {
            let query = ask.over(range, &[Metric::FirstActivity]);
            self.by_person(name, of(query, ids))
        };
        let nothing = Range::new(range.from(), range.from());
        let (now, before, known) = tokio::try_join!(
            active("active", range),
            active(
                "active directly before",
                ask.directly_before.unwrap_or(nothing)
            ),
            active("active any time before", Range::before(range.from())),
        )?;
        // An event of the chat itself makes nobody active.
        let was = |people: &ByPerson, id: &str| {
            let row = people.get(id);
            row.is_some_and(|row| row.values[0].is_some())
        };
        let standing = |id: &String| {
            let stands = Standing::of(was(&now, id), was(&before, id), was(&known, id));
            Some((id.clone(), stands?))
        };
        Ok(now
            .keys()
            .chain(before.keys())
            .filter_map(standing)
            .collect())
    }

    /// Returns every row of a question that is split by person, by person.
    pub(in crate::query) async fn by_person(
        &self,
        name: &str,
        query: Query,
    ) -> Result<ByPerson, QueryError> {
        let rows = self.every_row(name, query.by(&[Dimension::User])).await?;
        let of_person = |mut row: TableRow| match std::mem::replace(&mut row.keys[0], Cell::None) {
            Cell::Text(id) => Some((id, row)),
            Cell::None | Cell::Int(_) => None,
        };
        Ok(rows.into_iter().filter_map(of_person).collect())
    }
}

/// Returns the question about these people only.
pub(in crate::query) fn of(query: Query, ids: Option<&[String]>) -> Query {
    match ids {
        None => query,
        Some(ids) => query.only(Filter::Is(Field::User, ids.to_vec())),
    }
}
