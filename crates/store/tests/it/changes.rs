//! What a change concerns: answers made of its days, and those made of names.

use domain::{
    event::{Event, EventType},
    id::{UserId, WorkspaceId},
    record::PersonRecord,
    time::{Instant, Range},
};
use store::{Changes, EventLog, Reads, duckdb::DuckDbStore};

use crate::support::{Scratch, at, batch, message, range};

/// A store, and three answers: made of early days, of late days, and of names.
struct Answers {
    store: DuckDbStore,
    made_of: [Reads; 3],
}

impl Answers {
    fn new(scratch: &Scratch) -> Self {
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
            store: scratch.open(),
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

#[tokio::test]
async fn an_event_concerns_its_day_and_names_where_it_names_somebody_new() {
    let scratch = Scratch::new();
    let answers = Answers::new(&scratch);
    // The first of a workspace concerns everything.
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

#[tokio::test]
async fn records_concern_names_and_removal_concerns_everything() {
    let scratch = Scratch::new();
    let answers = Answers::new(&scratch);
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

#[test]
fn spans_that_touch_become_one() {
    let span = |from, to| Range::new(Instant::from_millis(from), Instant::from_millis(to));
    let mut reads = Reads::default();
    for (added, spans) in [
        (span(10, 20), vec![span(10, 20)]),
        (span(5, 5), vec![span(10, 20)]),
        (span(30, 40), vec![span(10, 20), span(30, 40)]),
        (span(12, 18), vec![span(30, 40), span(10, 20)]),
        (span(40, 50), vec![span(10, 20), span(30, 50)]),
        (span(15, 35), vec![span(10, 50)]),
    ] {
        reads.add(added);
        assert_eq!(reads.spans, spans);
    }
}
