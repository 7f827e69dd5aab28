//! Responses by channel, hour or role.

use std::{
    cmp::Reverse,
    collections::{BTreeSet, HashMap},
};

use engine::{analysis::responses::Responses, storage::Subject};

use super::{AnsweredShares, ResponseBy, ResponseNumbers, ResponseRow, ResponseTimesRequest};
use crate::query::{QueryError, Run};

/// A row before it is shown.
struct Group {
    number: Option<u32>,
    key: Option<String>,
    responses: u64,
    starters: u64,
}

impl Run<'_> {
    /// Returns a page of the rows, and how many there are in all.
    pub(super) async fn response_rows(
        &self,
        found: Responses,
        request: &ResponseTimesRequest,
    ) -> Result<(Vec<ResponseRow>, u64), QueryError> {
        let mut found = found;
        let mut groups = match request.by {
            ResponseBy::Hour => groups(&found, |hour| Some(format!("{hour:02}:00"))),
            ResponseBy::Channel => {
                let numbers = found.groups().filter_map(|(channel, ..)| channel).collect();
                let ids = self.names_of(Subject::Channel, numbers).await?;
                groups(&found, |channel| ids.get(&channel).cloned())
            }
            ResponseBy::Role => {
                let roles = self.roles_of(&found).await?;
                found = found.regrouped(|person| roles.numbers.get(&person?).copied());
                groups(&found, |role| roles.names.get(role as usize).cloned())
            }
        };
        if request.by != ResponseBy::Hour {
            groups.sort_by_cached_key(|group| {
                let counts = (group.responses, group.starters);
                (Reverse(counts), group.key.clone())
            });
        }
        let total = groups.len() as u64;
        let page = groups.into_iter().skip(request.offset as usize);
        let page: Vec<Group> = page.take(request.limit as usize).collect();
        let mut names = HashMap::new();
        if request.by == ResponseBy::Channel {
            let ids: Vec<String> = page.iter().filter_map(|group| group.key.clone()).collect();
            let workspace = &self.ask.workspace;
            names = self.store().channel_names(workspace, &ids).await?;
        }
        let row = |group: Group| {
            let (times, answered) = found.group(group.number)?;
            let key = group.key.as_ref();
            Some(ResponseRow {
                name: key.map(|key| names.remove(key).unwrap_or_else(|| key.clone())),
                key: group.key,
                numbers: ResponseNumbers::of(times),
                answered: AnsweredShares::of(answered),
            })
        };
        Ok((page.into_iter().filter_map(row).collect(), total))
    }

    /// Returns identifiers by the numbers that an analysis was given.
    pub(super) async fn names_of(
        &self,
        subject: Subject,
        numbers: Vec<u32>,
    ) -> Result<HashMap<u32, String>, QueryError> {
        let workspace = &self.ask.workspace;
        let ids = self
            .store()
            .identifiers(workspace, subject, numbers.clone());
        let named = numbers.into_iter().zip(ids.await?);
        Ok(named
            .filter_map(|(number, id)| Some((number, id?)))
            .collect())
    }

    /// Returns the roles of the people who are groups.
    async fn roles_of(&self, found: &Responses) -> Result<Roles, QueryError> {
        let people = found.groups().filter_map(|(person, ..)| person).collect();
        let ids = self.names_of(Subject::Person, people).await?;
        let all: Vec<String> = ids.values().cloned().collect();
        let known = self.store().people(&self.ask.workspace, &all).await?;
        let roles = known
            .into_iter()
            .filter_map(|one| Some((one.id, one.role?)));
        let roles: HashMap<String, String> = roles.collect();
        let names: BTreeSet<&String> = roles.values().collect();
        let names: Vec<String> = names.into_iter().cloned().collect();
        let number = |role: &String| u32::try_from(names.binary_search(role).ok()?).ok();
        let of_person = |(person, id): (u32, String)| Some((person, number(roles.get(&id)?)?));
        Ok(Roles {
            numbers: ids.into_iter().filter_map(of_person).collect(),
            names,
        })
    }
}

/// Roles of people.
struct Roles {
    /// The role of each person, by the number of both.
    numbers: HashMap<u32, u32>,
    names: Vec<String>,
}

fn groups(found: &Responses, key: impl Fn(u32) -> Option<String>) -> Vec<Group> {
    let group = |(number, responses, starters): (Option<u32>, u64, u64)| Group {
        number,
        key: number.and_then(&key),
        responses,
        starters,
    };
    found.groups().map(group).collect()
}
