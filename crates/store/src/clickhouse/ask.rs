//! How the server and what is known by heart are asked.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use domain::{id::WorkspaceId, query::Population};
use engine::{Answered, plan::Plan};

use super::{
    facts::Facts,
    off_async,
    open::{ClickHouseStore, Shared},
    people::Of,
    raw,
};
use crate::{
    PersonRow, StoreError, Table,
    sql::{self, Scope},
};

impl ClickHouseStore {
    /// Returns the workspace's number, or `None` when nothing was ever stored of it.
    pub(super) fn scope(&self, workspace: &WorkspaceId) -> Option<Scope> {
        let workspace_ref = self.shared.directory.workspace(workspace)?;
        Some(Scope { workspace_ref })
    }

    /// Asks the engine about a workspace, in the turn of whoever asks and away from the async threads. Numbers that
    /// were given meanwhile are stored after it.
    pub(super) async fn ask<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Shared) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let place = self.shared.server.place().await?;
        let shared = Arc::clone(&self.shared);
        off_async(move || {
            let answer = work(&shared)?;
            shared.server.wait(shared.keep_numbers())?;
            drop(place);
            Ok(answer)
        })
        .await
    }

    pub(super) async fn answer(
        &self,
        plan: &Plan,
        with_values: bool,
    ) -> Result<(Table, Vec<Option<f64>>), StoreError> {
        self.shared.server.check_open()?;
        let Some(scope) = self.scope(&plan.query.workspace) else {
            return Ok((Table::default(), Vec::new()));
        };
        let asked = plan.clone();
        let answered = self.ask(move |shared| {
            let (facts, number) = (Facts::of(shared), scope.workspace_ref);
            let engine = &shared.engine;
            let answered = engine.answer(&facts, &shared.directory, number, &asked, with_values)?;
            let events = match &answered {
                Answered::Table(..) => 0,
                Answered::Raw => {
                    let most = shared.most_scanned;
                    raw::check_scan(shared, scope, asked.query.range, most)?
                }
            };
            Ok((answered, events))
        });
        let events = match answered.await? {
            (Answered::Table(table, values), _) => return Ok((table, values)),
            (Answered::Raw, events) => events,
        };
        let _place = self.shared.server.place().await?;
        let weights = raw::weights(&self.shared, scope, plan).await?;
        let table = raw::table(&self.shared, scope, plan, &weights, events).await?;
        let values = if with_values {
            raw::values(&self.shared, scope, plan, &weights).await?
        } else {
            Vec::new()
        };
        Ok((table, values))
    }

    /// Reads what is known of a workspace; nothing where it is not known.
    pub(super) fn known_of<T: Default>(
        &self,
        workspace: &WorkspaceId,
        read: impl FnOnce(&Of) -> T,
    ) -> Result<T, StoreError> {
        self.shared.server.check_open()?;
        let inner = self.shared.directory.read();
        Ok(inner.of(workspace).map(read).unwrap_or_default())
    }
}

/// Returns everybody of a population, by identifier.
pub(super) fn rows(of: Option<&Of>, population: Population) -> impl Iterator<Item = PersonRow> {
    let people = of
        .into_iter()
        .flat_map(|of| of.roots().filter_map(|id| of.row(id)));
    people.filter(move |person| population.holds(person.is_bot))
}

/// Members by channel.
type ByChannel = Arc<HashMap<String, u32>>;

/// Members as they were counted last, by workspace, each with a number that changes when people join or leave.
pub(super) type Members = Mutex<HashMap<u16, (u64, ByChannel)>>;

impl ClickHouseStore {
    /// Counts members by joins and leaves: again only after people joined or left.
    pub(super) async fn members(&self, scope: Scope) -> Result<ByChannel, StoreError> {
        let changes = self
            .shared
            .engine
            .ledgers()
            .memberships(scope.workspace_ref);
        let lock = || {
            let members = self.shared.members.lock();
            members.unwrap_or_else(PoisonError::into_inner)
        };
        if let Some((at, members)) = lock().get(&scope.workspace_ref)
            && *at == changes
        {
            return Ok(Arc::clone(members));
        }
        let _place = self.shared.server.place().await?;
        let rows = self
            .shared
            .server
            .table(&sql::channel_members(scope))
            .await?;
        let members = rows.iter().filter_map(|row| {
            let count = u32::try_from(row.get(1)?.as_u64()?).ok()?;
            Some((row.first()?.as_str()?.to_owned(), count))
        });
        let members: ByChannel = Arc::new(members.collect());
        lock().insert(scope.workspace_ref, (changes, Arc::clone(&members)));
        Ok(members)
    }
}
