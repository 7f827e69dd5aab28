//! Names of the channels and people of a page, as lists of channels and people show them.

use std::collections::HashMap;

use domain::dimension::Dimension;
use store::Cell;

use super::{Found, answer::ByName, identifiers, split::dimension_name};
use crate::query::{QueryError, Run};

/// Names by identifier.
pub(super) struct Names {
    channels: HashMap<String, String>,
    people: HashMap<String, String>,
}

impl Names {
    /// Returns the names of what the rows of a page are about.
    pub(super) async fn of(
        run: &Run<'_>,
        dimensions: &[Dimension],
        page: &[Found],
    ) -> Result<Self, QueryError> {
        let ids = |wanted: Dimension| {
            let place = dimensions.iter().position(|dimension| *dimension == wanted);
            place.map_or_else(Vec::new, |place| identifiers(page, place))
        };
        let (channels, people) = (ids(Dimension::Channel), ids(Dimension::User));
        let workspace = &run.ask.workspace;
        let mut names = Self {
            channels: HashMap::new(),
            people: HashMap::new(),
        };
        if !channels.is_empty() {
            names.channels = run.store().channel_names(workspace, &channels).await?;
        }
        if !people.is_empty() {
            let people = run.store().people(workspace, &people).await?;
            let named = people
                .into_iter()
                .filter_map(|person| Some((person.id, person.name?)));
            names.people = named.collect();
        }
        Ok(names)
    }

    /// Returns the names of a row's channel and person; where none is known, the identifier stands
    /// for it.
    pub(super) fn of_row(&self, dimensions: &[Dimension], keys: &[Cell]) -> Option<ByName<String>> {
        let names = dimensions.iter().zip(keys).filter_map(|(dimension, cell)| {
            let known = match dimension {
                Dimension::Channel => &self.channels,
                Dimension::User => &self.people,
                _ => return None,
            };
            let id = cell.as_text()?;
            let name = known.get(id).map_or(id, String::as_str);
            Some((dimension_name(*dimension), name.to_owned()))
        });
        let names: Vec<_> = names.collect();
        (!names.is_empty()).then_some(ByName(names))
    }
}
