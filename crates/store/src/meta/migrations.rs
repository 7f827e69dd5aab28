//! How the schemas of settings databases come about, and are taken back.

use sqlx::migrate::Migration;

/// Returns every migration of a database, each with the statements that take it back. The macro of sqlx
/// would list them by itself, and have the whole of sqlx built twice.
macro_rules! migrations {
    ($folder:literal: $($version:literal $name:literal),+ $(,)?) => {
        [$($crate::meta::migrations::pair(
            $version,
            $name,
            include_str!(concat!(
                env!("CARGO_MANIFEST_DIR"), "/migrations/", $folder, "/", $name, ".sql"
            )),
            include_str!(concat!(
                env!("CARGO_MANIFEST_DIR"), "/migrations/", $folder, "/", $name, ".down.sql"
            )),
        )),+]
        .into_iter()
        .flatten()
        .collect()
    };
}
pub(super) use migrations;

/// Returns a migration and its way back.
pub(super) fn pair(
    version: i64,
    name: &'static str,
    up: &'static str,
    down: &'static str,
) -> [Migration; 2] {
    use sqlx::{SqlSafeStr as _, migrate::MigrationType};

    [
        (MigrationType::ReversibleUp, up),
        (MigrationType::ReversibleDown, down),
    ]
    .map(|(kind, sql)| Migration::new(version, name.into(), kind, sql.into_sql_str(), false))
}
