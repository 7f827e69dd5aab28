//! A person is taken out, and nothing else is another.

use domain::{
    content::Content,
    dimension::Dimension,
    erasure::Traces,
    event::Event,
    id::{ChannelId, UserId, WorkspaceId},
    metric::Metric,
    query::Population,
    record::{ChannelRecord, PersonRecord},
    time::{Instant, Range},
};
use serde_json::{Map, Value, json};
use store::{Batch, ErasedCounts, Erasure, EventListing, EventRow, EventStore, Known, StoreFacts};

use super::{dead_letters::letter, place::Place};
use crate::support::{ask, at, batch, message, query, totals};

const ZELDA: &str = "zelda-7781";
const NAMES: [&str; 2] = ["Zelda Quirk", "z.quirk@example.org"];

fn user(id: &str) -> UserId {
    UserId::new(id).unwrap()
}

fn erasure(nameless: Option<&str>) -> Erasure {
    Erasure {
        workspace: WorkspaceId::default(),
        traces: Traces::new(ZELDA, NAMES),
        nameless: nameless.map(user),
        at: at("2026-04-01"),
    }
}

fn properties(value: &Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap()
}

/// What Ann and Bob did: two messages of two days, of which one mentions somebody, and one that says
/// who invited him.
fn of_others(mentioned: &str) -> Vec<Event> {
    let mut mentions = message(1, at("2026-03-01T10:00:00Z"), "ann", "c1");
    mentions.content = Content {
        words: Some(3),
        mentions: vec![mentioned.into(), "bob".into()],
        ..Content::default()
    };
    let mut invited = message(2, at("2026-03-02T10:00:00Z"), "bob", "c1");
    invited.properties = properties(&json!({"invited_by": mentioned, "size": 5}));
    vec![mentions, invited]
}

/// What Zelda did: a message beside Ann's, and two on a day on which nobody else did anything.
fn of_zelda() -> Vec<Event> {
    let mut first = message(11, at("2026-03-01T11:00:00Z"), ZELDA, "c1");
    first.properties = properties(&json!({"text": "it is me", "platform": "ios"}));
    vec![
        first,
        message(12, at("2026-03-05T11:00:00Z"), ZELDA, "c1"),
        message(13, at("2026-03-05T12:00:00Z"), ZELDA, "c1"),
    ]
}

fn records(owner: Option<&str>) -> (Vec<PersonRecord>, Vec<ChannelRecord>) {
    let ann = PersonRecord {
        name: Some("Ann".to_owned()),
        created_at: Some(at("2026-02-01")),
        ..PersonRecord::new(user("ann"))
    };
    let channel = ChannelRecord {
        name: Some("general".to_owned()),
        owner: owner.map(user),
        ..ChannelRecord::new(ChannelId::new("c1").unwrap())
    };
    (vec![ann], vec![channel])
}

fn zelda() -> PersonRecord {
    PersonRecord {
        name: Some(NAMES[0].to_owned()),
        email: Some(NAMES[1].to_owned()),
        role: Some("owner".to_owned()),
        created_at: Some(at("2026-02-03")),
        ..PersonRecord::new(user(ZELDA))
    }
}

/// A store that knows Zelda, of which some days are filled.
async fn with_zelda(store: &dyn EventStore) {
    let primary = WorkspaceId::default();
    let now = at("2026-03-20");
    let (mut people, channels) = records(Some(ZELDA));
    people.push(zelda());
    store
        .put_records(primary.clone(), people, channels, now)
        .await
        .unwrap();
    let mut events = of_others(ZELDA);
    events.splice(1..1, of_zelda());
    let mut about_her = letter(1, "2026-03-02", "primary");
    about_her.body = json!({"userId": ZELDA}).to_string();
    let sent = Batch {
        dead_letters: vec![about_her, letter(2, "2026-03-02", "primary")],
        ..batch(events)
    };
    store.append(sent).await.unwrap();
    for day in store.dirty_days() {
        store.fill(&day.workspace, day.day, now).await.unwrap();
    }
}

async fn listed(store: &dyn EventStore) -> Vec<EventRow> {
    let listing = EventListing {
        workspace: WorkspaceId::default(),
        range: Range::ALL,
        event_type: None,
        filter: domain::filter::Filter::default(),
        include_bots: true,
        limit: 100,
        offset: 0,
    };
    store.events(&listing).await.unwrap()
}

const METRICS: [Metric; 4] = [
    Metric::Messages,
    Metric::ActivePeople,
    Metric::FirstActivity,
    Metric::LastMessage,
];

fn millis(text: &str) -> f64 {
    Instant::as_millis(at(text)) as f64
}

async fn facts(store: &dyn EventStore) -> StoreFacts {
    let facts = store.facts(&WorkspaceId::default()).await.unwrap();
    StoreFacts { bytes: 0, ..facts }
}

/// Says that everything is as if Zelda had never been there.
async fn is_without_her(store: &dyn EventStore) {
    let primary = WorkspaceId::default();
    assert_eq!(store.known_as(&primary, &user(ZELDA)).await.unwrap(), None);
    let people = [ZELDA.to_owned(), "ann".to_owned()];
    let found = store.people(&primary, &people).await.unwrap();
    let ids: Vec<&str> = found.iter().map(|person| person.id.as_str()).collect();
    assert_eq!(ids, ["ann"]);
    let (picked, all) = store
        .pick_people(&primary, Population::Everyone, Box::new(|_| true), 0, 10)
        .await
        .unwrap();
    let ids: Vec<&str> = picked.iter().map(|person| person.id.as_str()).collect();
    assert_eq!((ids, all), (vec!["ann", "bob"], 2));
    let known = Known {
        people: 2,
        bots: 0,
        channels: 1,
    };
    assert_eq!(store.known(&primary).await.unwrap(), known);
    let left = StoreFacts {
        events: 2,
        people: 2,
        channels: 1,
        authors: 2,
        channels_with_events: 1,
        first_event: Some(at("2026-03-01T10:00:00Z")),
        last_event: Some(at("2026-03-02T10:00:00Z")),
        dead_letters: 1,
        ..StoreFacts::default()
    };
    assert_eq!(facts(store).await, left);
    let first = millis("2026-03-01T10:00:00Z");
    let last = millis("2026-03-02T10:00:00Z");
    let found = totals(store, Range::ALL, &METRICS).await;
    assert_eq!(found, [Some(2.0), Some(2.0), Some(first), Some(last)]);
    let mut by_user = query(Range::ALL, &[Metric::Messages]);
    by_user.dimensions = vec![Dimension::User];
    let rows = ask(store, by_user).await.rows;
    assert_eq!(rows.len(), 2);
    let listed = listed(store).await;
    assert_eq!(listed.len(), 2);
    let shown = serde_json::to_string(&listed).unwrap();
    assert!(!shown.contains(ZELDA), "{shown}");
    let channels = store.channels(&primary).await.unwrap();
    assert_eq!(channels[0].owner, None);
}

pub(super) async fn a_removed_person_is_as_if_they_had_never_been_there(place: &mut impl Place) {
    let store = place.store();
    with_zelda(store).await;
    let primary = WorkspaceId::default();
    let known = store.known_as(&primary, &user(ZELDA)).await.unwrap();
    assert_eq!(known.unwrap(), NAMES);
    assert_eq!(store.known_as(&primary, &user("eve")).await.unwrap(), None);
    let before = store.version();
    let counts = store.erase(erasure(None)).await.unwrap();
    assert!(store.version() > before);
    let expected = ErasedCounts {
        events: 3,
        events_cleaned: 2,
        records: 1,
        channels_cleaned: 1,
        dead_letters: 1,
        // Of rollups, which not every store has.
        days: counts.days,
        ..ErasedCounts::default()
    };
    assert_eq!(counts, expected);
    is_without_her(store).await;
    store.rewrite().await.unwrap();
    is_without_her(store).await;
    place.reopen().await;
    let store = place.store();
    is_without_her(store).await;
    for day in store.dirty_days() {
        store
            .fill(&day.workspace, day.day, at("2026-04-02"))
            .await
            .unwrap();
    }
    is_without_her(store).await;
}

pub(super) async fn a_nameless_person_goes_on_to_count(place: &mut impl Place) {
    let store = place.store();
    with_zelda(store).await;
    let before = totals(store, Range::ALL, &METRICS).await;
    let counts = store.erase(erasure(Some("erased-1"))).await.unwrap();
    assert_eq!((counts.events, counts.records), (3, 1));
    store.rewrite().await.unwrap();
    place.reopen().await;
    let store = place.store();
    assert_eq!(totals(store, Range::ALL, &METRICS).await, before);
    let primary = WorkspaceId::default();
    assert_eq!(store.known_as(&primary, &user(ZELDA)).await.unwrap(), None);
    let found = store.people(&primary, &["erased-1".to_owned()]).await;
    let person = found.unwrap().remove(0);
    assert_eq!(
        (person.name, person.email, person.role, person.created_at),
        (None, None, None, Some(at("2026-02-03")))
    );
    let listed = listed(store).await;
    let shown = serde_json::to_string(&listed).unwrap();
    for gone in [ZELDA, NAMES[0], NAMES[1], "it is me"] {
        assert!(!shown.contains(gone), "{shown}");
    }
    let nameless: Vec<&EventRow> = listed
        .iter()
        .filter(|event| event.user_id.as_deref() == Some("erased-1"))
        .collect();
    assert_eq!(nameless.len(), 3);
    assert_eq!(nameless[2].properties, json!({"platform": "ios"}));
    let owner = store.channels(&primary).await.unwrap().remove(0).owner;
    assert_eq!(owner.as_deref(), Some("erased-1"));
}

pub(super) async fn others_lose_what_names_the_person(place: &mut impl Place) {
    let store = place.store();
    with_zelda(store).await;
    store.erase(erasure(None)).await.unwrap();
    let invited = &listed(store).await[0];
    assert_eq!(
        invited.properties,
        json!({"invited_by": "[erased]", "size": 5})
    );
    let mentions = totals(store, Range::ALL, &[Metric::Mentions]).await;
    assert_eq!(mentions, [Some(2.0)], "how many are mentioned stays");
    let other = WorkspaceId::new("other").unwrap();
    let elsewhere = Event {
        workspace: other.clone(),
        ..message(21, at("2026-03-01"), ZELDA, "c1")
    };
    store.append(batch(vec![elsewhere])).await.unwrap();
    store.erase(erasure(None)).await.unwrap();
    assert!(
        store
            .known_as(&other, &user(ZELDA))
            .await
            .unwrap()
            .is_some(),
        "another workspace has another person"
    );
}

pub(super) async fn erasing_again_changes_nothing(place: &mut impl Place) {
    let store = place.store();
    assert_eq!(
        store.erase(erasure(None)).await.unwrap(),
        ErasedCounts::default()
    );
    with_zelda(store).await;
    store.erase(erasure(None)).await.unwrap();
    assert_eq!(
        store.erase(erasure(None)).await.unwrap(),
        ErasedCounts::default()
    );
    is_without_her(store).await;
}

pub(super) async fn who_comes_again_is_somebody_new(place: &mut impl Place) {
    let store = place.store();
    with_zelda(store).await;
    store.erase(erasure(None)).await.unwrap();
    store.rewrite().await.unwrap();
    let events = vec![
        message(31, at("2026-03-06"), ZELDA, "c1"),
        message(32, at("2026-03-02T11:00:00Z"), "carl", "c1"),
    ];
    store.append(batch(events)).await.unwrap();
    for _ in 0..2 {
        let store = place.store();
        let primary = WorkspaceId::default();
        assert_eq!(store.known(&primary).await.unwrap().people, 4);
        let known = store.known_as(&primary, &user(ZELDA)).await.unwrap();
        assert_eq!(known, Some(Vec::new()));
        let found = totals(store, Range::ALL, &METRICS[..2]).await;
        assert_eq!(found, [Some(4.0), Some(4.0)]);
        for day in store.dirty_days() {
            store
                .fill(&day.workspace, day.day, at("2026-04-02"))
                .await
                .unwrap();
        }
        let found = totals(store, Range::ALL, &METRICS[..2]).await;
        assert_eq!(found, [Some(4.0), Some(4.0)]);
        place.reopen().await;
    }
}
