//! Rows of people and channels.

use domain::{
    id::{ChannelId, WorkspaceId},
    query::Population,
    record::ChannelKind,
    time::Instant,
};

use super::{Named, Names, Record, file::Order, is_nobody};
use crate::{
    ChannelRow, DirectoryRow, PersonRow, Search, StoreError,
    duckdb::records::{Channel, Person},
};

fn instant(millis: Option<i64>) -> Option<Instant> {
    millis.map(Instant::from_millis)
}

/// Returns a person as it is shown.
pub(in crate::duckdb) fn person_row(id: &str, known: Option<&Person>) -> PersonRow {
    let known = known.cloned().unwrap_or_default();
    PersonRow {
        id: id.to_owned(),
        name: known.name,
        email: known.email,
        role: known.role,
        is_bot: known.is_bot == Some(true),
        is_deactivated: known.is_deactivated == Some(true),
        created_at: instant(known.created_ms),
        first_seen_at: instant(known.first_seen_ms),
    }
}

fn channel_row(id: &str, known: Option<&Channel>) -> ChannelRow {
    let known = known.cloned().unwrap_or_default();
    ChannelRow {
        id: id.to_owned(),
        name: known.name,
        slug: known.slug,
        kind: known.kind.as_deref().and_then(ChannelKind::parse),
        is_archived: known.is_archived == Some(true),
        member_count: known.member_count,
        owner: known.owner_id,
        created_at: instant(known.created_ms),
    }
}

impl Names {
    /// Hands over everybody or everything that is numbered: number, identifier, and what is known.
    pub(in crate::duckdb) fn each<T: Record>(
        &self,
        workspace: u16,
        mut take: impl FnMut(u32, &str, Option<&T>),
    ) -> Result<(), StoreError> {
        let beyond = {
            let inner = self.read();
            let Some(numbering) = inner.of(workspace).map(T::numbering) else {
                return Ok(());
            };
            let somebody = numbering.in_memory().filter(|(_, id, _)| !is_nobody(id));
            for (number, id, known) in somebody {
                take(number, id, known);
            }
            numbering.beyond()
        };
        if beyond.is_empty() {
            return Ok(());
        }
        let order = Order::Number;
        self.file.each(T::TABLE, workspace, &beyond, order, |kept| {
            let named = Named::<T>::of(&kept);
            if !is_nobody(&named.id) {
                take(kept.number, &named.id, named.known.as_deref());
            }
        })
    }

    /// Hands over people and bots in the order of identifiers.
    pub(in crate::duckdb) fn each_person_by_id(
        &self,
        workspace: u16,
        mut take: impl FnMut(&str, Option<&Person>),
    ) -> Result<(), StoreError> {
        let (mut first, beyond): (Vec<Named<Person>>, _) = {
            let inner = self.read();
            let Some(names) = inner.of(workspace) else {
                return Ok(());
            };
            let numbers = 0..names.people.held();
            let first = numbers.filter_map(|number| names.people.get(number));
            let first = first.filter(|named| !is_nobody(&named.id));
            (first.collect(), names.people.beyond())
        };
        first.sort_unstable_by(|left, right| left.id.cmp(&right.id));
        let mut first = first.iter().peekable();
        if !beyond.is_empty() {
            let table = Person::TABLE;
            self.file
                .each(table, workspace, &beyond, Order::Id, |kept| {
                    let named = Named::<Person>::of(&kept);
                    if is_nobody(&named.id) {
                        return;
                    }
                    while let Some(before) = first.next_if(|first| first.id < named.id) {
                        take(&before.id, before.known.as_deref());
                    }
                    take(&named.id, named.known.as_deref());
                })?;
        }
        for named in first {
            take(&named.id, named.known.as_deref());
        }
        Ok(())
    }

    /// Returns the identifiers of those of a population that a search finds, at most so many, and how
    /// many it finds.
    pub(in crate::duckdb) fn find(
        &self,
        workspace: u16,
        search: &Search,
        population: Population,
        most: usize,
    ) -> Result<(Vec<String>, u64), StoreError> {
        let fits = |id: &str, person: Option<&Person>| {
            let is_bot = person.is_some_and(|person| person.is_bot == Some(true));
            let name = person.and_then(|person| person.name.as_deref());
            let email = person.and_then(|person| person.email.as_deref());
            population.holds(is_bot) && search.finds(id, name, email)
        };
        let (mut found, mut count) = (Vec::new(), 0);
        self.each::<Person>(workspace, |_, id, person| {
            if fits(id, person) {
                count += 1;
                if found.len() < most {
                    found.push(id.to_owned());
                }
            }
        })?;
        Ok((found, count))
    }

    /// Returns every channel with its number, by identifier.
    pub(in crate::duckdb) fn channel_rows(
        &self,
        workspace: u16,
    ) -> Result<Vec<(u32, ChannelRow)>, StoreError> {
        let mut rows = Vec::new();
        self.each::<Channel>(workspace, |number, id, known| {
            rows.push((number, channel_row(id, known)));
        })?;
        rows.sort_unstable_by(|left, right| left.1.id.cmp(&right.1.id));
        Ok(rows)
    }

    /// Returns every workspace with its number.
    pub(in crate::duckdb) fn workspaces(&self) -> Vec<(WorkspaceId, u16)> {
        let inner = self.read();
        let all = inner.workspaces();
        all.filter_map(|(id, number)| Some((WorkspaceId::new(id).ok()?, number)))
            .collect()
    }

    /// Returns which channels are of which kind, where that is known.
    pub(in crate::duckdb) fn directory(&self) -> Result<Vec<DirectoryRow>, StoreError> {
        let mut rows = Vec::new();
        for (workspace, number) in self.workspaces() {
            self.each::<Channel>(number, |_, id, known| {
                let kind = known.and_then(|known| known.kind.as_deref());
                if let Some(kind) = kind.and_then(ChannelKind::parse)
                    && let Ok(channel) = ChannelId::new(id)
                {
                    rows.push(DirectoryRow {
                        workspace: workspace.clone(),
                        channel,
                        kind,
                    });
                }
            })?;
        }
        Ok(rows)
    }
}
