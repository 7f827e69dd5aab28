//! What an installation has of nChat's tables, found out when a connection is made.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::PgConnection;

use super::{
    SourceError, connection,
    feed::{self, Feed},
};

/// The schemas that are looked into where none is named, in this order.
const USUAL: [&str; 2] = ["public", "nchat"];

/// The tables of the chat.
#[derive(Debug, Clone)]
pub(super) struct Schema {
    /// The schema they are in.
    pub(super) name: String,
    /// The role we are.
    pub(super) role: String,
    tables: BTreeMap<String, BTreeSet<String>>,
    /// Rows of each table, as the server estimates.
    rows: BTreeMap<String, u64>,
}

impl Schema {
    /// Looks at what there is.
    pub(super) async fn inspect(
        database: &mut PgConnection,
        named: Option<&str>,
    ) -> Result<Self, SourceError> {
        const CATALOGUE: &str = "the catalogue";
        let failed = |source| SourceError::of(CATALOGUE, source);
        let candidates: Vec<String> = match named {
            Some(named) => vec![named.to_owned()],
            None => USUAL.map(str::to_owned).to_vec(),
        };
        connection::begin(database, CATALOGUE).await?;
        let name: Option<String> = sqlx::query_scalar(
            "SELECT n.nspname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
             WHERE c.relname = 'nchat_messages' AND c.relkind IN ('r', 'p', 'v', 'm') \
             AND n.nspname = ANY($1) ORDER BY array_position($1, n.nspname::text) LIMIT 1",
        )
        .bind(&candidates)
        .persistent(false)
        .fetch_optional(&mut *database)
        .await
        .map_err(failed)?;
        let Some(name) = name else {
            let place = format!("the schema {}", candidates.join(" or "));
            return Err(SourceError::NoChat { place });
        };
        let role: String = sqlx::query_scalar("SELECT current_user::text")
            .persistent(false)
            .fetch_one(&mut *database)
            .await
            .map_err(failed)?;
        let rows: Vec<(String, String, String, f32, bool, bool)> = sqlx::query_as(
            "SELECT c.relname::text, a.attname::text, t.typname::text, c.reltuples, \
             has_table_privilege(c.oid, 'SELECT') AND has_schema_privilege(n.oid, 'USAGE'), \
             row_security_active(c.oid) \
             FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
             JOIN pg_attribute a ON a.attrelid = c.oid JOIN pg_type t ON t.oid = a.atttypid \
             WHERE n.nspname = $1 AND c.relname LIKE 'nchat\\_%' \
             AND c.relkind IN ('r', 'p', 'v', 'm') AND a.attnum > 0 AND NOT a.attisdropped",
        )
        .bind(&name)
        .persistent(false)
        .fetch_all(&mut *database)
        .await
        .map_err(failed)?;
        connection::end(database, CATALOGUE).await?;
        let mut schema = Self {
            name,
            role,
            tables: BTreeMap::new(),
            rows: BTreeMap::new(),
        };
        let read: BTreeSet<&str> = feed::all().map(|feed| feed.table).collect();
        for (table, column, kind, estimate, is_allowed, is_hidden) in rows {
            if !read.contains(table.as_str()) {
                continue;
            }
            if !is_allowed {
                return Err(SourceError::Forbidden {
                    role: schema.role,
                    schema: schema.name,
                    table,
                });
            }
            if is_hidden {
                return Err(SourceError::HiddenRows {
                    role: schema.role,
                    table,
                });
            }
            // A cursor compares identities as what they are in nChat's own schema.
            if column == "id" && kind != "uuid" {
                continue;
            }
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "an estimate, −1 where there is none"
            )]
            let estimate = estimate.max(0.0) as u64;
            schema.rows.insert(table.clone(), estimate);
            schema.tables.entry(table).or_default().insert(column);
        }
        Ok(schema)
    }

    /// Returns whether there is such a column.
    pub(super) fn has(&self, table: &str, column: &str) -> bool {
        self.tables
            .get(table)
            .is_some_and(|columns| columns.contains(column))
    }

    /// Returns how many rows a table has, as the server estimates.
    pub(super) fn estimate(&self, table: &str) -> u64 {
        self.rows.get(table).copied().unwrap_or(0)
    }

    /// Returns whether a feed can be read.
    pub(super) fn supports(&self, feed: &Feed) -> bool {
        let has_id = feed.name == feed::PRESENCE.name || self.has(feed.table, "id");
        let has_all = feed
            .required
            .iter()
            .all(|column| self.has(feed.table, column));
        has_id && has_all && self.has(feed.table, feed.time)
    }

    /// Returns the feeds that are read: those that can be, and of each group the first.
    pub(super) fn feeds(&self) -> Vec<&'static Feed> {
        let mut groups = BTreeSet::new();
        feed::FEEDS
            .iter()
            .filter(|feed| self.supports(feed))
            .filter(|feed| feed.group.is_none_or(|group| groups.insert(group)))
            .collect()
    }

    /// Returns the tables and columns that are not there: `table` or `table.column`.
    pub(super) fn missing(&self) -> Vec<String> {
        let found: BTreeSet<_> = self.feeds().iter().filter_map(|feed| feed.group).collect();
        let mut missing = BTreeSet::new();
        for feed in feed::all() {
            let is_replaced = feed.group.is_some_and(|group| found.contains(group));
            let Some(columns) = self.tables.get(feed.table) else {
                if !is_replaced {
                    missing.insert(feed.table.to_owned());
                }
                continue;
            };
            let optional = ["role", "is_bot"];
            let own = feed.columns.iter().filter(|column| column.of.0 == "t");
            for column in own.filter(|column| !optional.contains(&column.name)) {
                if !column.of.1.iter().any(|name| columns.contains(*name)) {
                    missing.insert(format!("{}.{}", feed.table, column.of.1[0]));
                }
            }
        }
        missing.into_iter().collect()
    }
}
