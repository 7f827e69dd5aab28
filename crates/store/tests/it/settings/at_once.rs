//! What several instances do at the same time, and what an erasure leaves.

use std::sync::Arc;

use domain::{
    erasure::{Mode, Traces},
    funnel::{Funnel, FunnelDefinition},
    id::WorkspaceId,
    time::Instant,
};
use store::meta::{KeptErasure, UnderWay, WatchedRow};
use uuid::Uuid;

use super::Database;

pub(super) async fn of_many_at_once_as_many_stay_as_there_is_room_for(database: &Database) {
    const ROOM: u32 = 5;
    let workspace = WorkspaceId::new("north").unwrap();
    let (one, other) = (database.open().await, database.open().await);
    let mut tries = tokio::task::JoinSet::new();
    for number in 0..20 {
        let meta = Arc::clone(if number % 2 == 0 { &one } else { &other });
        let funnel = Funnel {
            id: format!("f{number}"),
            workspace_id: workspace.clone(),
            definition: FunnelDefinition::newcomers(),
            created_at: Instant::from_millis(number),
        };
        tries.spawn(async move { meta.insert_funnel(&funnel, ROOM).await.unwrap() });
    }
    let kept: u32 = tries.join_all().await.into_iter().map(u32::from).sum();
    assert_eq!(kept, ROOM);
    assert_eq!(one.funnels(&workspace).await.unwrap().len(), ROOM as usize);
}

pub(super) async fn of_many_secrets_at_once_one_holds(database: &Database) {
    let (one, other) = (database.open().await, database.open().await);
    let (first, second) = tokio::join!(
        one.keep_setting("secret", "a"),
        other.keep_setting("secret", "b")
    );
    let held = one.setting("secret").await.unwrap().unwrap();
    assert_eq!([first.unwrap(), second.unwrap()], [held.clone(), held]);
}

pub(super) async fn an_erased_person_is_in_no_row_that_is_watched(database: &Database) {
    let meta = database.open().await;
    let row = |number: u128, body: &str| WatchedRow {
        id: Uuid::from_u128(number),
        at: Instant::from_millis(1),
        body: body.to_owned(),
    };
    let rows = [
        row(1, "{\"user_id\":\"U-1\"}"),
        row(2, "{\"user_id\":\"u-12\"}"),
        row(3, "{\"user_id\":\"Émile\"}"),
    ];
    meta.watch_rows("members", &rows).await.unwrap();
    let traces = Traces::new("u-1", ["Émile"]);
    let workspace = WorkspaceId::new("north").unwrap();
    let counts = meta.erase_from_settings(&workspace, &traces).await.unwrap();
    let left = meta.watched_rows("members", Uuid::nil(), 9).await.unwrap();
    assert_eq!((counts.watched_rows, left), (2, vec![rows[1].clone()]));
    let file = meta.rewrite_settings().await.unwrap();
    assert!(file.bytes_before > 0 && file.bytes_after > 0, "{file:?}");
    let left = meta.watched_rows("members", Uuid::nil(), 9).await.unwrap();
    assert_eq!(left, [rows[1].clone()]);
}

pub(super) async fn erasures_are_kept_until_they_are_lifted(database: &Database) {
    let meta = database.open().await;
    let [north, south] = ["north", "south"].map(|id| WorkspaceId::new(id).unwrap());
    let erasure = |id: &str, workspace: &WorkspaceId, at: i64| KeptErasure {
        id: id.to_owned(),
        workspace_id: workspace.clone(),
        person: format!("hash of {id}"),
        hashes: vec!["a".to_owned(), "b".to_owned()],
        mode: Mode::Remove,
        requested_by: "key k1".to_owned(),
        requested_at: Instant::from_millis(at),
        under_way: Some(UnderWay {
            id: "u1".to_owned(),
            known_as: vec!["Ada".to_owned()],
            ..UnderWay::default()
        }),
        receipt: None,
        lifted_at: None,
    };
    let [mut first, second] = [erasure("e1", &north, 1), erasure("e2", &south, 2)];
    for erasure in [&first, &second] {
        meta.insert_erasure(erasure).await.unwrap();
    }
    let all = meta.erasures(None).await.unwrap();
    assert_eq!(all, [second.clone(), first.clone()]);
    let done = meta.update_erasure(&first, None, Some("signed"));
    done.await.unwrap();
    let lifted = meta.lift_erasure(&first, Instant::from_millis(9));
    lifted.await.unwrap();
    first.under_way = None;
    first.receipt = Some("signed".to_owned());
    first.lifted_at = Some(Instant::from_millis(9));
    assert_eq!(meta.erasures(Some(&north)).await.unwrap(), [first]);
    assert_eq!(meta.erasures(Some(&south)).await.unwrap(), [second]);
}
