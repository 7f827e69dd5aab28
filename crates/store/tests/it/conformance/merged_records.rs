//! What is known of several identifiers that are one person: who is a bot, and who signed up when.

use domain::{
    event::{Event, EventType},
    metric::Metric,
    query::Population,
    record::PersonRecord,
    time::{Instant, Range, day_number},
};
use engine::analysis::{Analysis as _, Retention};
use jiff::tz::TimeZone;
use store::EventStore;

use super::{
    merges::{WHEN, append, begin, fill, merge, of, people, put, undo, user},
    place::Place,
};
use crate::support::{ask, at, batch, message, query, range, totals};

/// Messages of people and of everybody.
async fn of_people_and_all(store: &dyn EventStore) -> [Option<f64>; 2] {
    let messages = [Metric::Messages];
    let everyone = query(Range::ALL, &messages).of(Population::Everyone);
    let everyone = ask(store, everyone).await.rows[0].values[0];
    [
        totals(store, Range::ALL, &messages).await[0].or(Some(0.0)),
        everyone,
    ]
}

/// The record or the events of the person that counts say who is a bot; where they say nothing, those of the
/// other one do. Each identifier has its own again after the undo.
pub(super) async fn who_is_a_bot_is_decided_over_both(place: &mut impl Place) {
    let bot = |id: &str, is_bot: bool| PersonRecord {
        is_bot: Some(is_bot),
        ..PersonRecord::new(user(id))
    };
    append(place.store(), 1, "2026-03-01T10:00:00Z", "from").await;
    append(place.store(), 2, "2026-03-02T10:00:00Z", "into").await;
    let store = place.store();
    put(store, vec![bot("from", true)]).await;
    assert_eq!(of_people_and_all(store).await, [Some(1.0), Some(2.0)]);
    fill(store).await;
    // Of `into` nothing is known: it is a bot because `from` is one.
    merge(store, "from", "into").await.unwrap();
    assert_eq!(of_people_and_all(store).await, [Some(0.0), Some(2.0)]);
    assert_eq!(store.known(&of()).await.unwrap().bots, 1);
    assert_eq!(store.facts(&of()).await.unwrap().bots, 1);
    // It is known to be a person: so both are.
    fill(store).await;
    put(store, vec![bot("into", false)]).await;
    assert_eq!(of_people_and_all(store).await, [Some(2.0), Some(2.0)]);
    assert_eq!(store.known(&of()).await.unwrap().people, 1);
    fill(store).await;
    place.reopen().await;
    let store = place.store();
    assert_eq!(store.known(&of()).await.unwrap().people, 1);
    undo(store, "from").await.unwrap();
    assert_eq!(of_people_and_all(store).await, [Some(1.0), Some(2.0)]);
    // An event makes a bot of the one that is merged, and thereby of the one that counts.
    append(store, 3, "2026-03-03T10:00:00Z", "guest").await;
    append(store, 4, "2026-03-03T10:00:00Z", "account").await;
    merge(store, "guest", "account").await.unwrap();
    assert_eq!(of_people_and_all(store).await, [Some(3.0), Some(4.0)]);
    fill(store).await;
    let told = Event {
        is_bot: true,
        ..message(5, at("2026-03-03T12:00:00Z"), "guest", "c1")
    };
    store.append(batch(vec![told])).await.unwrap();
    assert_eq!(of_people_and_all(store).await, [Some(1.0), Some(5.0)]);
    undo(store, "guest").await.unwrap();
    assert_eq!(of_people_and_all(store).await, [Some(2.0), Some(5.0)]);
    assert_eq!(store.known(&of()).await.unwrap().bots, 2);
}

/// Who signed up on which of the first days of March.
async fn signed_up(store: &dyn EventStore) -> Vec<u64> {
    let days = ["2026-03-01", "2026-03-02", "2026-03-03", "2026-03-04"];
    let cohorts = days.windows(2).map(|two| range(two[0], two[1])).collect();
    let asked = Retention {
        workspace: of(),
        population: Population::People,
        zone: TimeZone::UTC,
        cohorts,
        days: vec![1],
        as_of: at(WHEN),
    };
    let (material, _) = store.gather(&asked.needs()).await.unwrap();
    let day = |at: Instant| {
        day_number(at.day(&TimeZone::UTC)) - day_number(self::at(days[0]).day(&TimeZone::UTC))
    };
    let mut counts = vec![0; 3];
    for sign_up in material.sign_ups {
        counts[usize::try_from(day(sign_up.at)).unwrap()] += 1;
    }
    counts
}

/// The guest was first seen on 1 March, the account made on 2 March and its first event is of 2 March: both were
/// made when the account was. When the guest has a record as of 1 March, both were made then; when
/// the account has a sign-up event on 3 March, both signed up by that.
pub(super) async fn whoever_is_one_person_signed_up_once(place: &mut impl Place) {
    begin(place.store()).await;
    let store = place.store();
    let made = |id: &str, when: &str| PersonRecord {
        created_at: Some(at(when)),
        ..PersonRecord::new(user(id))
    };
    put(store, vec![made("account", "2026-03-02T00:00:00Z")]).await;
    assert_eq!(signed_up(store).await, [1, 1, 1]);
    merge(store, "guest", "account").await.unwrap();
    assert_eq!(signed_up(store).await, [0, 1, 1]);
    put(store, vec![made("guest", "2026-03-01T00:00:00Z")]).await;
    assert_eq!(signed_up(store).await, [1, 0, 1]);
    let row = &people(store).await[0];
    assert_eq!(row.created_at, Some(at("2026-03-01T00:00:00Z")));
    let event = Event {
        event_type: EventType::parse("signed_up").unwrap(),
        ..message(6, at("2026-03-03T09:00:00Z"), "account", "c1")
    };
    store.append(batch(vec![event])).await.unwrap();
    assert_eq!(signed_up(store).await, [0, 0, 2]);
    undo(store, "guest").await.unwrap();
    assert_eq!(signed_up(store).await, [1, 0, 2]);
    let row = &people(store).await[0];
    assert_eq!(row.created_at, Some(at("2026-03-02T00:00:00Z")));
}
