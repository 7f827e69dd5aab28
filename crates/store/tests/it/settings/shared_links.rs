//! Links that open one page.

use std::sync::Arc;

use domain::{erasure::Traces, id::WorkspaceId, time::Instant};
use store::meta::{Settings, SharedLink};

use super::Database;

const fn at(millis: i64) -> Instant {
    Instant::from_millis(millis)
}

fn workspace(name: &str) -> WorkspaceId {
    WorkspaceId::new(name).unwrap()
}

fn link(id: &str, parameters: &[(&str, &str)]) -> SharedLink {
    let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    SharedLink {
        id: id.to_owned(),
        workspace_id: workspace("north"),
        page: "/channels/{id}".to_owned(),
        subject: Some("général &c".to_owned()),
        parameters: parameters.iter().map(own).collect(),
        shows_names: false,
        shows_annotations: true,
        created_by: "token u1".to_owned(),
        created_at: at(10),
        expires_at: at(1_000),
        last_used_at: None,
    }
}

async fn keep(meta: &Arc<dyn Settings>, link: &SharedLink, most: u32) -> bool {
    let hash = format!("hash of {}", link.id);
    meta.insert_link(link, &hash, at(0), most).await.unwrap()
}

async fn found(meta: &Arc<dyn Settings>, id: &str) -> Option<SharedLink> {
    let hash = format!("hash of {id}");
    meta.link_by_hash(&hash).await.unwrap()
}

pub(super) async fn a_link_is_found_by_its_hash_until_it_is_revoked(database: &Database) {
    let meta = database.open().await;
    let mut kept = link("l1", &[("filter", "channel is \"a&b\""), ("period", "30d")]);
    assert!(keep(&meta, &kept, 2).await);
    assert_eq!(found(&meta, "l1").await.as_ref(), Some(&kept));
    assert_eq!(meta.link_by_hash("l1").await.unwrap(), None);
    // What was used later stays.
    for used in [30, 20] {
        meta.note_link_used("l1", at(used)).await.unwrap();
    }
    kept.last_used_at = Some(at(30));
    assert_eq!(meta.links(&workspace("north")).await.unwrap(), [kept]);
    assert_eq!(meta.links(&workspace("south")).await.unwrap(), []);
    let revoke = |of: &'static str| {
        let meta = &meta;
        async move { meta.delete_link(&workspace(of), "l1").await.unwrap() }
    };
    assert!(!revoke("south").await);
    assert!(found(&meta, "l1").await.is_some());
    assert!(revoke("north").await);
    assert!(!revoke("north").await);
    assert_eq!(found(&meta, "l1").await, None);
}

pub(super) async fn a_workspace_has_so_many_links_and_old_ones_are_forgotten(database: &Database) {
    let meta = database.open().await;
    let south = SharedLink {
        workspace_id: workspace("south"),
        ..link("s1", &[])
    };
    for (link, is_kept) in [
        (link("l1", &[]), true),
        (link("l2", &[]), true),
        (link("l3", &[]), false),
        (south, true),
    ] {
        assert_eq!(keep(&meta, &link, 2).await, is_kept, "{}", link.id);
    }
    let later = SharedLink {
        expires_at: at(3_000),
        ..link("l4", &[])
    };
    let kept = meta.insert_link(&later, "hash of l4", at(2_000), 2);
    assert!(kept.await.unwrap());
    assert_eq!(meta.links(&workspace("north")).await.unwrap(), [later]);
    assert_eq!(meta.links(&workspace("south")).await.unwrap(), []);
}

pub(super) async fn whoever_is_erased_is_in_no_link(database: &Database) {
    let meta = database.open().await;
    let about = |id: &str, subject: &str| SharedLink {
        subject: Some(subject.to_owned()),
        ..link(id, &[])
    };
    let others = SharedLink {
        created_by: "key k1".to_owned(),
        ..link("others", &[("filter", "user is u2")])
    };
    for kept in [
        about("page", "u1"),
        link("user", &[("userId", "u1")]),
        link(
            "filter",
            &[("filter", "channel is c1 and not user is u1,u2")],
        ),
        link("maker", &[("tab", "list")]),
        others.clone(),
    ] {
        assert!(keep(&meta, &kept, 9).await);
    }
    let traces = Traces::new("u1", []);
    let counts = meta.erase_from_settings(&workspace("north"), &traces).await;
    assert_eq!(counts.unwrap().keys, 4);
    let left = meta.links(&workspace("north")).await.unwrap();
    let left: Vec<_> = left
        .iter()
        .map(|link| (link.id.as_str(), link.created_by.as_str()))
        .collect();
    assert_eq!(left, [("others", "key k1"), ("maker", "token [erased]")]);
}
