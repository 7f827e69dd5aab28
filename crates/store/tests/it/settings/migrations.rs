//! Schemas that come about and are taken back.

use super::Database;

pub(super) async fn the_schema_is_taken_back_and_made_again(database: &Database) {
    let meta = database.open().await;
    meta.put_setting("zone", "UTC").await.unwrap();
    meta.migrate_down(0).await.unwrap();
    assert!(meta.setting("zone").await.is_err());
    meta.close().await;
    let meta = database.open().await;
    assert_eq!(meta.setting("zone").await.unwrap(), None);
    meta.put_setting("zone", "Asia/Kolkata").await.unwrap();
    let kept = meta.setting("zone").await.unwrap();
    assert_eq!(kept.as_deref(), Some("Asia/Kolkata"));
}

pub(super) async fn a_look_changes_nothing(database: &Database) {
    let names = ["zone", "other"];
    let nothing = database.place().peek(&names).await.unwrap();
    assert_eq!(nothing, [None, None]);
    let file = database.folder.path().join("settings.sqlite");
    assert!(!file.exists());
    let meta = database.open().await;
    meta.put_setting("zone", "UTC").await.unwrap();
    let found = database.place().peek(&names).await.unwrap();
    assert_eq!(found, [Some("UTC".to_owned()), None]);
}
