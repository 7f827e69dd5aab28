//! What a change concerns: answers made of its days, and those made of names.

use domain::{
    event::{Event, EventType},
    id::{UserId, WorkspaceId},
    metric::Metric,
    record::PersonRecord,
    time::Range,
};
use store::{Batch, EventStore, Reads};

use super::{dead_letters::letter, place::Place};
use crate::support::{at, batch, message, range, totals};

/// A store, and three answers: made of early days, of late days, and of names.
struct Answers<'a> {
    store: &'a dyn EventStore,
    made_of: [Reads; 3],
}

impl<'a> Answers<'a> {
    fn new(store: &'a dyn EventStore) -> Self {
        let of = |span: Range| {
            let mut reads = Reads::default();
            reads.add(span);
            reads
        };
        let names = Reads {
            names: true,
            ..Reads::default()
        };
        let early = of(range("2026-03-01", "2026-03-10"));
        let late = of(range("2026-03-20", "2026-03-30"));
        Self {
            store,
            made_of: [early, late, names],
        }
    }

    fn last(&self) -> [u64; 3] {
        let workspace = WorkspaceId::default();
        let last = self
            .made_of
            .each_ref()
            .map(|reads| self.store.last_change(&workspace, reads));
        assert!(last.iter().all(|last| *last <= self.store.version()));
        last
    }

    /// Returns which answers a change concerns.
    async fn concerned(&self, change: impl Future<Output = ()>) -> [bool; 3] {
        let (before, version) = (self.last(), self.store.version());
        change.await;
        let now = self.last();
        let concerned = std::array::from_fn(|place| now[place] > before[place]);
        assert!(self.store.version() > version || concerned == [false; 3]);
        concerned
    }

    async fn append(&self, event: Event) {
        self.store.append(batch(vec![event])).await.unwrap();
    }
}

fn event(number: u128, when: &str, user: &str) -> Event {
    message(number, at(when), user, "c1")
}

pub(super) async fn the_version_grows_with_everything_that_is_stored(place: &mut impl Place) {
    let store = place.store();
    let mut versions = vec![store.version()];
    for (number, when) in [(1, "2026-03-28"), (2, "2026-03-28"), (3, "2026-03-27")] {
        let events = vec![event(number, when, "u1")];
        store.append(batch(events)).await.unwrap();
        versions.push(store.version());
    }
    let people = vec![PersonRecord {
        name: Some("Ada".to_owned()),
        ..PersonRecord::new(UserId::new("u1").unwrap())
    }];
    let put = store.put_records(WorkspaceId::default(), people, Vec::new(), at("2026-03-28"));
    put.await.unwrap();
    versions.push(store.version());
    assert_eq!(store.delete_before(at("2026-03-29")).await.unwrap(), 3);
    versions.push(store.version());
    assert!(
        versions.is_sorted_by(|before, after| before < after),
        "{versions:?}"
    );
    // Asking changes nothing.
    totals(store, Range::ALL, &[Metric::Messages]).await;
    assert_eq!(Some(&store.version()), versions.last());
}

pub(super) async fn an_event_concerns_its_day_and_names_where_it_names_somebody_new(
    place: &mut impl Place,
) {
    let answers = Answers::new(place.store());
    // The first of a workspace may concern everything.
    answers.append(event(0, "2026-05-01", "u0")).await;
    let other = Event {
        workspace: WorkspaceId::new("other").unwrap(),
        ..event(4, "2026-03-05", "u9")
    };
    let bot = Event {
        is_bot: true,
        ..event(5, "2026-03-22", "u1")
    };
    let join = Event {
        event_type: EventType::parse("channel_joined").unwrap(),
        ..event(6, "2026-04-02", "u1")
    };
    for (what, event, concerned) in [
        (
            "somebody new",
            event(1, "2026-03-05", "u1"),
            [true, false, true],
        ),
        (
            "somebody known",
            event(2, "2026-03-22", "u1"),
            [false, true, false],
        ),
        (
            "the same once more",
            event(2, "2026-03-22", "u1"),
            [false; 3],
        ),
        ("another day", event(3, "2026-04-01", "u1"), [false; 3]),
        ("another workspace", other, [false; 3]),
        ("a bot, which was one before", bot, [true; 3]),
        ("a member", join, [false, false, true]),
    ] {
        let change = answers.append(event);
        assert_eq!(answers.concerned(change).await, concerned, "{what}");
    }
}

pub(super) async fn records_concern_names_and_removal_concerns_everything(place: &mut impl Place) {
    let answers = Answers::new(place.store());
    for (number, when) in [(1, "2026-03-05"), (2, "2026-03-22")] {
        answers.append(event(number, when, "u1")).await;
    }
    for (what, is_bot, name, concerned) in [
        ("a name", None, "Ada", [false, false, true]),
        ("the same name", None, "Ada", [false; 3]),
        ("a bot", Some(true), "Ada", [true; 3]),
        ("the same bot", Some(true), "Ada", [false; 3]),
        ("no bot", Some(false), "Ada", [true; 3]),
    ] {
        let person = PersonRecord {
            is_bot,
            name: Some(name.to_owned()),
            ..PersonRecord::new(UserId::new("u1").unwrap())
        };
        let change = async {
            let workspace = WorkspaceId::default();
            let when = at("2026-04-03");
            let put = answers
                .store
                .put_records(workspace, vec![person], Vec::new(), when);
            put.await.unwrap();
        };
        assert_eq!(answers.concerned(change).await, concerned, "{what}");
    }
    for (before, concerned) in [("2026-03-02", [false; 3]), ("2026-03-06", [true; 3])] {
        let change = async {
            answers.store.delete_before(at(before)).await.unwrap();
        };
        assert_eq!(answers.concerned(change).await, concerned, "{before}");
    }
}

/// What was never stored changes with the first that is.
pub(super) async fn an_answer_about_nothing_holds_until_there_is_something(place: &mut impl Place) {
    let answers = Answers::new(place.store());
    let version = place.store().version();
    assert!(answers.last().iter().all(|last| *last <= version));
    answers.append(event(1, "2026-03-05", "u1")).await;
    let [early, _, names] = answers.last();
    assert!(early > version && names > version);
}

pub(super) async fn dead_letters_concern_what_was_made_of_them(place: &mut impl Place) {
    let answers = Answers::new(place.store());
    answers.append(event(0, "2026-03-05", "u1")).await;
    let made_of = Reads {
        letters: true,
        ..Reads::default()
    };
    // Letters of a workspace of which nothing else is stored, too.
    let workspaces = ["primary", "nobody-knows"].map(|id| WorkspaceId::new(id).unwrap());
    let store = answers.store;
    let last = || {
        workspaces
            .each_ref()
            .map(|workspace| store.last_change(workspace, &made_of))
    };
    let letters = |number: u128, workspace: &str| Batch {
        dead_letters: vec![letter(number, "2026-03-01", workspace)],
        ..Batch::default()
    };
    for (number, workspace) in [(1, 0), (2, 1)] {
        let before = last()[workspace];
        let sent = letters(number, workspaces[workspace].as_str());
        let append = async {
            store.append(sent).await.unwrap();
        };
        assert_eq!(answers.concerned(append).await, [false; 3]);
        assert!(last()[workspace] > before, "{workspace}");
    }
    let removed = last();
    assert_eq!(store.delete_before(at("2026-03-02")).await.unwrap(), 0);
    assert!(
        last()
            .iter()
            .zip(removed)
            .all(|(now, before)| *now > before)
    );
}
