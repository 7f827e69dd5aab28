//! Keys, settings, reports and funnels.

use std::sync::Arc;

use domain::{
    annotation::{Annotation, AnnotationDefinition, AnnotationKind},
    event::EventType,
    funnel::{Funnel, FunnelDefinition},
    id::{ChannelId, WorkspaceId},
    report::{
        Report, ReportDefinition, ReportFormat, ReportMetric, ReportRun, ReportStatus, RunCause,
        RunOutcome,
    },
    time::{Instant, Range},
};
use store::meta::{Access, ApiKey, KeyAction, KeyEvent, KeyUse, Settings, WatchedRow};
use uuid::Uuid;

use super::Database;

fn key(id: &str) -> ApiKey {
    ApiKey {
        id: id.into(),
        name: "backup script".into(),
        access: Access::Read,
        workspace_id: Some(WorkspaceId::new("w1").unwrap()),
        kinds: vec![
            EventType::parse("page_view").unwrap(),
            EventType::parse("my own kind").unwrap(),
        ],
        origins: vec!["https://chat.example".into()],
        created_at: Instant::from_millis(1),
        expires_at: Some(Instant::from_millis(900)),
        last_used_at: None,
        revoked_at: None,
    }
}

pub(super) async fn keys_are_found_by_hash_until_they_are_revoked(database: &Database) {
    let meta = database.open().await;
    let key = key("k1");
    meta.insert_key(&key, "hash", "ada").await.unwrap();
    let meta = database.open().await;
    assert_eq!(meta.key_by_hash("hash").await.unwrap(), Some(key.clone()));
    assert_eq!(meta.key_by_hash("other").await.unwrap(), None);
    for (at, is_revoked) in [(2, true), (3, false)] {
        let revoked = meta.revoke_key("k1", Instant::from_millis(at), "bob").await;
        assert_eq!(revoked.unwrap(), is_revoked);
    }
    assert_eq!(meta.key_by_hash("hash").await.unwrap(), None);
    let revoked = ApiKey {
        revoked_at: Some(Instant::from_millis(2)),
        ..key
    };
    assert_eq!(meta.keys().await.unwrap(), vec![revoked]);
}

pub(super) async fn what_becomes_of_a_key_is_noted_and_its_use_once_a_day(database: &Database) {
    const DAY: i64 = 86_400_000;
    let meta = database.open().await;
    for id in ["k1", "k2"] {
        meta.insert_key(&key(id), id, "ada").await.unwrap();
    }
    let entry = |at, id: &str, action, by: &str| KeyEvent {
        at: Instant::from_millis(at),
        key_id: id.into(),
        action,
        by: by.into(),
    };
    for at in [5, 6, DAY - 1, DAY, DAY + 1] {
        let uses = ["k1", "k2"].map(|id| KeyUse {
            key_id: id.into(),
            at: Instant::from_millis(at),
            by: format!("10.0.0.{at}"),
        });
        // The second key is used on the second day only.
        let uses = if at < DAY { &uses[..1] } else { &uses[..] };
        meta.note_uses(uses).await.unwrap();
    }
    let revoked = meta.revoke_key("k1", Instant::from_millis(2 * DAY), "bob");
    assert!(revoked.await.unwrap());
    let of_first = [
        entry(2 * DAY, "k1", KeyAction::Revoked, "bob"),
        entry(DAY, "k1", KeyAction::Used, "10.0.0.86400000"),
        entry(5, "k1", KeyAction::Used, "10.0.0.5"),
        entry(1, "k1", KeyAction::Created, "ada"),
    ];
    assert_eq!(meta.key_events(Some("k1"), 100).await.unwrap(), of_first);
    let of_all: Vec<KeyEvent> = meta.key_events(None, 3).await.unwrap();
    let second = entry(DAY, "k2", KeyAction::Used, "10.0.0.86400000");
    assert_eq!(of_all, [of_first[0].clone(), second, of_first[1].clone()]);
    let used: Vec<_> = meta.keys().await.unwrap();
    let used: Vec<_> = used.iter().map(|key| key.last_used_at).collect();
    assert_eq!(used, [Some(Instant::from_millis(DAY + 1)); 2]);
}

pub(super) async fn the_last_setting_holds(database: &Database) {
    let meta = database.open().await;
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
        updated_at: Instant::from_millis(at),
        version: 1,
        status: ReportStatus::Active,
        paused_because: None,
        next_run: Some(Instant::from_millis(at + 100)),
        last_run: None,
        failures: 0,
    }
}

fn run(report: &Report, id: &str, at: i64) -> ReportRun {
    ReportRun {
        id: id.to_owned(),
        workspace_id: report.workspace_id.clone(),
        report_id: report.id.clone(),
        cause: RunCause::Schedule,
        format: ReportFormat::Excel,
        due: Instant::from_millis(at),
        started_at: Instant::from_millis(at),
        ended_at: None,
        late: true,
        outcome: RunOutcome::Running,
        reason: None,
        file_bytes: None,
        privacy: "full".to_owned(),
        recipients: 2,
        sent: 0,
    }
}

pub(super) async fn a_report_is_claimed_once_for_each_of_its_times(database: &Database) {
    let meta = database.open().await;
    let at = Instant::from_millis;
    let north = WorkspaceId::new("north").unwrap();
    let kept = report(&north, "r1", 1);
    assert!(meta.insert_report(&kept, 9).await.unwrap());
    assert!(meta.due_reports(at(100), 9).await.unwrap().is_empty());
    let only = std::slice::from_ref(&kept);
    assert_eq!(meta.waiting_reports(at(100)).await.unwrap(), only);
    assert_eq!(meta.due_reports(at(101), 9).await.unwrap(), only);
    // Two at once: one of them has it.
    let (one, two) = (run(&kept, "one", 101), run(&kept, "two", 101));
    let claims = tokio::join!(
        meta.claim_run(&kept, &one, Some(at(201))),
        meta.claim_run(&kept, &two, Some(at(201))),
    );
    let (one_has, two_has) = (claims.0.unwrap(), claims.1.unwrap());
    assert!(one_has != two_has, "{one_has} {two_has}");
    let mut claimed = if one_has { one } else { two };
    assert_eq!(meta.open_runs().await.unwrap(), [claimed.clone()]);
    // The file and the note of it are one commit, and so are the end and what it means for the report.
    meta.keep_file(&claimed, b"file").await.unwrap();
    claimed.file_bytes = Some(4);
    meta.delivered(&claimed, "a@example.com").await.unwrap();
    meta.delivered(&claimed, "a@example.com").await.unwrap();
    assert_eq!(meta.deliveries(&claimed).await.unwrap(), ["a@example.com"]);
    assert_eq!(meta.open_runs().await.unwrap(), [claimed.clone()]);
    claimed.outcome = RunOutcome::Failed;
    claimed.reason = Some("nobody was there".to_owned());
    claimed.ended_at = Some(at(150));
    claimed.sent = 1;
    meta.end_run(&claimed, Some((2, "too often")))
        .await
        .unwrap();
    assert!(meta.open_runs().await.unwrap().is_empty());
    assert!(meta.deliveries(&claimed).await.unwrap().is_empty());
    let runs = meta.report_runs(&north, "r1", 9).await.unwrap();
    assert_eq!(runs, [claimed.clone()]);
    assert_eq!(meta.run_file(&claimed).await.unwrap().unwrap(), b"file");
    let after = meta.report(&north, "r1").await.unwrap().unwrap();
    let expected = Report {
        next_run: Some(at(201)),
        last_run: Some(at(150)),
        failures: 1,
        ..kept.clone()
    };
    assert_eq!(after, expected);
    paused_by_the_second_failure(meta.as_ref(), &north, after, &claimed).await;
}

/// The second failure in a row pauses a report, a change begins anew, and what is old is forgotten with its file.
async fn paused_by_the_second_failure(
    meta: &dyn Settings,
    north: &WorkspaceId,
    after: Report,
    claimed: &ReportRun,
) {
    let at = Instant::from_millis;
    let mut next = run(&after, "next", 201);
    assert!(meta.claim_run(&after, &next, Some(at(301))).await.unwrap());
    next.outcome = RunOutcome::Failed;
    next.ended_at = Some(at(250));
    meta.end_run(&next, Some((2, "too often"))).await.unwrap();
    let paused = meta.report(north, "r1").await.unwrap().unwrap();
    assert_eq!(
        (
            paused.status,
            paused.paused_because.as_deref(),
            paused.next_run
        ),
        (ReportStatus::Paused, Some("too often"), None)
    );
    let changed = Report {
        version: 2,
        status: ReportStatus::Active,
        next_run: Some(at(400)),
        ..paused
    };
    assert!(meta.update_report(&changed).await.unwrap());
    assert!(
        !meta.update_report(&changed).await.unwrap(),
        "an old version"
    );
    let changed = meta.report(north, "r1").await.unwrap().unwrap();
    assert_eq!(
        (changed.failures, changed.paused_because.as_deref()),
        (0, None)
    );
    assert_eq!(meta.forget_runs(at(200)).await.unwrap(), 1);
    assert_eq!(
        meta.report_runs(north, "r1", 9).await.unwrap(),
        [next.clone()]
    );
    assert_eq!(meta.run_file(claimed).await.unwrap(), None);
    assert!(meta.delete_report(north, "r1").await.unwrap());
    assert!(meta.report_runs(north, "r1", 9).await.unwrap().is_empty());
}

pub(super) async fn reports_belong_to_their_workspace(database: &Database) {
    let meta = database.open().await;
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
    let meta = database.open().await;
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

fn annotation(workspace: &WorkspaceId, id: &str, from: i64, to: Option<i64>) -> Annotation {
    Annotation {
        id: id.to_owned(),
        workspace_id: workspace.clone(),
        definition: AnnotationDefinition {
            from: Instant::from_millis(from),
            to: to.map(Instant::from_millis),
            title: format!("{} {id}", workspace.as_str()),
            text: to.map(|to| format!("until {to}")),
            kind: AnnotationKind::Release,
            channel: to.map(|_| ChannelId::new("c1").unwrap()),
        },
        created_by: "ada".to_owned(),
        created_at: Instant::from_millis(7),
        updated_at: Instant::from_millis(8),
        version: 1,
    }
}

pub(super) async fn annotations_are_found_by_time_in_their_workspace_and_changed_by_version(
    database: &Database,
) {
    let meta = database.open().await;
    let [north, south] = ["north", "south"].map(|id| WorkspaceId::new(id).unwrap());
    let [instant, long] = [
        annotation(&north, "a1", 10, None),
        annotation(&north, "a2", 5, Some(20)),
    ];
    for (annotation, kept) in [
        (&instant, true),
        (&long, true),
        (&annotation(&north, "a3", 1, None), false),
        (&annotation(&south, "a1", 10, None), true),
    ] {
        assert_eq!(meta.insert_annotation(annotation, 2).await.unwrap(), kept);
    }
    for (from, to, found) in [
        (0, 5, vec![]),
        (0, 6, vec![&long]),
        (10, 11, vec![&instant, &long]),
        (11, 20, vec![&long]),
        (19, 30, vec![&long]),
        (20, 30, vec![]),
    ] {
        let span = Range::new(Instant::from_millis(from), Instant::from_millis(to));
        let found: Vec<Annotation> = found.into_iter().cloned().collect();
        assert_eq!(meta.annotations(&north, span, 9).await.unwrap(), found);
    }
    let latest = meta.annotations(&north, Range::ALL, 1).await.unwrap();
    assert_eq!(latest, std::slice::from_ref(&instant));

    let second = Annotation {
        definition: long.definition.clone(),
        version: 2,
        ..instant.clone()
    };
    assert!(meta.update_annotation(&second).await.unwrap());
    assert!(!meta.update_annotation(&second).await.unwrap());
    assert_eq!(meta.annotation(&north, "a1").await.unwrap(), Some(second));
    assert_eq!(
        meta.annotation(&south, "a1").await.unwrap(),
        Some(annotation(&south, "a1", 10, None))
    );
    assert!(!meta.delete_annotation(&south, "a2").await.unwrap());
    assert!(meta.delete_annotation(&north, "a2").await.unwrap());
    assert!(!meta.delete_annotation(&north, "a2").await.unwrap());
}

pub(super) async fn funnels_belong_to_their_workspace(database: &Database) {
    let meta = database.open().await;
    let [north, south] = ["north", "south"].map(|id| WorkspaceId::new(id).unwrap());
    let funnel = |workspace: &WorkspaceId, id: &str, at: i64| Funnel {
        id: id.to_owned(),
        workspace_id: workspace.clone(),
        definition: FunnelDefinition {
            name: format!("{} {id}", workspace.as_str()),
            ..FunnelDefinition::newcomers()
        },
        created_at: Instant::from_millis(at),
    };
    for (funnel, kept) in [
        (funnel(&north, "f1", 1), true),
        (funnel(&north, "f2", 2), true),
        (funnel(&north, "f3", 3), false),
        (funnel(&south, "f1", 1), true),
    ] {
        assert_eq!(meta.insert_funnel(&funnel, 2).await.unwrap(), kept);
    }
    let meta = database.open().await;
    let all = [funnel(&north, "f2", 2), funnel(&north, "f1", 1)];
    assert_eq!(meta.funnels(&north).await.unwrap(), all);
    let [second, _] = all;
    assert_eq!(meta.funnel(&north, "f2").await.unwrap(), Some(second));
    assert_eq!(meta.funnel(&south, "f2").await.unwrap(), None);
    assert!(!meta.delete_funnel(&south, "f2").await.unwrap());
    assert!(meta.delete_funnel(&north, "f1").await.unwrap());
    assert!(!meta.delete_funnel(&north, "f1").await.unwrap());
    let south_funnel = funnel(&south, "f1", 1);
    assert_eq!(meta.funnels(&south).await.unwrap(), [south_funnel]);
}

pub(super) async fn watched_rows_come_in_order_until_they_are_let_go(database: &Database) {
    let meta = database.open().await;
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

/// Keeps something of every type of column.
pub(super) async fn fill(meta: &Arc<dyn Settings>) {
    let north = WorkspaceId::new("north").unwrap();
    meta.insert_key(&key("k1"), "hash", "ada").await.unwrap();
    meta.put_setting("zone", "UTC").await.unwrap();
    meta.insert_report(&report(&north, "r1", 1), 9)
        .await
        .unwrap();
    meta.insert_annotation(&annotation(&north, "a1", 10, None), 9)
        .await
        .unwrap();
    meta.watch_rows("members", &[watched()]).await.unwrap();
}

fn watched() -> WatchedRow {
    WatchedRow {
        id: Uuid::from_u128(7),
        at: Instant::from_millis(1),
        body: "{}".to_owned(),
    }
}

/// Holds it against what [`fill`] kept.
pub(super) async fn assert_filled(meta: &Arc<dyn Settings>) {
    let north = WorkspaceId::new("north").unwrap();
    let key = meta.key_by_hash("hash").await.unwrap();
    assert_eq!(key, Some(self::key("k1")));
    assert_eq!(meta.setting("zone").await.unwrap().as_deref(), Some("UTC"));
    let reports = meta.reports(&north).await.unwrap();
    assert_eq!(reports, [report(&north, "r1", 1)]);
    let noted = meta.annotation(&north, "a1").await.unwrap();
    assert_eq!(noted, Some(annotation(&north, "a1", 10, None)));
    let rows = meta.watched_rows("members", Uuid::nil(), 9).await.unwrap();
    assert_eq!(rows, [watched()]);
}
