//! Rows of people and channels.

use std::collections::HashSet;

use domain::{
    id::{ChannelId, WorkspaceId},
    query::Population,
    record::ChannelKind,
    time::Instant,
};

use super::{Named, Names, Record, file::Order, is_nobody};
use crate::{
    ChannelRow, DirectoryRow, PersonRow, Search, StoreError,
    duckdb::{
        merges::Merged,
        records::{Channel, Person},
    },
};

fn instant(millis: Option<i64>) -> Option<Instant> {
    millis.map(Instant::from_millis)
}

/// Returns a person as it is shown.
fn person_row(id: &str, known: Option<&Person>) -> PersonRow {
    let unknown = Person::default();
    let known = known.unwrap_or(&unknown);
    PersonRow {
        id: id.to_owned(),
        name: known.name.clone(),
        email: known.email.clone(),
        role: known.role.clone(),
        is_bot: known.is_bot == Some(true),
        is_deactivated: known.is_deactivated == Some(true),
        created_at: instant(known.created_ms),
        first_seen_at: instant(known.first_seen_ms),
        aliases: Vec::new(),
    }
}

/// Returns a person that counts as it is shown, over all of its identifiers.
pub(in crate::duckdb) fn counted_row(
    merged: &Merged,
    number: u32,
    id: &str,
    known: Option<&Person>,
) -> PersonRow {
    let known = merged.over_all(number, known);
    PersonRow {
        aliases: merged.aliases(number),
        ..person_row(id, known.as_deref())
    }
}

fn channel_row(id: &str, known: Option<&Channel>) -> ChannelRow {
    let unknown = Channel::default();
    let known = known.unwrap_or(&unknown);
    ChannelRow {
        id: id.to_owned(),
        name: known.name.clone(),
        slug: known.slug.clone(),
        kind: known.kind.as_deref().and_then(ChannelKind::parse),
        is_archived: known.is_archived == Some(true),
        member_count: known.member_count,
        owner: known.owner_id.clone(),
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

    /// Hands over everybody who counts: number, identifier, and what is known over all identifiers.
    pub(in crate::duckdb) fn each_counted(
        &self,
        workspace: u16,
        mut take: impl FnMut(u32, &str, Option<&Person>),
    ) -> Result<(), StoreError> {
        let merged = self.merged(workspace);
        self.each::<Person>(workspace, |number, id, known| {
            if !merged.forest.hides(number) {
                take(number, id, merged.over_all(number, known).as_deref());
            }
        })
    }

    /// Hands over people and bots that count in the order of identifiers.
    pub(in crate::duckdb) fn each_person_by_id(
        &self,
        workspace: u16,
        mut take: impl FnMut(PersonRow),
    ) -> Result<(), StoreError> {
        let merged = self.merged(workspace);
        let mut take = |number: u32, id: &str, known: Option<&Person>| {
            if !merged.forest.hides(number) {
                take(counted_row(&merged, number, id, known));
            }
        };
        let (mut first, beyond): (Vec<(u32, Named<Person>)>, _) = {
            let inner = self.read();
            let Some(names) = inner.of(workspace) else {
                return Ok(());
            };
            let numbers = 0..names.people.held();
            let first = numbers.filter_map(|number| Some((number, names.people.get(number)?)));
            let first = first.filter(|(_, named)| !is_nobody(&named.id));
            (first.collect(), names.people.beyond())
        };
        first.sort_unstable_by(|(_, left), (_, right)| left.id.cmp(&right.id));
        let mut first = first.iter().peekable();
        if !beyond.is_empty() {
            let table = Person::TABLE;
            self.file
                .each(table, workspace, &beyond, Order::Id, |kept| {
                    let named = Named::<Person>::of(&kept);
                    if is_nobody(&named.id) {
                        return;
                    }
                    while let Some((number, before)) =
                        first.next_if(|(_, first)| first.id < named.id)
                    {
                        take(*number, &before.id, before.known.as_deref());
                    }
                    take(kept.number, &named.id, named.known.as_deref());
                })?;
        }
        for (number, named) in first {
            take(*number, &named.id, named.known.as_deref());
        }
        Ok(())
    }

    /// Returns the identifiers of those of a population that a search finds, at most so many, and how
    /// many it finds. Whoever is found by an identifier that was merged is the person that counts.
    pub(in crate::duckdb) fn find(
        &self,
        workspace: u16,
        search: &Search,
        population: Population,
        most: usize,
    ) -> Result<(Vec<String>, u64), StoreError> {
        let merged = self.merged(workspace);
        let finds = |id: &str, person: Option<&Person>| {
            let name = person.and_then(|person| person.name.as_deref());
            let email = person.and_then(|person| person.email.as_deref());
            search.finds(id, name, email)
        };
        let mut several = HashSet::new();
        let (mut found, mut count) = (Vec::new(), 0);
        self.each::<Person>(workspace, |number, id, person| {
            let is_merged = merged.forest.holds(number);
            let root = merged.forest.root(number);
            let is_bot = if is_merged {
                merged.is_bot(root)
            } else {
                person.is_some_and(|person| person.is_bot == Some(true))
            };
            // What is known of an identifier that was merged is not shown, so nobody is found by it.
            let shown = person.filter(|_| root == number);
            let fits = population.holds(is_bot) && finds(id, shown);
            if fits && (!is_merged || several.insert(root)) {
                count += 1;
                if found.len() < most {
                    let id = merged.id(root).map_or(id, |id| id.as_ref());
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
        let merged = self.merged(workspace);
        self.each::<Channel>(workspace, |number, id, known| {
            let mut row = channel_row(id, known);
            let counts = |owner: &String| merged.counted_as(owner).map(ToString::to_string);
            row.owner = row.owner.map(|owner| counts(&owner).unwrap_or(owner));
            rows.push((number, row));
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
