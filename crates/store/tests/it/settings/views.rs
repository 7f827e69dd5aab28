//! Questions that are kept under a name.

use domain::{
    erasure::Traces,
    id::WorkspaceId,
    time::Instant,
    view::{View, ViewQuery},
};

use super::Database;

fn query(parameters: &[(&str, &str)]) -> ViewQuery {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    parameters.iter().map(owned).collect()
}

fn view(workspace: &WorkspaceId, id: &str, name: &str, parameters: &[(&str, &str)]) -> View {
    View {
        id: id.to_owned(),
        workspace_id: workspace.clone(),
        name: name.to_owned(),
        query: query(parameters),
        created_by: "key k1".to_owned(),
        created_at: Instant::from_millis(1),
        updated_at: Instant::from_millis(1),
        version: 1,
    }
}

pub(super) async fn views_belong_to_their_workspace_and_are_changed_by_version(
    database: &Database,
) {
    let meta = database.open().await;
    let [north, south] = ["north", "south"].map(|id| WorkspaceId::new(id).unwrap());
    let second = view(&north, "v1", "second", &[("metrics", "messages")]);
    let first = view(&north, "v2", "First", &[]);
    let third = view(&north, "v3", "third", &[]);
    let other = view(&south, "v1", "other", &[]);
    for (view, kept) in [
        (&second, true),
        (&first, true),
        (&third, false),
        (&other, true),
    ] {
        assert_eq!(
            meta.insert_view(view, 2).await.unwrap(),
            kept,
            "{}",
            view.name
        );
    }
    assert_eq!(meta.views(&north).await.unwrap(), [first, second.clone()]);
    let changed = View {
        name: "changed".to_owned(),
        query: query(&[("metrics", "events")]),
        updated_at: Instant::from_millis(2),
        version: 2,
        ..second
    };
    assert!(meta.update_view(&changed).await.unwrap());
    assert!(!meta.update_view(&changed).await.unwrap());
    assert_eq!(meta.view(&north, "v1").await.unwrap(), Some(changed));
    assert_eq!(meta.view(&south, "v1").await.unwrap(), Some(other));
    assert!(!meta.delete_view(&south, "v2").await.unwrap());
    assert!(meta.delete_view(&north, "v2").await.unwrap());
    assert!(!meta.delete_view(&north, "v2").await.unwrap());
}

pub(super) async fn whoever_is_erased_is_named_by_no_view(database: &Database) {
    let meta = database.open().await;
    let north = WorkspaceId::new("north").unwrap();
    let of_person = [
        ("filter", "user is u1 or channel is c1"),
        ("metrics", "messages"),
        ("userId", "u1"),
    ];
    for view in [
        view(&north, "v1", "What Grace Hopper writes", &of_person),
        view(
            &north,
            "v2",
            "All",
            &[("metrics", "messages"), ("userId", "u2")],
        ),
    ] {
        assert!(meta.insert_view(&view, 9).await.unwrap());
    }
    let traces = Traces::new("u1", ["Grace Hopper"]);
    let counts = meta.erase_from_settings(&north, &traces).await.unwrap();
    assert_eq!(counts.views, 1);
    let views = meta.views(&north).await.unwrap();
    let text = format!("{views:?}");
    assert!(!text.contains("u1") && !text.contains("Grace"), "{text}");
    assert_eq!(
        views[0].query,
        query(&[("metrics", "messages"), ("userId", "u2")])
    );
    let left: Vec<_> = views[1].query.keys().collect();
    assert_eq!(left, ["filter", "metrics"]);
    assert_eq!(views[1].version, 2);
}
