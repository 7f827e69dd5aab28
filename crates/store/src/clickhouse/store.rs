//! The store as a whole.

use async_trait::async_trait;
use domain::{
    id::WorkspaceId,
    time::{Instant, day_number},
};
use serde_json::Value as Json;

use super::{blocks::bytes_of, dialect::ClickHouseDialect, open::ClickHouseStore};
use crate::{Changes, DirectoryRow, EventLog as _, EventStore, Reads, StoreError, StoreFacts, sql};

/// Tables that events and what is known of them take room in.
const TABLES: [&str; 6] = [
    "events",
    "identity",
    "people",
    "channels",
    "numbers",
    "dead_letter",
];

#[async_trait]
impl EventStore for ClickHouseStore {
    async fn workspaces(&self) -> Result<Vec<WorkspaceId>, StoreError> {
        self.shared.server.check_open()?;
        let inner = self.shared.directory.read();
        Ok(inner.workspaces.keys().cloned().collect())
    }

    async fn directory(&self) -> Result<Vec<DirectoryRow>, StoreError> {
        self.shared.server.check_open()?;
        let inner = self.shared.directory.read();
        let mut rows = Vec::new();
        for workspace in inner.workspaces.keys() {
            let channels = inner.of(workspace).into_iter().flat_map(|of| &of.channels);
            rows.extend(channels.filter_map(|(id, channel)| {
                Some(DirectoryRow {
                    workspace: workspace.clone(),
                    channel: id.clone(),
                    kind: channel.kind?,
                })
            }));
        }
        Ok(rows)
    }

    async fn facts(&self, workspace: &WorkspaceId) -> Result<StoreFacts, StoreError> {
        let dead_letters = self.dead_letters(workspace, 0, 0).await?.1;
        let _place = self.shared.server.place().await?;
        let server = &self.shared.server;
        let mut bytes = 0;
        for table in TABLES {
            bytes += bytes_of(server, table).await?;
        }
        let Some(scope) = self.scope(workspace) else {
            return Ok(StoreFacts {
                dead_letters,
                ..StoreFacts::default()
            });
        };
        let rows = server.table(&sql::facts(scope, &ClickHouseDialect)).await?;
        let row = rows.into_iter().next().unwrap_or_default();
        let count = |place: usize| row.get(place).and_then(Json::as_u64).unwrap_or(0);
        let instant = |place: usize| row.get(place)?.as_i64().map(Instant::from_millis);
        Ok(StoreFacts {
            events: count(0),
            bot_events: count(1),
            threads: count(2),
            first_event: instant(3),
            last_event: instant(4),
            people: count(5),
            bots: count(6),
            channels: count(7),
            channels_with_events: count(8),
            authors: count(9),
            bot_authors: count(10),
            dead_letters,
            bytes,
        })
    }

    async fn ping(&self) -> Result<(), StoreError> {
        self.shared.server.ping().await
    }

    async fn close(&self) -> Result<(), StoreError> {
        self.writing(|_, shared| {
            let settled = shared.engine.blocks().store().settle();
            shared.server.wait(shared.keep_numbers())?;
            shared.server.close();
            settled
        })
        .await
    }
}

impl Changes for ClickHouseStore {
    fn version(&self) -> u64 {
        self.shared.changes.version()
    }

    fn last_change(&self, workspace: &WorkspaceId, reads: &Reads) -> u64 {
        let letters = if reads.letters {
            self.shared.changes.last_of_letters()
        } else {
            0
        };
        let Some(scope) = self.scope(workspace) else {
            // Nothing else was ever stored of it, and the first that is will be a change.
            return letters;
        };
        let zone = self.shared.engine.zone();
        let days = reads.spans.iter().map(|span| {
            let last = span.to().plus_millis(-1);
            day_number(span.from().day(zone))..=day_number(last.day(zone))
        });
        let changes = &self.shared.changes;
        letters.max(changes.last(scope.workspace_ref, days, reads.names))
    }
}
