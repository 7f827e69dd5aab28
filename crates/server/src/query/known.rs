//! How many people and channels there are, of those that a request lets through.

use std::collections::HashSet;

use domain::filter::Field;

use super::{QueryError, Run};

/// How many people and channels there are.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known {
    pub(super) people: u64,
    pub(super) channels: u64,
}

impl Run<'_> {
    /// Returns how many people and channels are known.
    pub(super) async fn known(&self) -> Result<Known, QueryError> {
        let (people, channels) = tokio::try_join!(self.known_people(), self.known_channels())?;
        Ok(Known { people, channels })
    }

    /// Returns how many people are known; with bots where they count.
    pub(super) async fn known_people(&self) -> Result<u64, QueryError> {
        let ask = self.ask;
        let all = self.store().known(&ask.workspace).await?.of(ask.population);
        let named: Vec<String> = owned(ask.filter.values(&Field::User));
        let named = if named.is_empty() {
            Vec::new()
        } else {
            self.store().people(&ask.workspace, &named).await?
        };
        let named = named
            .into_iter()
            .filter(|person| ask.population.holds(person.is_bot));
        Ok(self.admitted(&Field::User, all, named.map(|person| person.id)))
    }

    /// Returns how many channels are known.
    async fn known_channels(&self) -> Result<u64, QueryError> {
        let ask = self.ask;
        let all = self.store().known(&ask.workspace).await?.channels;
        let named: HashSet<&str> = ask.filter.values(&Field::Channel).into_iter().collect();
        let mut known = Vec::new();
        if !named.is_empty() {
            known = self.store().channels(&ask.workspace).await?;
        }
        let ids = known.into_iter().map(|channel| channel.id);
        Ok(self.admitted(
            &Field::Channel,
            all,
            ids.filter(|id| named.contains(id.as_str())),
        ))
    }

    /// Returns how many of `all` the filter lets through; `named` are those of them that it names.
    fn admitted(&self, field: &Field, all: u64, named: impl Iterator<Item = String>) -> u64 {
        let filter = &self.ask.filter;
        let (mut names, mut admitted) = (0, 0);
        for id in named {
            names += 1;
            admitted += u64::from(filter.admits(field, &id));
        }
        // What the filter does not name it treats alike. No identifier holds a NUL.
        if filter.admits(field, "\0") {
            admitted += all.saturating_sub(names);
        }
        admitted
    }
}

fn owned(texts: Vec<&str>) -> Vec<String> {
    texts.into_iter().map(str::to_owned).collect()
}
