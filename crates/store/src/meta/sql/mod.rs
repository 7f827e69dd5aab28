//! The statements, once for every database of settings: plain SQL that `SQLite` and Postgres both
//! speak. The module is compiled once for each, with its `Database`, its `DatabaseRow` and its `Meta`,
//! so that rows and arguments are checked against the types of that database.
//!
//! A new table is a file here and a migration for each database, under one number.

mod annotation;
mod erase;
mod erasure;
mod funnel;
mod key;
mod report;
mod report_run;
mod segment;
mod session;
mod setting;
mod shared_link;
mod view;

use sqlx::{Row as _, migrate::Migrator};

use super::{Database, DatabaseRow, Meta};
use crate::meta::{MetaError, MetaStore as _};

/// Returns a whole number of a row: neither database has unsigned ones.
fn whole(row: &DatabaseRow, column: usize) -> Result<u32, sqlx::Error> {
    u32::try_from(row.try_get::<i64, _>(column)?)
        .map_err(|error| sqlx::Error::Decode(Box::new(error)))
}

impl Meta {
    /// Brings the schema up to date.
    pub(super) async fn migrate(&self) -> Result<(), MetaError> {
        let migrator = Migrator::with_migrations(super::migrations());
        Ok(migrator.run(&self.pool).await?)
    }

    /// Returns several settings.
    pub(super) async fn settings(&self, names: &[&str]) -> Result<Vec<Option<String>>, MetaError> {
        let mut found = Vec::with_capacity(names.len());
        for name in names {
            found.push(self.setting(name).await?);
        }
        Ok(found)
    }
}
