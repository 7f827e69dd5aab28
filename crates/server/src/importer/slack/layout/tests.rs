use super::*;

fn told(paths: &[&str], is_told: bool) -> Layout {
    let entry = |path: &&str| Entry {
        path: (*path).to_owned(),
        bytes: 1,
    };
    Layout::of(&paths.iter().map(entry).collect::<Vec<_>>(), is_told)
}

fn layout(paths: &[&str]) -> Layout {
    told(paths, false)
}

fn days(layout: &Layout) -> Vec<String> {
    layout
        .days()
        .iter()
        .map(|day| {
            let root = &layout.roots()[day.root].prefix;
            format!("{root}|{}/{}", day.folder, day.date)
        })
        .collect()
}

fn unread(layout: &Layout) -> Vec<String> {
    layout
        .unread()
        .iter()
        .map(|(name, reason)| format!("{name} {}", reason.code()))
        .collect()
}

#[test]
fn day_files_by_channel_and_day_and_what_else_there_is() {
    let layout = layout(&[
        "random/2015-06-06.json",
        "general/2015-06-07.json",
        "general/2015-06-05.json",
        "general/canvas.json",
        "general/deep/2015-06-05.json",
        "__uploads/F1/a.png",
        "__uploads/F2/b.png",
        "__uploads/F3/users.json",
        "old/2014.zip",
        "2015-06-05.json",
        "integration_logs.json",
        "users.json",
        ".DS_Store",
        "general/._2015-06-05.json",
    ]);
    assert_eq!(
        days(&layout),
        [
            "|general/2015-06-05",
            "|general/2015-06-07",
            "|general/deep/2015-06-05",
            "|random/2015-06-06"
        ]
    );
    let [root] = layout.roots() else {
        panic!("{layout:?}")
    };
    assert_eq!(
        (root.list("users.json"), root.list("channels.json")),
        (Some(11), None)
    );
    assert_eq!(
        unread(&layout),
        [
            "2015-06-05.json not_messages",
            "2 files in __uploads/ not_messages",
            "__uploads/F3/users.json not_messages",
            "general/canvas.json not_messages",
            "integration_logs.json not_messages",
            "old/2014.zip packed",
        ]
    );
}

#[test]
fn exports_in_folders_and_side_by_side() {
    let found = layout(&[
        "__MACOSX/users.json",
        "export/users.json",
        "export/general/2015-06-05.json",
        "export/backup/users.json",
        "other/2015-06-05.json",
    ]);
    assert_eq!(days(&found), ["export/|general/2015-06-05"]);
    assert_eq!(
        unread(&found),
        [
            "export/backup/users.json not_messages",
            "other/2015-06-05.json outside_export"
        ]
    );
    let found = layout(&[
        "all/2015/channels.json",
        "all/2015/general/2015-06-05.json",
        "all/2016/channels.json",
        "all/2016/general/2016-06-05.json",
    ]);
    assert_eq!(
        days(&found),
        [
            "all/2015/|general/2015-06-05",
            "all/2016/|general/2016-06-05"
        ]
    );
    assert_eq!(found.kin(0), [0]);
}

#[test]
fn the_workspaces_of_a_grid() {
    let layout = layout(&[
        "grid/org_users.json",
        "grid/channels.json",
        "grid/shared-all/2024-01-02.json",
        "grid/teams/2024-01-02.json",
        "grid/teams/acme/channels.json",
        "grid/teams/acme/general/2024-01-02.json",
        "grid/teams/widgets/general/2024-01-02.json",
    ]);
    assert_eq!(
        days(&layout),
        [
            "grid/|shared-all/2024-01-02",
            "grid/|teams/2024-01-02",
            "grid/teams/acme/|general/2024-01-02",
            "grid/teams/widgets/|general/2024-01-02",
        ]
    );
    let teams: Vec<_> = layout.roots().iter().map(Root::team).collect();
    assert_eq!(teams, [None, Some("acme"), Some("widgets")]);
    assert_eq!((layout.kin(0), layout.kin(2)), (vec![0], vec![2, 0]));
    assert_eq!(unread(&layout), [""; 0]);
}

#[test]
fn channels_alone_are_an_export_when_somebody_says_so() {
    let paths = ["x/general/2015-06-05.json", "x/random/2015-06-05.json"];
    assert_eq!(
        days(&told(&paths, true)),
        ["x/|general/2015-06-05", "x/|random/2015-06-05"]
    );
    let found = layout(&paths);
    assert_eq!((days(&found).len(), found.roots().len()), (0, 0));
    assert_eq!(
        layout(&["a/b/users.json", "c/users.json"]).roots()[0].prefix,
        "c/"
    );
}

#[test]
fn a_channel_may_be_called_like_a_list_or_a_date() {
    let layout = layout(&[
        "users.json",
        "2015-06-05/2015-06-05.json",
        "users.json/2015-06-05.json",
    ]);
    assert_eq!(
        days(&layout),
        ["|2015-06-05/2015-06-05", "|users.json/2015-06-05"]
    );
}
