//! Keys, settings and reports.

use domain::{
    id::WorkspaceId,
    report::{Report, ReportDefinition, ReportFormat, ReportMetric},
    time::Instant,
};
use store::meta::{Access, ApiKey, MetaStore, ReportStore, SqliteMeta, WatchedRow};
use uuid::Uuid;

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

fn report(workspace: &WorkspaceId, id: &str, at: i64) -> Report {
    Report {
        id: id.to_owned(),
        workspace_id: workspace.clone(),
        definition: ReportDefinition {
            name: format!("{} {id}", workspace.as_str()),
            period: "7d".to_owned(),
            metrics: vec![ReportMetric::Retention, ReportMetric::ActiveUsers],
            format: ReportFormat::Excel,
            schedule: Some("0 9 * * 1".to_owned()),
            recipients: vec!["a@example.com".to_owned(), "\"b\"@example.com".to_owned()],
        },
        created_at: Instant::from_millis(at),
    }
}

#[tokio::test]
async fn reports_belong_to_their_workspace() {
    let folder = tempfile::tempdir().unwrap();
    let meta = SqliteMeta::open(folder.path()).await.unwrap();
    let [north, south] = ["north", "south"].map(|id| WorkspaceId::new(id).unwrap());
    let plain = Report {
        definition: ReportDefinition {
            schedule: None,
            recipients: Vec::new(),
            ..report(&north, "r2", 2).definition
        },
        ..report(&north, "r2", 2)
    };
    // The same identity twice, and the most that there may be.
    for (report, kept) in [
        (report(&north, "r1", 1), true),
        (plain.clone(), true),
        (report(&north, "r3", 3), false),
        (report(&south, "r1", 1), true),
    ] {
        assert_eq!(meta.insert_report(&report, 2).await.unwrap(), kept);
    }
    drop(meta);
    let meta = SqliteMeta::open(folder.path()).await.unwrap();
    assert_eq!(
        meta.reports(&north).await.unwrap(),
        [plain.clone(), report(&north, "r1", 1)]
    );
    assert_eq!(meta.report(&north, "r2").await.unwrap(), Some(plain));
    assert_eq!(meta.report(&south, "r2").await.unwrap(), None);
    assert!(!meta.delete_report(&south, "r2").await.unwrap());
    assert!(meta.delete_report(&north, "r1").await.unwrap());
    assert!(!meta.delete_report(&north, "r1").await.unwrap());
    assert_eq!(
        meta.reports(&south).await.unwrap(),
        [report(&south, "r1", 1)]
    );
}

#[tokio::test]
async fn watched_rows_come_in_order_until_they_are_let_go() {
    let folder = tempfile::tempdir().unwrap();
    let meta = SqliteMeta::open(folder.path()).await.unwrap();
    let row = |number: u128, at: i64| WatchedRow {
        id: Uuid::from_u128(number),
        at: Instant::from_millis(at),
        body: format!("{{\"number\":{number}}}"),
    };
    let rows = [row(3, 30), row(1, 10), row(2, 20)];
    meta.watch_rows("reactions", &rows).await.unwrap();
    // What is watched already stays as it is, and another feed is another list.
    meta.watch_rows("reactions", &[row(1, 99)]).await.unwrap();
    meta.watch_rows("members", &[row(9, 90)]).await.unwrap();
    let page = |after| meta.watched_rows("reactions", Uuid::from_u128(after), 2);
    assert_eq!(page(0).await.unwrap(), [row(1, 10), row(2, 20)]);
    assert_eq!(page(2).await.unwrap(), [row(3, 30)]);

    let second = [Uuid::from_u128(2)];
    meta.unwatch_rows("reactions", &second).await.unwrap();
    let instant = Instant::from_millis(30);
    meta.unwatch_before("reactions", instant).await.unwrap();
    assert_eq!(page(0).await.unwrap(), [row(3, 30)]);

    meta.put_setting("cursor", "1").await.unwrap();
    meta.remove_setting("cursor").await.unwrap();
    assert_eq!(meta.setting("cursor").await.unwrap(), None);
}
