//! What only a server has: other schemas, roles, and a file that was used before.

use domain::time::Instant;
use store::meta::{MetaError, Place};

use super::{
    Database, kept,
    server::{Server, number, run},
};

/// Everything in the database that is not in the schema of ours, and what the tables there hold.
const OTHERS: &str = "SELECT COUNT(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
     WHERE n.nspname NOT IN ('nchat_analytics', 'pg_toast')";

#[tokio::test]
async fn other_schemas_are_not_touched() {
    let server = Server::start().await;
    let mut connection = server.connect().await;
    run(
        &mut connection,
        "CREATE TABLE public.setting (name TEXT PRIMARY KEY, value TEXT); \
         CREATE TABLE public._sqlx_migrations (version BIGINT); \
         INSERT INTO public.setting VALUES ('zone', 'theirs'); \
         INSERT INTO public._sqlx_migrations VALUES (14)",
    )
    .await;
    let before = number(&mut connection, OTHERS).await;
    let (folder, url) = (tempfile::tempdir().unwrap(), server.url("postgres"));
    let meta = Place::Postgres(&url, folder.path()).open().await.unwrap();
    assert_eq!(meta.setting("zone").await.unwrap(), None);
    meta.put_setting("zone", "ours").await.unwrap();
    meta.rewrite_settings().await.unwrap();
    meta.migrate_down(0).await.unwrap();
    assert_eq!(number(&mut connection, OTHERS).await, before);
    for theirs in [
        "SELECT COUNT(*) FROM public.setting WHERE value = 'theirs'",
        "SELECT COUNT(*) FROM public._sqlx_migrations WHERE version = 14",
    ] {
        assert_eq!(number(&mut connection, theirs).await, 1, "{theirs}");
    }
}

#[tokio::test]
async fn a_role_without_rights_is_told_what_it_lacks_and_uses_a_schema_made_for_it() {
    let server = Server::start().await;
    let mut connection = server.connect().await;
    run(&mut connection, "CREATE ROLE small LOGIN").await;
    let (folder, url) = (tempfile::tempdir().unwrap(), server.url("small"));
    let place = Place::Postgres(&url, folder.path());
    let refused = place.open().await.err().unwrap();
    assert!(matches!(refused, MetaError::Schema), "{refused:?}");
    let step = "CREATE SCHEMA nchat_analytics AUTHORIZATION";
    assert!(refused.to_string().contains(step), "{refused}");
    run(&mut connection, &format!("{step} small")).await;
    let meta = place.open().await.unwrap();
    meta.put_setting("zone", "UTC").await.unwrap();
}

#[tokio::test]
async fn what_the_file_holds_is_taken_over_once() {
    let server = Server::start().await;
    let database = Database::on(&server, "fresh").await;
    let file = Place::Folder(database.folder.path()).open().await.unwrap();
    kept::fill(&file).await;
    let (keys, events) = (file.keys().await, file.key_events(None, 99).await);
    file.close().await;

    let meta = database.open().await;
    assert_eq!(meta.keys().await.unwrap(), keys.unwrap());
    assert_eq!(meta.key_events(None, 99).await.unwrap(), events.unwrap());
    kept::assert_filled(&meta).await;
    let revoked = meta.revoke_key("k1", Instant::from_millis(99), "bob");
    assert!(revoked.await.unwrap());

    // What changes from then on is not undone by another start.
    let again = database.open().await;
    assert_eq!(again.keys().await.unwrap(), meta.keys().await.unwrap());
    assert!(again.key_by_hash("hash").await.unwrap().is_none());
}

#[tokio::test]
async fn a_server_that_is_away_fails_in_time() {
    let mut server = Server::start().await;
    let database = Database::on(&server, "away").await;
    let meta = database.open().await;
    server.stop();
    let limit = std::time::Duration::from_secs(8);
    let failed = tokio::time::timeout(limit, meta.setting("zone")).await;
    assert!(failed.unwrap().is_err());
    let failed = tokio::time::timeout(limit, database.place().open()).await;
    let why = store::chain(&failed.unwrap().err().unwrap());
    assert!(why.contains("refused"), "{why}");
    server.go_on().await;
    assert_eq!(meta.setting("zone").await.unwrap(), None);
}
