//! Who is signed in, and codes that sign in once.

use std::sync::Arc;

use domain::{
    erasure::Traces,
    id::{UserId, WorkspaceId},
    time::Instant,
};
use store::meta::{Access, ApiKey, OpenedBy, Session, Settings};

use super::Database;

const fn at(millis: i64) -> Instant {
    Instant::from_millis(millis)
}

fn session(id: &str, opened_by: OpenedBy, seen: i64) -> Session {
    Session {
        id: id.to_owned(),
        name: "Ada".to_owned(),
        role: Some("owner".to_owned()),
        access: Access::Admin,
        workspace_id: Some(WorkspaceId::new("north").unwrap()),
        opened_by,
        address: "203.0.113.9".to_owned(),
        created_at: at(seen),
        seen_at: at(seen),
        ends_at: at(1_000),
    }
}

fn by_key(id: &str) -> OpenedBy {
    OpenedBy::Key { id: id.to_owned() }
}

fn by_token(subject: &str) -> OpenedBy {
    let subject = Some(UserId::new(subject).unwrap());
    OpenedBy::Token { subject }
}

async fn keep(meta: &Arc<dyn Settings>, session: &Session, most: u32) {
    let hash = format!("hash of {}", session.id);
    let kept = meta.insert_session(session, &hash, at(0), most);
    kept.await.unwrap();
}

async fn ids(meta: &Arc<dyn Settings>) -> Vec<String> {
    let sessions = meta.sessions().await.unwrap();
    let mut ids: Vec<String> = sessions.into_iter().map(|session| session.id).collect();
    ids.sort();
    ids
}

async fn with_key(database: &Database, id: &str) -> Arc<dyn Settings> {
    let meta = database.open().await;
    let key = ApiKey {
        id: id.to_owned(),
        name: "laptop".to_owned(),
        access: Access::Admin,
        workspace_id: None,
        kinds: Vec::new(),
        origins: Vec::new(),
        created_at: at(1),
        expires_at: None,
        last_used_at: None,
        revoked_at: None,
    };
    meta.insert_key(&key, "hash", "ada").await.unwrap();
    meta
}

pub(super) async fn a_session_is_found_by_its_hash_until_it_ends(database: &Database) {
    let meta = with_key(database, "k1").await;
    let ways = [
        by_key("k1"),
        OpenedBy::ConfiguredKey {
            proof: "proof".to_owned(),
        },
        by_token("u1"),
        OpenedBy::Token { subject: None },
        OpenedBy::Link {
            made_by: "command line".to_owned(),
        },
    ];
    for (number, way) in ways.into_iter().enumerate() {
        let mut session = session(&format!("s{number}"), way, 10);
        session.workspace_id = session.workspace_id.filter(|_| number > 0);
        keep(&meta, &session, 9).await;
        let found = meta.session_by_hash(&format!("hash of s{number}")).await;
        assert_eq!(found.unwrap(), Some(session));
    }
    assert_eq!(meta.session_by_hash("s1").await.unwrap(), None);
    // What was seen later stays.
    for seen in [30, 20] {
        meta.note_seen("s1", at(seen)).await.unwrap();
    }
    let found = meta.session_by_hash("hash of s1").await.unwrap().unwrap();
    assert_eq!(found.seen_at, at(30));
    for is_ended in [true, false] {
        assert_eq!(meta.end_session("s1").await.unwrap(), is_ended);
    }
    assert_eq!(meta.session_by_hash("hash of s1").await.unwrap(), None);
    assert_eq!(ids(&meta).await, ["s0", "s2", "s3", "s4"]);
}

pub(super) async fn a_revoked_key_ends_its_sessions_and_opens_none(database: &Database) {
    let meta = with_key(database, "k1").await;
    keep(&meta, &session("s1", by_key("k1"), 10), 9).await;
    keep(&meta, &session("s2", by_token("u1"), 10), 9).await;
    assert!(meta.revoke_key("k1", at(11), "ada").await.unwrap());
    assert_eq!(ids(&meta).await, ["s2"]);
    // Whoever signed in at that very moment has nothing of it.
    keep(&meta, &session("s3", by_key("k1"), 11), 9).await;
    keep(&meta, &session("s4", by_key("never made"), 11), 9).await;
    for hash in ["hash of s1", "hash of s3", "hash of s4"] {
        assert_eq!(meta.session_by_hash(hash).await.unwrap(), None, "{hash}");
    }
    assert_eq!(ids(&meta).await, ["s2"]);
}

pub(super) async fn what_is_over_goes_and_of_many_the_last_stay(database: &Database) {
    let meta = with_key(database, "k1").await;
    for (id, seen) in [("s1", 10), ("s2", 30), ("s3", 20)] {
        keep(&meta, &session(id, by_key("k1"), seen), 2).await;
    }
    keep(&meta, &session("s4", by_token("u1"), 5), 2).await;
    // The new one stays, although another was seen later.
    assert_eq!(ids(&meta).await, ["s2", "s3", "s4"]);
    let late = session("s5", by_token("u2"), 40);
    let kept = meta.insert_session(&late, "h5", at(20), 2);
    kept.await.unwrap();
    assert_eq!(ids(&meta).await, ["s2", "s5"]);
    let later = session("s6", by_token("u3"), 1_000);
    let kept = meta.insert_session(&later, "h6", at(0), 2);
    kept.await.unwrap();
    assert_eq!(ids(&meta).await, ["s6"]);
}

pub(super) async fn whoever_is_erased_is_signed_in_no_longer(database: &Database) {
    let meta = with_key(database, "k1").await;
    let named = |name: &str, session: Session| Session {
        name: name.to_owned(),
        ..session
    };
    let sessions = [
        named("x", session("s1", by_token("u1"), 10)),
        named("Grace Hopper", session("s2", by_key("k1"), 10)),
        named("x", session("s3", by_token("u2"), 10)),
    ];
    for session in &sessions {
        keep(&meta, session, 9).await;
    }
    let traces = Traces::new("u1", ["Grace Hopper"]);
    let north = WorkspaceId::new("north").unwrap();
    let counts = meta.erase_from_settings(&north, &traces).await.unwrap();
    assert_eq!(counts.keys, 2);
    assert_eq!(ids(&meta).await, ["s3"]);
}

pub(super) async fn a_code_is_taken_once_and_in_time(database: &Database) {
    let meta = database.open().await;
    for (hash, expires) in [("early", 100), ("late", 200)] {
        let kept = meta.insert_code(hash, "command line", at(10), at(expires));
        kept.await.unwrap();
    }
    let maker = Some("command line".to_owned());
    for (hash, now, taken) in [
        ("other", 50, None),
        ("early", 100, None),
        ("early", 99, maker.clone()),
        ("early", 99, None),
        ("late", 199, maker),
    ] {
        assert_eq!(meta.take_code(hash, at(now)).await.unwrap(), taken);
    }
    // Of two at once one has it.
    meta.insert_code("both", "ada", at(10), at(100))
        .await
        .unwrap();
    let (one, other) = tokio::join!(
        meta.take_code("both", at(20)),
        meta.take_code("both", at(20))
    );
    let taken = [one.unwrap(), other.unwrap()];
    assert_eq!(taken.iter().flatten().count(), 1, "{taken:?}");
}
