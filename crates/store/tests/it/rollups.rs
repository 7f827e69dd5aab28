//! The law of rollups: what they answer is what the events answer, at every moment.

use domain::{
    dimension::Dimension,
    event::{Event, EventType, Kind, MessageType, weight_of},
    filter::Filter,
    id::{ChannelId, EventId, UserId, WorkspaceId},
    metric::Metric,
    query::{Having, Order, OrderBy, Population, Query},
    record::PersonRecord,
    time::{Grain, Instant, Range, spine},
};
use engine::plan::{self, Source};
use jiff::tz::TimeZone;
use proptest::prelude::*;
use store::{
    DirtyDay, EventLog, EventStore, Questions, Rollups, Table,
    duckdb::{DuckDbStore, OpenOptions},
};
use uuid::Uuid;

use crate::support::{Scratch, at, batch, message, retention, runtime};

/// Days of the histories.
const DAYS: i64 = 5;
const HOUR: i64 = 3_600_000;
/// When everything is over.
const LATER: &str = "2027-01-01";
/// Asks over every span; other numbers ask over some of them in turn.
const EVERY: usize = usize::MAX;

/// An event as it is drawn.
#[derive(Debug, Clone)]
struct Draft {
    /// Minutes after the begin.
    minute: i64,
    kind: usize,
    user: Option<u8>,
    channel: Option<u8>,
    message_type: u8,
    is_bot: bool,
    weight: f64,
    words: Option<u32>,
    term: u8,
}

fn draft() -> impl Strategy<Value = Draft> {
    (
        0..DAYS * 24 * 60,
        0..9usize,
        prop::option::weighted(0.95, 0..6u8),
        prop::option::weighted(0.9, 0..4u8),
        0..7u8,
        prop::bool::weighted(0.15),
        prop::sample::select(vec![1.0, 1.0, 1.0, 10.0, weight_of(0.24)]),
        prop::option::of(0..30u32),
        0..6u8,
    )
        .prop_map(
            |(minute, kind, user, channel, message_type, is_bot, weight, words, term)| Draft {
                minute,
                kind,
                user,
                channel,
                message_type,
                is_bot,
                weight,
                words,
                term,
            },
        )
}

const KINDS: [Kind; 8] = [
    Kind::MessageSent,
    Kind::ThreadReply,
    Kind::ReactionAdded,
    Kind::FileShared,
    Kind::Presence,
    Kind::System,
    Kind::SignedUp,
    Kind::ChannelJoined,
];

fn event(number: usize, begin: Instant, draft: &Draft) -> Event {
    let when = begin.plus_millis(draft.minute * 60_000 + i64::try_from(number).unwrap() % 60_000);
    let mut event = message(number as u128 + 1, when, "u0", "c0");
    event.id = EventId(Uuid::from_u128(number as u128 + 1));
    event.event_type = KINDS.get(draft.kind).map_or_else(
        || EventType::Custom("button_click".into()),
        |kind| EventType::Known(*kind),
    );
    event.user = draft
        .user
        .map(|user| UserId::new(format!("u{user}")).unwrap());
    event.channel = draft
        .channel
        .map(|channel| ChannelId::new(format!("c{channel}")).unwrap());
    event.message_type = MessageType::ALL
        .get(usize::from(draft.message_type))
        .copied();
    if draft.kind > 1 {
        event.message_type = None;
    }
    event.is_bot = draft.is_bot;
    event.weight = draft.weight;
    event.content.words = draft.words;
    match draft.term {
        0 => event.content.emoji = vec!["tada".into()],
        1 => event.content.emoji = vec!["tada".into(), "heart".into()],
        2 => event.content.links = vec!["example.org".into()],
        3 => event.content.hashtags = vec!["release".into()],
        4 => drop(event.properties.insert("isReply".into(), true.into())),
        _ => {}
    }
    event
}

const COUNTS: [Metric; 7] = [
    Metric::Events,
    Metric::Messages,
    Metric::Replies,
    Metric::Reactions,
    Metric::Files,
    Metric::SignUps,
    Metric::Words,
];
const TOTALS: [Metric; 7] = [
    Metric::ActivePeople,
    Metric::Messages,
    Metric::ActiveChannels,
    Metric::Files,
    Metric::Reactions,
    Metric::Posters,
    Metric::EngagedPeople,
];
const OF_PERSON: [Metric; 10] = [
    Metric::Engagement,
    Metric::Messages,
    Metric::Reactions,
    Metric::Files,
    Metric::ActiveChannels,
    Metric::DaysActive,
    Metric::Events,
    Metric::LastActivity,
    Metric::FirstActivity,
    Metric::Replies,
];
const OF_CHANNEL: [Metric; 6] = [
    Metric::Messages,
    Metric::Posters,
    Metric::EngagedPeople,
    Metric::LastMessage,
    Metric::Events,
    Metric::Words,
];

/// Every question that rollups may answer, over a span.
fn questions(range: Range, zone: &TimeZone) -> Vec<Query> {
    let query = |metrics: &[Metric], dimensions: &[Dimension]| {
        Query::totals(WorkspaceId::default(), zone.clone(), range, metrics).by(dimensions)
    };
    let filter = |text: &str| Filter::parse(text).unwrap();
    let mut all = vec![
        query(&TOTALS, &[]),
        query(&[Metric::ActivePeople], &[]),
        query(&COUNTS, &[]),
        query(
            &COUNTS,
            &[
                Dimension::EventType,
                Dimension::IsBot,
                Dimension::MessageType,
            ],
        ),
        query(
            &[Metric::Messages],
            &[Dimension::Weekday, Dimension::HourOfDay],
        ),
        query(
            &[Metric::Messages],
            &[Dimension::Channel, Dimension::HourOfDay],
        ),
        query(&[Metric::Messages], &[Dimension::Channel]),
        query(&OF_CHANNEL, &[Dimension::Channel]),
        query(&OF_CHANNEL, &[Dimension::Channel]).top(2),
        query(&[Metric::LastMessage], &[Dimension::Channel]),
        query(&OF_PERSON, &[Dimension::User]),
        query(&OF_PERSON, &[Dimension::User]).top(2),
        query(&[Metric::Events], &[Dimension::IsBot]),
        query(&[Metric::Events], &[Dimension::MessageType])
            .only(filter("type is message_sent,button_click")),
        query(&COUNTS, &[Dimension::Time(Grain::Day)]).only(filter("message is text,image")),
        query(&OF_CHANNEL, &[Dimension::Time(Grain::Day)]).only(filter("channel is c1,c2,nowhere")),
        query(&OF_PERSON, &[]).only(filter("user is u1")),
        query(&OF_PERSON[..1], &[Dimension::User]).only(filter("user is u1,u2")),
        query(&[Metric::Messages, Metric::Posters], &[Dimension::Emoji]),
        query(&[Metric::Messages, Metric::Posters], &[Dimension::Link]).top(1),
        query(&[Metric::Messages, Metric::Posters], &[Dimension::Hashtag]),
        query(
            &[Metric::Reactions, Metric::ActivePeople],
            &[Dimension::Emoji],
        )
        .only(filter("type is reaction_added")),
    ];
    for grain in Grain::ALL {
        all.push(query(&COUNTS, &[Dimension::Time(grain)]));
        all.push(query(
            &[Metric::ActivePeople, Metric::Messages],
            &[Dimension::Time(grain)],
        ));
    }
    let mut page = query(&OF_PERSON, &[Dimension::User]);
    page.having = Some(Having {
        metric: 5,
        at_least: Some(2.0),
        below: None,
    });
    page.order = Order {
        by: OrderBy::Metric(6),
        descending: true,
    };
    (page.limit, page.offset) = (Some(3), 1);
    all.push(page);
    let everyone: Vec<Query> = all
        .iter()
        .map(|query| query.clone().of(Population::Everyone))
        .collect();
    all.extend(everyone);
    all
}

/// Spans that begin and end in every way: with days, within them, now.
fn spans(begin: Instant, zone: &TimeZone) -> Vec<Range> {
    let day = |days: i64| {
        let date = begin.plus_millis(days * 24 * HOUR).day(zone);
        Instant::start_of(date, zone)
    };
    let after = |hours: i64, seconds: i64| begin.plus_millis(hours * HOUR + seconds * 1_000);
    [
        (day(0), day(7)),
        (day(1), day(3)),
        (day(-400), after(200, 0)),
        (after(7, 1_234), after(60, 17)),
        (day(1), after(63, 1_801)),
        (after(30, 333), day(4)),
        (after(50, 100), after(50, 3_000)),
        (after(24, 0), after(96, 0)),
    ]
    .into_iter()
    .filter_map(|(from, to)| Range::new(from, to).non_empty())
    .collect()
}

/// To the last bit: weights are such that their sums are exact.
fn same(left: &Table, right: &Table) -> bool {
    (&left.rows, left.total) == (&right.rows, right.total)
}

/// Both ways to ask one store: by rollups, and of the events.
struct Both {
    by_rollups: DuckDbStore,
    of_events: DuckDbStore,
    zone: TimeZone,
}

impl Both {
    fn open(scratch: &Scratch, other: &Scratch, zone: &TimeZone) -> Self {
        let options = |scratch: &Scratch, rollups: bool| OpenOptions {
            zone: zone.clone(),
            rollups,
            ..scratch.options()
        };
        Self {
            by_rollups: DuckDbStore::open(&options(scratch, true)).unwrap(),
            of_events: DuckDbStore::open(&options(other, false)).unwrap(),
            zone: zone.clone(),
        }
    }

    async fn append(&self, events: Vec<Event>) {
        self.by_rollups.append(batch(events.clone())).await.unwrap();
        self.of_events.append(batch(events)).await.unwrap();
    }

    /// Says of people whether they are bots, one after the other.
    async fn put(&self, records: &[(u8, Option<bool>)]) {
        for (user, is_bot) in records {
            let mut person = PersonRecord::new(UserId::new(format!("u{user}")).unwrap());
            person.is_bot = *is_bot;
            for store in [&self.by_rollups, &self.of_events] {
                let (workspace, people) = (WorkspaceId::default(), vec![person.clone()]);
                store
                    .put_records(workspace, people, Vec::new(), at(LATER))
                    .await
                    .unwrap();
            }
        }
    }

    async fn fill(&self, dirty: &DirtyDay) {
        let filled = self
            .by_rollups
            .fill(&dirty.workspace, dirty.day, at(LATER))
            .await;
        assert!(filled.unwrap().is_some());
    }

    async fn fill_all(&self) {
        for dirty in self.by_rollups.dirty_days() {
            self.fill(&dirty).await;
        }
    }

    /// The values of all rows, which pages of scores are made from.
    async fn check_values(&self, range: Range, when: &str) {
        let workspace = WorkspaceId::default();
        let query = Query::totals(workspace, self.zone.clone(), range, &[Metric::Engagement])
            .by(&[Dimension::User]);
        let plan = plan::plan(query).unwrap();
        let mut sorted = Vec::new();
        for store in [&self.by_rollups, &self.of_events] {
            let mut values = store.query_with_distribution(&plan).await.unwrap().1;
            values.sort_by(|left, right| left.partial_cmp(right).unwrap());
            sorted.push(values);
        }
        assert_eq!(sorted[0], sorted[1], "{when}");
    }

    /// Who came back, by day and by week, in the middle of a day.
    async fn check_retention(&self, begin: Instant, when: &str) {
        let as_of = begin.plus_millis(101 * HOUR);
        for (grain, population) in [
            (Grain::Day, Population::People),
            (Grain::Week, Population::People),
            (Grain::Day, Population::Everyone),
        ] {
            let span = Range::new(begin, as_of);
            let cohorts: Vec<Range> = spine(span, grain, &self.zone)
                .into_iter()
                .map(|bucket| Range::new(bucket.start, bucket.end))
                .collect();
            let mut answers = Vec::new();
            for store in [&self.by_rollups, &self.of_events] {
                let whose = (&self.zone, population);
                let (answer, _) = retention(store, &cohorts, &[1, 2, 3], as_of, whose).await;
                answers.push(answer);
            }
            assert_eq!(
                answers[0],
                answers[1],
                "{when}: retention of {population:?} by {}",
                grain.name()
            );
        }
    }

    /// Compares what is kept of every day with what its events come to when they are counted anew:
    /// some days were counted, others topped up.
    async fn verify(&self) {
        let workspace = WorkspaceId::default();
        for day in self.by_rollups.ledger(&workspace).days.into_keys() {
            let different = self.by_rollups.verify(&workspace, day).await.unwrap();
            assert_eq!(different, Some(Vec::new()), "day {day} in {:?}", self.zone);
        }
    }

    /// Asks everything both ways; returns how often rollups answered, and how often only they did.
    async fn check(&self, begin: Instant, turn: usize, when: &str) -> (usize, usize) {
        let (mut routed, mut alone) = (0, 0);
        let spans = spans(begin, &self.zone).into_iter().enumerate();
        let asked = spans.filter(|(index, _)| turn == EVERY || index % 4 == turn);
        for (_, range) in asked {
            let (by_rollups, by_rollups_alone) = self.check_span(range, when).await;
            routed += by_rollups;
            alone += by_rollups_alone;
            self.check_values(range, when).await;
        }
        self.check_retention(begin, when).await;
        (routed, alone)
    }

    /// Asks everything over a span both ways; returns how often rollups answered, and how often
    /// only they did.
    async fn check_span(&self, range: Range, when: &str) -> (usize, usize) {
        let (mut routed, mut alone) = (0, 0);
        for query in questions(range, &self.zone) {
            let plan = plan::plan(query).unwrap();
            let left = self.by_rollups.query(&plan).await.unwrap();
            let right = self.of_events.query(&plan).await.unwrap();
            assert!(
                same(&left, &right),
                "{when}: {:?} by {:?} of {} over {} .. {} in {:?}\nby rollups ({:?}):\n{:#?}\nof the events:\n{:#?}",
                plan.query.metrics,
                plan.query.dimensions,
                plan.query.filter,
                range.from(),
                range.to(),
                self.zone.iana_name(),
                left.origin,
                left.rows,
                right.rows,
            );
            routed += usize::from(left.origin.source != Source::Raw);
            alone += usize::from(left.origin.source == Source::Rollup);
        }
        (routed, alone)
    }
}

/// Walks a history through everything that may happen to it, asking at every stop.
async fn walk(
    zone: &TimeZone,
    begin: Instant,
    events: Vec<Event>,
    late: Vec<Event>,
    records: &[(u8, Option<bool>)],
) {
    let (scratch, other) = (Scratch::new(), Scratch::new());
    let both = Both::open(&scratch, &other, zone);
    both.append(events.clone()).await;
    both.check(begin, 0, "before any fill").await;
    // Half of the days, then a late event for any of them, then all.
    for dirty in both.by_rollups.dirty_days().into_iter().step_by(2) {
        both.fill(&dirty).await;
    }
    both.check(begin, 1, "half filled").await;
    let (early, records) = records.split_at(records.len() / 2);
    both.put(early).await;
    both.check(begin, 0, "after the first records").await;
    both.append(late.clone()).await;
    both.check(begin, 2, "after late events").await;
    // What was sent before counts once.
    both.append(late).await;
    both.append(events).await;
    both.fill_all().await;
    assert_eq!(both.by_rollups.dirty_days(), Vec::new());
    both.by_rollups.fill_months(at(LATER)).await.unwrap();
    both.verify().await;
    let (routed, alone) = both.check(begin, EVERY, "all filled").await;
    assert!(routed > 300 && alone > 100, "{routed} {alone}");
    // Somebody turns out to be a bot, and somebody else not to be one: what was counted changes.
    both.put(&[(3, Some(true)), (4, Some(true)), (4, Some(false))])
        .await;
    both.put(records).await;
    both.check(begin, 3, "after records have changed").await;
    both.fill_all().await;
    both.verify().await;
    both.check(begin, 0, "filled again").await;
    let cut = begin.plus_millis(30 * HOUR);
    for store in [&both.by_rollups, &both.of_events] {
        store.delete_before(cut).await.unwrap();
    }
    both.check(begin, 1, "after removal").await;
    both.by_rollups.close().await.unwrap();
    let options = OpenOptions {
        zone: zone.clone(),
        ..scratch.options()
    };
    let again = Both {
        by_rollups: DuckDbStore::open(&options).unwrap(),
        ..both
    };
    again.check(begin, 2, "opened again").await;
}

/// Asks as of now again and again while two days are under way: some of what arrived is later than
/// what is asked about, and the days are filled meanwhile.
async fn go_along(zone: &TimeZone, begin: Instant, mut events: Vec<Event>) {
    let (scratch, other) = (Scratch::new(), Scratch::new());
    let both = Both::open(&scratch, &other, zone);
    events.sort_by_key(|event| event.timestamp);
    let chunks: Vec<&[Event]> = events.chunks(14).collect();
    for (index, chunk) in chunks.iter().enumerate() {
        // Most of what was asked about before was folded then.
        both.append(chunk.to_vec()).await;
        let as_of = chunk[index % chunk.len()].timestamp;
        let spans = [
            (as_of.plus_millis(-HOUR), as_of),
            (as_of.plus_millis(-20 * HOUR), as_of),
            (begin.plus_millis(-400 * 24 * HOUR), as_of),
        ];
        for (from, to) in spans {
            both.check_span(Range::new(from, to), "under way").await;
        }
        if index % 3 == 1 {
            both.fill_all().await;
        }
    }
    both.fill_all().await;
    both.verify().await;
}

/// One walk through a drawn history, around a change of clocks where the zone has one.
macro_rules! laws {
    ($($name:ident: $zone:literal from $begin:literal;)*) => {
        $(
            proptest! {
                // PROPTEST_CASES asks for more.
                #![proptest_config(ProptestConfig {
                    cases: std::option_env!("PROPTEST_CASES").and_then(|cases| cases.parse().ok()).unwrap_or(1),
                    max_shrink_iters: 20,
                    ..ProptestConfig::default()
                })]

                #[test]
                fn $name(
                    drafts in prop::collection::vec(draft(), 40..160),
                    late in prop::collection::vec(draft(), 1..20),
                    records in prop::collection::vec((0..7u8, any::<Option<bool>>()), 0..8),
                ) {
                    let zone = TimeZone::get($zone).unwrap();
                    let begin = at($begin);
                    let made = |from: usize, drafts: &[Draft]| -> Vec<Event> {
                        let numbered = drafts.iter().enumerate();
                        numbered.map(|(number, draft)| event(from + number, begin, draft)).collect()
                    };
                    let (events, late) = (made(0, &drafts), made(1_000, &late));
                    runtime().block_on(walk(&zone, begin, events, late, &records));
                }
            }
        )*
    };
}

laws! {
    in_utc: "UTC" from "2026-03-01T00:00:00Z";
    in_new_york_in_spring: "America/New_York" from "2026-03-06T00:00:00Z";
    in_new_york_in_autumn: "America/New_York" from "2026-10-30T00:00:00Z";
    in_kolkata: "Asia/Kolkata" from "2026-03-01T00:00:00Z";
    in_kathmandu: "Asia/Kathmandu" from "2026-03-01T00:00:00Z";
    in_chatham: "Pacific/Chatham" from "2026-04-03T00:00:00Z";
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: std::option_env!("PROPTEST_CASES").and_then(|cases| cases.parse().ok()).unwrap_or(1),
        max_shrink_iters: 20,
        ..ProptestConfig::default()
    })]

    #[test]
    fn while_a_day_is_under_way(drafts in prop::collection::vec(draft(), 80..120)) {
        let zone = TimeZone::get("Asia/Kathmandu").unwrap();
        let begin = at("2026-03-01T00:00:00Z");
        let near = |draft: &Draft| Draft { minute: draft.minute % (30 * 60), ..draft.clone() };
        let drafts = drafts.iter().map(near).enumerate();
        let events = drafts.map(|(number, draft)| event(number, begin, &draft)).collect();
        runtime().block_on(go_along(&zone, begin, events));
    }
}
