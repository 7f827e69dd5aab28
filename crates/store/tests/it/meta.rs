//! Keys and settings.

use domain::{id::WorkspaceId, time::Instant};
use store::meta::{Access, ApiKey, MetaStore, SqliteMeta};

#[tokio::test]
async fn keys_are_found_by_hash_until_they_are_revoked() {
    let folder = tempfile::tempdir().unwrap();
    let meta = SqliteMeta::open(folder.path()).await.unwrap();
    let key = ApiKey {
        id: "k1".into(),
        name: "backup script".into(),
        access: Access::Read,
        workspace_id: Some(WorkspaceId::new("w1").unwrap()),
        created_at: Instant::from_millis(1),
        revoked_at: None,
    };
    meta.insert_key(&key, "hash").await.unwrap();
    drop(meta);
    let meta = SqliteMeta::open(folder.path()).await.unwrap();
    assert_eq!(meta.key_by_hash("hash").await.unwrap(), Some(key.clone()));
    assert_eq!(meta.key_by_hash("other").await.unwrap(), None);
    assert!(
        meta.revoke_key("k1", Instant::from_millis(2))
            .await
            .unwrap()
    );
    assert!(
        !meta
            .revoke_key("k1", Instant::from_millis(3))
            .await
            .unwrap()
    );
    assert_eq!(meta.key_by_hash("hash").await.unwrap(), None);
    let revoked = ApiKey {
        revoked_at: Some(Instant::from_millis(2)),
        ..key
    };
    assert_eq!(meta.keys().await.unwrap(), vec![revoked]);
}

#[tokio::test]
async fn the_last_setting_holds() {
    let folder = tempfile::tempdir().unwrap();
    let meta = SqliteMeta::open(folder.path()).await.unwrap();
    assert_eq!(meta.setting("zone").await.unwrap(), None);
    meta.put_setting("zone", "UTC").await.unwrap();
    meta.put_setting("zone", "Asia/Kolkata").await.unwrap();
    assert_eq!(
        meta.setting("zone").await.unwrap().as_deref(),
        Some("Asia/Kolkata")
    );
}
