//! The law of rollups: what they answer is what the events answer, at every moment.
//!
//! | file | what it does |
//! |---|---|
//! | `draw` | drawing events |
//! | `hours` | windows that end within an hour |
//! | `questions` | what is asked, and over which spans |
//! | `removed` | the last arrivals removed, and the store opened again |
//! | `both` | one history with rollups and without, and comparing the answers |

mod both;
mod draw;
mod hours;
mod questions;
mod removed;

use domain::{
    event::Event,
    time::{Instant, Range},
};
use jiff::tz::TimeZone;
use proptest::prelude::*;
use store::{
    EventLog, EventStore, Rollups,
    duckdb::{DuckDbStore, OpenOptions},
};

use self::{
    both::Both,
    draw::{Draft, draft, event},
};
use crate::support::{Scratch, at, runtime};

/// Days of the histories.
const DAYS: i64 = 5;
const HOUR: i64 = 3_600_000;
/// When everything is over.
const LATER: &str = "2027-01-01";
/// Asks over every span; other numbers ask over some of them in turn.
const EVERY: usize = usize::MAX;

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
