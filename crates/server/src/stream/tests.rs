//! Tests of the stream without a server.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use domain::{
    content::BannedTerms,
    event::{Accepted, Context, Directory, Event, Limits, RawEvent, Reason, validate},
    id::{ChannelId, KeySpace, WorkspaceId},
    time::Instant,
};
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use store::{DeadLetter, StoreError};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{
    delivery::{Sink, TRIES, deliver},
    entry::{Said, arrived, read},
    reply::{EntryId, RawEntry, of_one_stream},
    sealed,
};

const NOON: Instant = Instant::from_millis(1_790_000_000_000);

struct Open;

impl Directory for Open {
    fn allows_content(&self, _channel: Option<&ChannelId>, _is_unknown: bool) -> bool {
        true
    }

    fn allows_confidential_content(&self) -> bool {
        true
    }
}

/// The event that would be stored.
fn accepted(raw: RawEvent, weight: f64) -> Event {
    let context = Context {
        workspace: &WorkspaceId::new("acme").unwrap(),
        received_at: NOON,
        limits: &Limits::default(),
        store_text: false,
        banned: &BannedTerms::default(),
        fresh_id: Uuid::from_u128(7),
        key_space: KeySpace::Requests,
    };
    let Accepted { event, .. } = validate(raw, &context, &Open).unwrap();
    Event { weight, ..event }
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,20}".prop_map(Value::from),
    ];
    leaf.prop_recursive(2, 8, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-z]{1,6}", inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

prop_compose! {
    fn raw()(
        name in prop_oneof!["[a-z_]{1,12}", Just("message_sent".to_owned()), Just("file_shared".to_owned()), Just("thread_reply".to_owned())],
        key in prop::option::of("[a-z0-9-]{1,40}"),
        texts in prop::array::uniform6(prop::option::of(".{1,20}")),
        text in prop::option::of("( ?(#[a-z]{2,5}|@[a-z]{2,5}|https://[a-z]{2,5}\\.org/x|:tada:|[a-zäöü]{1,9}\\??)){0,8}"),
        timestamp in prop::option::of(1_000_000_000_000_i64..1_790_000_000_000),
        is_bot in prop::option::of(any::<bool>()),
        properties in prop::collection::btree_map("[a-zA-Z]{1,10}", value(), 0..6),
    ) -> RawEvent {
        let [user, channel, session, message, thread, message_type] = texts;
        RawEvent {
            name, key, user, channel, session, message, thread, message_type, text, is_bot,
            timestamp: timestamp.map(Value::from),
            properties: properties.into_iter().collect::<Map<_, _>>(),
            ..RawEvent::default()
        }
    }
}

proptest! {
    #[test]
    fn an_event_that_was_sealed_is_the_same(raw in raw(), steps in 1_u32..1_000_000) {
        let event = accepted(raw, f64::from(steps));
        let opened = sealed::open(&sealed::seal(&event).unwrap()).unwrap();
        prop_assert_eq!(opened, event);
    }

    #[test]
    fn nothing_that_is_added_ends_the_reader(
        fields in prop::collection::vec((prop::collection::vec(any::<u8>(), 0..12), prop::collection::vec(any::<u8>(), 0..40)), 0..5),
        name in prop_oneof![Just("event"), Just("accepted"), Just("refused"), Just("workspace")],
        text in "[{\\[\"a-z:,}\\]]{0,20}",
    ) {
        let mut fields = fields;
        fields.push((name.into(), text.into_bytes()));
        let entry = RawEntry { id: EntryId { millis: 1, number: 2 }, fields };
        let _said = read(&entry, "s");
    }
}

#[test]
fn an_entry_that_cannot_be_ours_is_refused() {
    let event = accepted(
        RawEvent {
            name: "sign_in".to_owned(),
            ..RawEvent::default()
        },
        1.0,
    );
    let text = sealed::seal(&event).unwrap();
    let with = |name: &str, value: Value| {
        let mut form: Value = serde_json::from_str(&text).unwrap();
        form[name] = value;
        sealed::open(&form.to_string())
    };
    assert_eq!(
        with("later", json!("added in a later release")).unwrap(),
        event
    );
    for (name, value, part) in [
        ("v", json!(2), "later release"),
        ("weight", json!(0.5), "`weight`"),
        ("event", json!(""), "`event`"),
        ("timestamp", json!(1_890_000_000_000_i64), "`timestamp`"),
        ("workspace", json!(""), "no event or dead letter"),
        ("user", json!("hunter2\u{0}"), "no event or dead letter"),
    ] {
        let error = with(name, value).unwrap_err().to_string();
        assert!(
            error.contains(part) && !error.contains("hunter2"),
            "{name}: {error}"
        );
    }
    let letter = DeadLetter {
        id: Uuid::from_u128(1),
        workspace_id: "acme".to_owned(),
        received_at: NOON,
        source: "track".to_owned(),
        code: "bad_timestamp".to_owned(),
        reason: "it cannot be read".to_owned(),
        body: "{\"event\":\"ä\"}".to_owned(),
    };
    let sealed_letter = sealed::seal_letter(&letter).unwrap();
    assert_eq!(sealed::open_letter(&sealed_letter).unwrap(), letter);
}

fn entry(fields: &[(&str, &str)]) -> RawEntry {
    RawEntry {
        id: EntryId {
            millis: 1_790_000_000_000,
            number: 3,
        },
        fields: fields
            .iter()
            .map(|(name, value)| ((*name).into(), (*value).into()))
            .collect(),
    }
}

#[test]
fn fields_are_read_as_json_is() {
    let sent = |fields: &[(&str, &str)]| match read(&entry(fields), "s") {
        Said::Sent { workspace, event } => (workspace, event.unwrap()),
        other => panic!("{other:?}"),
    };
    let json = r#" {"event":"message_sent","userId":"007","isBot":true,"durationMs":2.5,"tags":["a"],"note":"1e"}"#;
    let (workspace, from_json) = sent(&[("workspace", "acme"), ("event", json)]);
    let (_, from_fields) = sent(&[
        ("event", "message_sent"),
        ("userId", "007"),
        ("isBot", "true"),
        ("durationMs", "2.5"),
        ("tags", r#"["a"]"#),
        ("note", "1e"),
        ("source_account_id", "acme"),
    ]);
    assert_eq!(workspace.as_str(), "acme");
    assert_eq!(from_fields, from_json);
    assert_eq!(from_json.key.as_deref(), Some("redis:s:1790000000000-3"));
    let (workspace, keyed) = sent(&[("event", "sign_in"), ("id", "1e3"), ("user_id", "5")]);
    assert_eq!(workspace, WorkspaceId::default());
    assert_eq!(
        (keyed.key.as_deref(), keyed.user.as_deref()),
        (Some("1e3"), Some("5"))
    );
    let bad = |fields: &[(&str, &str)]| match read(&entry(fields), "s") {
        Said::Sent { event, .. } => event.unwrap_err(),
        other => panic!("{other:?}"),
    };
    let (reason, body) = bad(&[("event", "{secret"), ("userId", "ada")]);
    assert!(matches!(reason, Reason::BadEntry(_)), "{reason:?}");
    assert_eq!(
        serde_json::from_str::<Value>(&body).unwrap(),
        json!({"entry": "1790000000000-3", "fields": ["event", "userId"]})
    );
}

#[test]
fn an_entry_arrives_when_it_is_added_where_its_identifier_says_so() {
    let at = |millis: u64| arrived(EntryId { millis, number: 0 }, NOON).as_millis();
    for (millis, expected) in [
        (1_789_999_999_000, 1_789_999_999_000),
        (1_790_000_060_000, 1_790_000_060_000),
        // Made up, and of a clock that is wrong.
        (5, 1_790_000_000_000),
        (1_799_000_000_000, 1_790_000_000_000),
        (u64::MAX, 1_790_000_000_000),
    ] {
        assert_eq!(at(millis), expected);
    }
    let id = EntryId::parse("5-18446744073709551615").unwrap();
    assert_eq!(id.next().to_string(), "6-0");
    assert_eq!(EntryId::parse("5-7").unwrap().next().to_string(), "5-8");
    assert_eq!(EntryId::parse("5"), None);
    assert_eq!(of_one_stream(redis::Value::Nil), Some(Vec::new()));
    assert_eq!(of_one_stream(redis::Value::Okay), None);
}

/// A store that does not take some entries, and none at all for its first calls.
#[derive(Default)]
struct Fussy {
    refuses: Vec<u64>,
    away: Mutex<u32>,
    stored: Mutex<Vec<u64>>,
    buried: Mutex<HashMap<u64, u64>>,
}

impl Fussy {
    fn is_away(&self) -> bool {
        let mut away = self.away.lock().unwrap_or_else(PoisonError::into_inner);
        *away = away.saturating_sub(1);
        *away > 0
    }
}

#[async_trait]
impl Sink for Fussy {
    async fn put(&self, entries: &[RawEntry]) -> Result<(), StoreError> {
        if self.is_away() {
            return Err(StoreError::Stopped("away".to_owned()));
        }
        let numbers: Vec<u64> = entries.iter().map(|entry| entry.id.number).collect();
        if numbers.iter().any(|number| self.refuses.contains(number)) {
            return Err(StoreError::Engine("no".into()));
        }
        self.stored.lock().unwrap().extend(numbers);
        Ok(())
    }

    async fn bury(&self, entry: &RawEntry, tries: u64) -> Result<(), StoreError> {
        if self.is_away() {
            return Err(StoreError::DiskFull);
        }
        self.buried.lock().unwrap().insert(entry.id.number, tries);
        Ok(())
    }

    async fn works(&self) -> bool {
        !self.is_away()
    }

    fn waits(&self, _error: &StoreError) {}
}

fn numbered(count: u64) -> Vec<RawEntry> {
    let entry = |number| RawEntry {
        id: EntryId { millis: 1, number },
        fields: Vec::new(),
    };
    (0..count).map(entry).collect()
}

#[tokio::test(start_paused = true)]
async fn an_entry_that_the_store_never_takes_is_buried_and_the_others_are_stored() {
    let store = Fussy {
        refuses: vec![3, 5],
        ..Fussy::default()
    };
    assert!(deliver(&store, &numbered(8), &CancellationToken::new()).await);
    assert_eq!(*store.stored.lock().unwrap(), [0, 1, 2, 4, 6, 7]);
    let buried = HashMap::from([(3, TRIES), (5, TRIES)]);
    assert_eq!(*store.buried.lock().unwrap(), buried);
}

#[tokio::test(start_paused = true)]
async fn a_store_that_is_away_is_waited_for_and_buries_nobody() {
    let store = Fussy {
        away: Mutex::new(200),
        ..Fussy::default()
    };
    let begun = tokio::time::Instant::now();
    assert!(deliver(&store, &numbered(3), &CancellationToken::new()).await);
    assert_eq!(*store.stored.lock().unwrap(), [0, 1, 2]);
    assert!(store.buried.lock().unwrap().is_empty());
    assert!(
        begun.elapsed() > Duration::from_mins(5),
        "{:?}",
        begun.elapsed()
    );
}

#[tokio::test(start_paused = true)]
async fn the_end_is_not_held_up_by_a_store_that_is_away() {
    let store = Fussy {
        away: Mutex::new(u32::MAX),
        ..Fussy::default()
    };
    let stop = CancellationToken::new();
    let end = async {
        tokio::time::sleep(Duration::from_secs(30)).await;
        stop.cancel();
    };
    let entries = numbered(2);
    let (is_done, ()) = tokio::join!(deliver(&store, &entries, &stop), end);
    assert!(!is_done);
    assert!(store.stored.lock().unwrap().is_empty() && store.buried.lock().unwrap().is_empty());
}
