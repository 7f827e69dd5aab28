//! What is known of people and channels, and who is a bot.

use domain::{
    event::{Event, EventType, Kind},
    id::{ChannelId, UserId, WorkspaceId},
    metric::Metric,
    query::Population,
    record::{ChannelKind, ChannelRecord, PersonRecord},
    time::{Instant, Range},
};
use store::{ChannelRow, EventStore, PersonRow};

use super::place::Place;
use crate::support::{ask, at, batch, message, query, totals};

fn person(id: &str) -> PersonRecord {
    PersonRecord::new(UserId::new(id).unwrap())
}

fn channel(id: &str) -> ChannelRecord {
    ChannelRecord::new(ChannelId::new(id).unwrap())
}

/// Puts records; returns how many changed.
async fn put(
    store: &dyn EventStore,
    people: Vec<PersonRecord>,
    channels: Vec<ChannelRecord>,
    when: Instant,
) -> u64 {
    let put = store.put_records(WorkspaceId::default(), people, channels, when);
    put.await.unwrap()
}

async fn people(store: &dyn EventStore) -> Vec<PersonRow> {
    let workspace = WorkspaceId::default();
    let everybody = Box::new(|_: &PersonRow| true);
    let all = store.pick_people(&workspace, Population::Everyone, everybody, 0, u32::MAX);
    all.await.unwrap().0
}

async fn messages(store: &dyn EventStore) -> Option<f64> {
    totals(store, Range::ALL, &[Metric::Messages]).await[0]
}

pub(super) async fn a_record_keeps_what_an_earlier_one_said(place: &mut impl Place) {
    let store = place.store();
    let first = PersonRecord {
        name: Some("Ada".into()),
        email: Some("ada@example.org".into()),
        created_at: Some(at("2026-01-01")),
        ..person("u1")
    };
    let of_channel = ChannelRecord {
        member_count: Some(3),
        kind: Some(ChannelKind::Private),
        name: Some("General".into()),
        slug: Some("general".into()),
        owner: Some(UserId::new("u1").unwrap()),
        ..channel("c1")
    };
    let both = || (vec![first.clone()], vec![of_channel.clone()]);
    let (some, others) = both();
    assert_eq!(put(store, some, others, at("2026-02-02")).await, 2);
    let (some, others) = both();
    assert_eq!(put(store, some, others, at("2026-02-03")).await, 0);
    let second = PersonRecord {
        name: Some("Ada L.".into()),
        role: Some("admin".into()),
        is_deactivated: Some(true),
        ..person("u1")
    };
    let archived = ChannelRecord {
        is_archived: Some(true),
        created_at: Some(at("2026-01-02")),
        ..channel("c1")
    };
    let changed = put(store, vec![second], vec![archived], at("2026-02-04"));
    assert_eq!(changed.await, 2);
    for _ in 0..2 {
        let store = place.store();
        let ada = PersonRow {
            id: "u1".into(),
            name: Some("Ada L.".into()),
            email: Some("ada@example.org".into()),
            role: Some("admin".into()),
            is_bot: false,
            is_deactivated: true,
            created_at: Some(at("2026-01-01")),
            first_seen_at: None,
            aliases: Vec::new(),
        };
        assert_eq!(people(store).await, [ada]);
        let general = ChannelRow {
            id: "c1".into(),
            name: Some("General".into()),
            slug: Some("general".into()),
            kind: Some(ChannelKind::Private),
            is_archived: true,
            member_count: Some(3),
            owner: Some("u1".into()),
            created_at: Some(at("2026-01-02")),
        };
        let channels = store.channels(&WorkspaceId::default()).await.unwrap();
        assert_eq!(channels, [general]);
        place.reopen().await;
    }
}

pub(super) async fn what_does_not_change_leaves_no_trace(place: &mut impl Place) {
    let store = place.store();
    let empty = || (vec![person("u1")], vec![channel("c1")]);
    let named = |name: &str| PersonRecord {
        name: Some(name.into()),
        ..person("u1")
    };
    let when = at("2026-02-02");
    let (people, channels) = empty();
    assert_eq!(put(store, people, channels, when).await, 2);
    let mut version = store.version();
    let (people, channels) = empty();
    for (what, people, channels, changed) in [
        ("nothing", vec![], vec![], 0),
        ("records that say nothing", people, channels, 0),
        ("a name twice", vec![named("Ada"), named("Ada")], vec![], 1),
        (
            "the name again",
            vec![named("Ada"), person("u1")],
            vec![],
            0,
        ),
    ] {
        assert_eq!(put(store, people, channels, when).await, changed, "{what}");
        assert_eq!(store.version() - version, changed, "{what}");
        version = store.version();
    }
}

pub(super) async fn records_hold_in_the_order_in_which_they_are_put(place: &mut impl Place) {
    let named = |name: &str| PersonRecord {
        name: Some(name.into()),
        ..person("u1")
    };
    // A clock that is set back makes nothing old; and of one batch the last holds.
    let batches = [
        (vec![named("Ada")], "2026-02-02"),
        (vec![named("Ada K."), named("Ada L.")], "2020-01-01"),
    ];
    for (records, when) in batches {
        assert_eq!(put(place.store(), records, vec![], at(when)).await, 1);
    }
    for _ in 0..2 {
        let name = people(place.store()).await.remove(0).name;
        assert_eq!(name.as_deref(), Some("Ada L."));
        place.reopen().await;
    }
}

pub(super) async fn a_corrected_record_moves_history_both_ways(place: &mut impl Place) {
    let when = at("2026-03-01T10:00:00Z");
    let says_bot = Event {
        is_bot: true,
        ..message(1, when, "u1", "c1")
    };
    let joined = Event {
        event_type: EventType::Known(Kind::ChannelJoined),
        ..message(3, when, "u1", "c1")
    };
    let events = vec![says_bot, message(2, when, "u1", "c1"), joined];
    place.store().append(batch(events)).await.unwrap();
    for (said, found, members) in [
        (None, 0.0, 0),
        (Some(false), 2.0, 1),
        (None, 2.0, 1),
        (Some(true), 0.0, 0),
        (Some(false), 2.0, 1),
    ] {
        let record = PersonRecord {
            is_bot: said,
            ..person("u1")
        };
        put(place.store(), vec![record], vec![], when).await;
        for _ in 0..2 {
            let store = place.store();
            assert_eq!(messages(store).await, Some(found), "{said:?}");
            let channels = store.channels(&WorkspaceId::default()).await.unwrap();
            assert_eq!(channels[0].member_count, Some(members), "{said:?}");
            place.reopen().await;
        }
    }
}

pub(super) async fn any_event_makes_a_bot_unless_the_record_says_otherwise(place: &mut impl Place) {
    let when = at("2026-03-01T10:00:00Z");
    let store = place.store();
    let mut number = 0;
    let mut said = |user: Option<&str>, is_bot: bool| {
        number += 1;
        Event {
            user: user.map(|user| UserId::new(user).unwrap()),
            is_bot,
            ..message(number, when, "u1", "c1")
        }
    };
    for (event, count) in [
        (said(Some("u1"), false), 1.0),
        (said(Some("u2"), false), 2.0),
        // What they did before goes with it, and what they do later.
        (said(Some("u2"), true), 1.0),
        (said(Some("u2"), false), 1.0),
        // Of nobody each says it of itself.
        (said(None, true), 1.0),
        (said(None, false), 2.0),
    ] {
        store.append(batch(vec![event])).await.unwrap();
        assert_eq!(messages(store).await, Some(count));
    }
    let corrected = PersonRecord {
        is_bot: Some(false),
        ..person("u2")
    };
    put(store, vec![corrected], vec![], when).await;
    store
        .append(batch(vec![said(Some("u2"), true)]))
        .await
        .unwrap();
    assert_eq!(messages(store).await, Some(6.0));
    let everyone = query(Range::ALL, &[Metric::Messages]).of(Population::Everyone);
    assert_eq!(ask(store, everyone).await.rows[0].values, [Some(7.0)]);
    let bots: Vec<bool> = people(store).await.iter().map(|row| row.is_bot).collect();
    assert_eq!(bots, [false, false]);
}
