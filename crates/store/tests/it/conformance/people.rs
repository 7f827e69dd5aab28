//! Who there is, by identifier, by search, and by whatever whoever asks looks at.

use domain::{
    event::Event,
    id::{UserId, WorkspaceId},
    query::Population,
    record::PersonRecord,
    time::Instant,
};
use store::{EventStore, Known, PersonRow, Search};

use super::place::Place;
use crate::support::{at, batch, message};

const WHEN: &str = "2026-03-01T10:00:00Z";

fn record(id: &str, name: &str, email: &str) -> PersonRecord {
    PersonRecord {
        name: Some(name.into()),
        email: Some(email.into()),
        created_at: Some(at("2026-01-01")),
        ..PersonRecord::new(UserId::new(id).unwrap())
    }
}

/// Two who wrote, of whom one has a record; one of whom only a record tells; a bot by its record and one
/// by its event; and somebody elsewhere.
async fn add_people(store: &dyn EventStore) {
    let event = |number, user: &str| message(number, at(WHEN), user, "c1");
    let says_bot = Event {
        is_bot: true,
        ..event(3, "robot")
    };
    let elsewhere = Event {
        workspace: WorkspaceId::new("other").unwrap(),
        ..event(4, "someone")
    };
    let events = vec![event(1, "u2"), event(2, "u10"), says_bot, elsewhere];
    store.append(batch(events)).await.unwrap();
    let bot = PersonRecord {
        is_bot: Some(true),
        ..record("deploy", "Deploy", "ops@example.org")
    };
    let people = vec![
        record("u2", "Ada", "ada@example.org"),
        bot,
        record("u1", "Üte", "u@example.com"),
    ];
    let put = store.put_records(WorkspaceId::default(), people, Vec::new(), at(WHEN));
    put.await.unwrap();
}

fn row(id: &str, said: Option<(&str, &str)>, is_bot: bool) -> PersonRow {
    let created_at: Option<Instant> = said.map(|_| at("2026-01-01"));
    PersonRow {
        id: id.into(),
        name: said.map(|(name, _)| name.into()),
        email: said.map(|(_, email)| email.into()),
        role: None,
        is_bot,
        is_deactivated: false,
        created_at,
        first_seen_at: None,
        aliases: Vec::new(),
    }
}

/// Everybody, by identifier.
fn rows() -> [PersonRow; 5] {
    [
        row("deploy", Some(("Deploy", "ops@example.org")), true),
        row("robot", None, true),
        row("u1", Some(("Üte", "u@example.com")), false),
        row("u10", None, false),
        row("u2", Some(("Ada", "ada@example.org")), false),
    ]
}

pub(super) async fn people_are_told_in_the_order_in_which_they_are_asked_for(
    place: &mut impl Place,
) {
    add_people(place.store()).await;
    let [deploy, robot, _, u10, u2] = rows();
    for _ in 0..2 {
        let store = place.store();
        let ids = ["u2", "nobody", "robot", "someone", "u10", "deploy"].map(str::to_owned);
        let found = store.people(&WorkspaceId::default(), &ids).await.unwrap();
        assert_eq!(found, [&u2, &robot, &u10, &deploy].map(Clone::clone));
        let known = Known {
            people: 3,
            bots: 2,
            channels: 1,
        };
        let found = store.known(&WorkspaceId::default()).await.unwrap();
        assert_eq!(found, known);
        place.reopen().await;
    }
}

pub(super) async fn people_are_picked_by_identifier_a_page_at_a_time(place: &mut impl Place) {
    add_people(place.store()).await;
    place.reopen().await;
    let store = place.store();
    let all = rows();
    let workspace = WorkspaceId::default();
    for (population, begins, offset, limit, expected, total) in [
        (Population::Everyone, "", 0, 9, &all[..], 5),
        (Population::People, "", 0, 9, &all[2..], 3),
        (Population::People, "", 1, 1, &all[3..4], 3),
        (Population::Everyone, "u1", 0, 9, &all[2..4], 2),
        (Population::Everyone, "", 4, 9, &all[4..], 5),
        (Population::Everyone, "", 5, 9, &[], 5),
        (Population::Everyone, "", 0, 0, &[], 5),
        (Population::People, "robot", 0, 9, &[], 0),
    ] {
        let wanted = Box::new(move |person: &PersonRow| person.id.starts_with(begins));
        let picked = store.pick_people(&workspace, population, wanted, offset, limit);
        let expected = (expected.to_vec(), total);
        let asked = format!("{population:?} {begins:?} {offset} {limit}");
        assert_eq!(picked.await.unwrap(), expected, "{asked}");
    }
}

pub(super) async fn people_are_found_by_what_may_be_seen_of_them(place: &mut impl Place) {
    add_people(place.store()).await;
    place.reopen().await;
    let store = place.store();
    let workspace = WorkspaceId::default();
    let cases: [(Population, &str, bool, &[&str]); 7] = [
        (Population::People, "", false, &["u1", "u10", "u2"]),
        (Population::Everyone, "ü", false, &["u1"]),
        (Population::People, "U1", false, &["u1", "u10"]),
        (Population::People, "ada", false, &["u2"]),
        (Population::Everyone, "EXAMPLE.ORG", true, &["deploy", "u2"]),
        (Population::People, "example.org", true, &["u2"]),
        (Population::Everyone, "example", false, &[]),
    ];
    for (population, text, with_email, expected) in cases {
        let find = |most| {
            let search = Search::new(text, with_email);
            store.find_people(&workspace, population, search, most)
        };
        let (mut found, count) = find(9).await.unwrap();
        found.sort_unstable();
        assert_eq!(
            (found, count),
            (texts(expected), expected.len() as u64),
            "{text}"
        );
        // However few are wanted, all are counted.
        let (some, count) = find(1).await.unwrap();
        assert_eq!(
            (some.len(), count),
            (expected.len().min(1), expected.len() as u64)
        );
        assert!(
            some.iter().all(|id| expected.contains(&id.as_str())),
            "{text}"
        );
    }
}

fn texts(all: &[&str]) -> Vec<String> {
    all.iter().map(|text| (*text).to_owned()).collect()
}
