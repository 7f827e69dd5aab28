//! Identifiers that are one person, in history and from then on, until that is undone.

use domain::{
    dimension::Dimension,
    filter::Filter,
    id::{UserId, WorkspaceId},
    metric::Metric,
    query::{Having, Population},
    record::PersonRecord,
    time::Range,
};
use store::{
    Cell, EventListing, EventStore, Known, Merge, MergeError, MergeRefusal, PersonRow, Reads,
    Search,
};

use super::place::Place;
use crate::support::{ask, at, batch, message, query, range, totals};

pub(super) const WHEN: &str = "2026-04-01";

pub(super) fn of() -> WorkspaceId {
    WorkspaceId::default()
}

pub(super) fn user(id: &str) -> UserId {
    UserId::new(id).unwrap()
}

pub(super) async fn append(store: &dyn EventStore, number: u128, when: &str, id: &str) {
    let event = message(number, at(when), id, "c1");
    store.append(batch(vec![event])).await.unwrap();
}

pub(super) async fn merge(
    store: &dyn EventStore,
    from: &str,
    into: &str,
) -> Result<Merge, MergeRefusal> {
    match store.merge(&of(), &user(from), &user(into), at(WHEN)).await {
        Ok(merge) => Ok(merge),
        Err(MergeError::Refused(refusal)) => Err(refusal),
        Err(MergeError::Store(error)) => panic!("{error}"),
    }
}

pub(super) async fn undo(store: &dyn EventStore, from: &str) -> Option<Merge> {
    store
        .undo_merge(&of(), &user(from), at(WHEN))
        .await
        .unwrap()
}

fn merged(from: &str, into: &str, counts_as: &str) -> Merge {
    Merge {
        from: from.to_owned(),
        into: into.to_owned(),
        counts_as: counts_as.to_owned(),
        at: at(WHEN),
    }
}

pub(super) async fn put(store: &dyn EventStore, people: Vec<PersonRecord>) {
    let put = store.put_records(of(), people, Vec::new(), at(WHEN));
    put.await.unwrap();
}

pub(super) async fn people(store: &dyn EventStore) -> Vec<PersonRow> {
    let everybody = Box::new(|_: &PersonRow| true);
    let of = of();
    let all = store.pick_people(&of, Population::Everyone, everybody, 0, u32::MAX);
    all.await.unwrap().0
}

async fn ids(store: &dyn EventStore) -> Vec<String> {
    people(store)
        .await
        .into_iter()
        .map(|person| person.id)
        .collect()
}

/// Fills every day that is not complete; where there are no rollups there is none.
pub(super) async fn fill(store: &dyn EventStore) {
    for dirty in store.dirty_days() {
        store
            .fill(&dirty.workspace, dirty.day, at(WHEN))
            .await
            .unwrap();
    }
}

/// Messages of each person, by identifier.
async fn by_person(store: &dyn EventStore, filter: &str) -> Vec<(String, f64)> {
    let asked = query(Range::ALL, &[Metric::Messages])
        .by(&[Dimension::User])
        .of(Population::Everyone)
        .only(Filter::parse(filter).unwrap());
    let rows = ask(store, asked).await.rows.into_iter();
    let row = |row: store::TableRow| match (&row.keys[0], row.values[0]) {
        (Cell::Text(id), Some(count)) => (id.clone(), count),
        other => panic!("{other:?}"),
    };
    rows.map(row).collect()
}

fn counts(rows: &[(&str, f64)]) -> Vec<(String, f64)> {
    rows.iter()
        .map(|(id, count)| ((*id).to_owned(), *count))
        .collect()
}

/// A guest wrote on 1 and 2 March, an account on 2 and 3 March, and somebody else on 3 March.
pub(super) async fn begin(store: &dyn EventStore) {
    for (number, when, id) in [
        (1, "2026-03-01T10:00:00Z", "guest"),
        (2, "2026-03-02T10:00:00Z", "guest"),
        (3, "2026-03-02T11:00:00Z", "account"),
        (4, "2026-03-03T10:00:00Z", "account"),
        (5, "2026-03-03T11:00:00Z", "other"),
    ] {
        append(store, number, when, id).await;
    }
}

/// Before: three people, 1 on 1 March, 2 on 2 March, 2 on 3 March. With guest and account as one there are two,
/// and on 2 March one of them wrote twice.
pub(super) async fn two_identifiers_are_one_person_until_it_is_undone(place: &mut impl Place) {
    begin(place.store()).await;
    let before = counts(&[("account", 2.0), ("guest", 2.0), ("other", 1.0)]);
    assert_eq!(by_person(place.store(), "").await, before);
    fill(place.store()).await;
    let one = merged("guest", "account", "account");
    assert_eq!(
        merge(place.store(), "guest", "account").await,
        Ok(one.clone())
    );
    for is_filled in [false, true, false] {
        let store = place.store();
        let together = counts(&[("account", 4.0), ("other", 1.0)]);
        assert_eq!(by_person(store, "").await, together);
        for filter in ["user is guest", "user is account", "user is guest, account"] {
            assert_eq!(by_person(store, filter).await, counts(&[("account", 4.0)]));
        }
        assert_eq!(
            by_person(store, "not user is guest").await,
            counts(&[("other", 1.0)])
        );
        let posters = [Metric::Posters];
        assert_eq!(totals(store, Range::ALL, &posters).await, [Some(2.0)]);
        let second = range("2026-03-02", "2026-03-03");
        assert_eq!(totals(store, second, &posters).await, [Some(1.0)]);
        assert_eq!(ids(store).await, ["account", "other"]);
        assert_eq!(people(store).await[0].aliases, ["guest"]);
        let known = Known {
            people: 2,
            bots: 0,
            channels: 1,
        };
        assert_eq!(store.known(&of()).await.unwrap(), known);
        let facts = store.facts(&of()).await.unwrap();
        assert_eq!((facts.people, facts.authors, facts.events), (2, 2, 5));
        assert_eq!(store.counted_as(&of(), "guest").as_deref(), Some("account"));
        assert_eq!(store.counted_as(&of(), "account"), None);
        assert_eq!(
            store.merges(&of()).await.unwrap(),
            std::slice::from_ref(&one)
        );
        // A repetition says the same, and changes nothing.
        let version = store.version();
        assert_eq!(merge(store, "guest", "account").await, Ok(one.clone()));
        assert_eq!(store.version(), version);
        if is_filled {
            place.reopen().await;
        } else {
            fill(store).await;
        }
    }
    // What comes under either identifier meanwhile counts for the same.
    append(place.store(), 6, "2026-03-04T10:00:00Z", "guest").await;
    append(place.store(), 7, "2026-03-04T11:00:00Z", "account").await;
    let together = counts(&[("account", 6.0), ("other", 1.0)]);
    assert_eq!(by_person(place.store(), "").await, together);
    assert_eq!(undo(place.store(), "guest").await, Some(one));
    for _ in 0..2 {
        let store = place.store();
        let apart = counts(&[("account", 3.0), ("guest", 3.0), ("other", 1.0)]);
        assert_eq!(by_person(store, "").await, apart);
        assert_eq!(
            by_person(store, "user is guest").await,
            counts(&[("guest", 3.0)])
        );
        assert_eq!(ids(store).await, ["account", "guest", "other"]);
        assert_eq!(store.counted_as(&of(), "guest"), None);
        assert_eq!(store.merges(&of()).await.unwrap(), []);
        assert_eq!(undo(store, "guest").await, None);
        fill(store).await;
        place.reopen().await;
    }
}

/// `a` into `b`, `b` into `c`: all are `c`. Without the second merge `b` has the events of `a` again.
pub(super) async fn merges_form_a_forest(place: &mut impl Place) {
    for (number, id) in [(1, "a"), (2, "b"), (3, "c"), (4, "d")] {
        append(place.store(), number, "2026-03-01T10:00:00Z", id).await;
    }
    let store = place.store();
    merge(store, "a", "b").await.unwrap();
    fill(store).await;
    merge(store, "b", "c").await.unwrap();
    let all = [merged("a", "b", "c"), merged("b", "c", "c")];
    assert_eq!(store.merges(&of()).await.unwrap(), all);
    place.reopen().await;
    let store = place.store();
    append(store, 5, "2026-03-01T11:00:00Z", "a").await;
    assert_eq!(
        by_person(store, "").await,
        counts(&[("c", 4.0), ("d", 1.0)])
    );
    assert_eq!(by_person(store, "user is a").await, counts(&[("c", 4.0)]));
    let cycle = |from: &str, into: &str| {
        let (from, into) = (from.to_owned(), into.to_owned());
        Err(MergeRefusal::Cycle { from, into })
    };
    let elsewhere = |from: &str, into: &str| {
        let (from, into) = (from.to_owned(), into.to_owned());
        Err(MergeRefusal::Elsewhere { from, into })
    };
    assert_eq!(merge(store, "c", "a").await, cycle("c", "a"));
    assert_eq!(merge(store, "c", "b").await, cycle("c", "b"));
    assert_eq!(merge(store, "a", "d").await, elsewhere("a", "b"));
    assert_eq!(merge(store, "d", "d").await, Err(MergeRefusal::Itself));
    assert_eq!(merge(store, "b", "b").await, Err(MergeRefusal::Itself));
    let unknown = |id: &str| Err(MergeRefusal::Unknown(id.to_owned()));
    assert_eq!(merge(store, "nobody", "a").await, unknown("nobody"));
    assert_eq!(merge(store, "d", "nobody").await, unknown("nobody"));
    assert_eq!(undo(store, "b").await, Some(merged("b", "c", "c")));
    assert_eq!(
        by_person(store, "").await,
        counts(&[("b", 3.0), ("c", 1.0), ("d", 1.0)])
    );
    assert_eq!(store.merges(&of()).await.unwrap(), [merged("a", "b", "b")]);
    assert_eq!(undo(store, "a").await, Some(merged("a", "b", "b")));
    let apart = counts(&[("a", 2.0), ("b", 1.0), ("c", 1.0), ("d", 1.0)]);
    assert_eq!(by_person(store, "").await, apart);
}

/// Lists, search and names show the person that counts; what records say of the other one is kept for the undo.
pub(super) async fn the_person_that_counts_is_shown(place: &mut impl Place) {
    begin(place.store()).await;
    let store = place.store();
    let named = |id: &str, name: &str| PersonRecord {
        name: Some(name.to_owned()),
        ..PersonRecord::new(user(id))
    };
    put(
        store,
        vec![named("guest", "Visitor"), named("account", "Ada")],
    )
    .await;
    merge(store, "guest", "account").await.unwrap();
    let listing = EventListing {
        workspace: of(),
        range: Range::ALL,
        event_type: None,
        filter: Filter::parse("user is guest").unwrap(),
        include_bots: false,
        limit: 10,
        offset: 0,
    };
    let events = store.events(&listing).await.unwrap();
    let shown: Vec<_> = events
        .iter()
        .map(|event| (event.user_id.as_deref(), event.user_name.as_deref()))
        .collect();
    assert_eq!(shown, [(Some("account"), Some("Ada")); 4]);
    let of = of();
    for text in ["guest", "ada", "account"] {
        let search = Search::new(text, false);
        let found = store.find_people(&of, Population::People, search, 10);
        let (found, count) = found.await.unwrap();
        assert_eq!((found, count), (vec!["account".to_owned()], 1), "{text}");
    }
    let hidden = store.find_people(&of, Population::People, Search::new("visitor", false), 10);
    assert_eq!(hidden.await.unwrap().1, 0);
    let asked = ["guest".to_owned(), "other".to_owned()];
    let told = store.people(&of, &asked).await.unwrap();
    let told: Vec<_> = told
        .iter()
        .map(|row| (row.id.as_str(), row.name.as_deref()))
        .collect();
    assert_eq!(told, [("account", Some("Ada")), ("other", None)]);
    // Whoever has at least three messages: only both together have.
    let mut often = query(Range::ALL, &[Metric::Messages]).by(&[Dimension::User]);
    often.having = Some(Having {
        metric: 0,
        at_least: Some(3.0),
        below: None,
    });
    assert_eq!(ask(store, often.clone()).await.total, 1);
    undo(store, "guest").await.unwrap();
    assert_eq!(ask(store, often).await.total, 0);
    let names: Vec<_> = people(store)
        .await
        .into_iter()
        .map(|row| row.name)
        .collect();
    assert_eq!(
        names,
        [Some("Ada".to_owned()), Some("Visitor".to_owned()), None]
    );
}

/// A merge and its undo concern names, and the days on which the merged identifier has events; no other day.
pub(super) async fn a_merge_concerns_the_days_of_what_is_merged(place: &mut impl Place) {
    append(place.store(), 1, "2026-03-05T10:00:00Z", "guest").await;
    append(place.store(), 2, "2026-03-20T10:00:00Z", "account").await;
    let store = place.store();
    let last = || {
        let of_span = |from: &str, to: &str| {
            let mut reads = Reads::default();
            reads.add(range(from, to));
            store.last_change(&of(), &reads)
        };
        let names = Reads {
            names: true,
            ..Reads::default()
        };
        [
            of_span("2026-03-01", "2026-03-10"),
            of_span("2026-03-15", "2026-03-30"),
            store.last_change(&of(), &names),
        ]
    };
    let begun = last();
    merge(store, "guest", "account").await.unwrap();
    let merged = last();
    let concerned = |before: [u64; 3], now: [u64; 3]| -> [bool; 3] {
        std::array::from_fn(|place| now[place] > before[place])
    };
    assert_eq!(concerned(begun, merged), [true, false, true]);
    assert!(merge(store, "account", "guest").await.is_err());
    assert_eq!(last(), merged);
    undo(store, "guest").await.unwrap();
    assert_eq!(concerned(merged, last()), [true, false, true]);
}
