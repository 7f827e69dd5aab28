//! Which channels there are, and who is a member.

use std::collections::HashMap;

use domain::{
    event::{Event, EventType, Kind},
    id::{ChannelId, UserId, WorkspaceId},
    record::{ChannelKind, ChannelRecord, PersonRecord},
};
use store::{ChannelRow, DirectoryRow, EventStore};

use super::place::Place;
use crate::support::{at, batch, message};

const WHEN: &str = "2026-03-01T10:00:00Z";

fn record(id: &str) -> ChannelRecord {
    ChannelRecord::new(ChannelId::new(id).unwrap())
}

async fn put(store: &dyn EventStore, workspace: &str, channels: Vec<ChannelRecord>) {
    let workspace = WorkspaceId::new(workspace).unwrap();
    let put = store.put_records(workspace, Vec::new(), channels, at(WHEN));
    put.await.unwrap();
}

/// A channel with a record and messages, one with either, and two elsewhere.
async fn add_channels(store: &dyn EventStore) {
    let event = |number, channel: &str| message(number, at(WHEN), "u1", channel);
    let events = vec![event(1, "zoo"), event(2, "general")];
    store.append(batch(events)).await.unwrap();
    let general = ChannelRecord {
        name: Some("General".into()),
        slug: Some("gen".into()),
        kind: Some(ChannelKind::Public),
        member_count: Some(0),
        owner: UserId::new("u9").ok(),
        ..record("general")
    };
    let empty = ChannelRecord {
        kind: Some(ChannelKind::Direct),
        is_archived: Some(true),
        ..record("alone")
    };
    put(store, "primary", vec![general, empty]).await;
    let elsewhere = ChannelRecord {
        name: Some("Elsewhere".into()),
        kind: Some(ChannelKind::Group),
        ..record("general")
    };
    put(store, "other", vec![elsewhere, record("silent")]).await;
}

fn row(id: &str) -> ChannelRow {
    ChannelRow {
        id: id.into(),
        name: None,
        slug: None,
        kind: None,
        is_archived: false,
        member_count: None,
        owner: None,
        created_at: None,
    }
}

pub(super) async fn channels_are_listed_by_identifier(place: &mut impl Place) {
    add_channels(place.store()).await;
    let expected = [
        ChannelRow {
            kind: Some(ChannelKind::Direct),
            is_archived: true,
            ..row("alone")
        },
        ChannelRow {
            name: Some("General".into()),
            slug: Some("gen".into()),
            kind: Some(ChannelKind::Public),
            member_count: Some(0),
            owner: Some("u9".into()),
            ..row("general")
        },
        row("zoo"),
    ];
    for _ in 0..2 {
        let found = place.store().channels(&WorkspaceId::default()).await;
        assert_eq!(found.unwrap(), expected);
        place.reopen().await;
    }
}

pub(super) async fn names_and_kinds_are_told_where_they_are_known(place: &mut impl Place) {
    add_channels(place.store()).await;
    for _ in 0..2 {
        let store = place.store();
        let ids = ["general", "zoo", "nowhere", "alone"].map(str::to_owned);
        let names = store.channel_names(&WorkspaceId::default(), &ids).await;
        let expected = HashMap::from([("general".to_owned(), "General".to_owned())]);
        assert_eq!(names.unwrap(), expected);
        let mut directory = store.directory().await.unwrap();
        directory.sort_by_key(|row| (row.workspace.clone(), row.channel.clone()));
        let row = |workspace: &str, channel: &str, kind| DirectoryRow {
            workspace: WorkspaceId::new(workspace).unwrap(),
            channel: ChannelId::new(channel).unwrap(),
            kind,
        };
        let expected = [
            row("other", "general", ChannelKind::Group),
            row("primary", "alone", ChannelKind::Direct),
            row("primary", "general", ChannelKind::Public),
        ];
        assert_eq!(directory, expected);
        place.reopen().await;
    }
}

async fn members(store: &dyn EventStore) -> Vec<(String, Option<u32>)> {
    let channels = store.channels(&WorkspaceId::default()).await.unwrap();
    let members = channels.into_iter().map(|row| (row.id, row.member_count));
    members.collect()
}

pub(super) async fn members_are_counted_where_no_record_tells(place: &mut impl Place) {
    let mut number = 0;
    let mut change = |user: &str, channel: &str, kind: Kind| {
        number += 1;
        let when = at(WHEN).plus_millis(number);
        Event {
            event_type: EventType::Known(kind),
            ..message(number.unsigned_abs().into(), when, user, channel)
        }
    };
    let (joined, left) = (Kind::ChannelJoined, Kind::ChannelLeft);
    let mut events = vec![
        change("u1", "all-left", joined),
        change("u1", "all-left", left),
        change("u1", "came-back", joined),
        change("u1", "came-back", left),
        change("u1", "came-back", joined),
        change("u1", "one-stays", joined),
        change("u2", "one-stays", joined),
        change("u2", "one-stays", left),
        change("u1", "only-left", left),
        change("u1", "silent", Kind::MessageSent),
        change("u1", "told", joined),
        change("robot", "with-bot", joined),
        change("u1", "with-bot", joined),
    ];
    // At one instant: nobody leaves before coming.
    for kind in [joined, left] {
        events.push(Event {
            timestamp: at(WHEN),
            ..change("u1", "at-once", kind)
        });
    }
    // The order of arrival changes nothing.
    events.reverse();
    place.store().append(batch(events)).await.unwrap();
    let told = ChannelRecord {
        member_count: Some(70),
        ..record("told")
    };
    put(place.store(), "primary", vec![told]).await;
    let robot = PersonRecord {
        is_bot: Some(true),
        ..PersonRecord::new(UserId::new("robot").unwrap())
    };
    let workspace = WorkspaceId::default();
    let robot = place
        .store()
        .put_records(workspace, vec![robot], Vec::new(), at(WHEN));
    robot.await.unwrap();
    let expected = [
        ("all-left", Some(0)),
        ("at-once", Some(0)),
        ("came-back", Some(1)),
        ("one-stays", Some(1)),
        ("only-left", Some(0)),
        ("silent", None),
        ("told", Some(70)),
        ("with-bot", Some(1)),
    ];
    let expected = expected.map(|(id, members)| (id.to_owned(), members));
    for _ in 0..2 {
        assert_eq!(members(place.store()).await, expected);
        place.reopen().await;
    }
    let also = change("u3", "one-stays", joined);
    place.store().append(batch(vec![also])).await.unwrap();
    assert_eq!(members(place.store()).await[3].1, Some(2));
}
