//! The law of questions: whatever is asked, whenever, rollups answer what the events answer, and both
//! answer what plain loops over the events come to.
//!
//! Histories and questions are drawn. `LAW_CASES` says how many histories (256 unless it is said), `LAW_SEED`
//! with which seed, and `LAW_ENGINE=clickhouse` that ClickHouse answers, which takes a minute for each. The
//! seed is printed, with the history, when an answer is wrong. What was printed can be put into
//! `tests/scripts` as it is: every file there is walked through as well.
//!
//! | file | what it does |
//! |---|---|
//! | `line` | events, records and questions as they are written down |
//! | `script` | a history, and walking through it in all implementations |
//! | `merged` | the history as it would be without merges |
//! | `draw` | drawing histories |
//! | `whole` | comparing everything else that is stored |
//! | `draw_question` | drawing questions |

mod draw;
mod draw_question;
mod line;
mod merged;
mod script;
mod whole;

use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    hash::{BuildHasher as _, BuildHasherDefault, DefaultHasher, RandomState},
};

use engine::plan::Source;
use proptest::{
    prelude::*,
    test_runner::{RngSeed, TestRunner},
};

pub(crate) use self::line::{EventLine, Question, RecordLine, zone};
pub(crate) use self::script::MergeLine;
use self::{
    draw::{Setting, script},
    script::{Chat, Engine, Script, Stores},
};
use crate::support::{files, read, runtime};

/// Histories in an ordinary run.
const CASES: u32 = 256;
/// Chats in one pair of stores.
const CHATS: usize = 50;
/// Longest time to look for a shorter history that is answered wrongly as well, in milliseconds.
const SHRINKING: u32 = 30_000;

/// What was asked, by where rollups took the answer from.
#[derive(Debug, Default)]
struct Asked {
    rollup: Cell<u32>,
    mixed: Cell<u32>,
    raw: Cell<u32>,
}

impl Asked {
    fn count(&self, source: Source) {
        let counter = match source {
            Source::Rollup => &self.rollup,
            Source::Mixed => &self.mixed,
            Source::Raw => &self.raw,
        };
        counter.set(counter.get() + 1);
    }
}

/// Stores by reporting zone. To open them is most of the work, so several chats are in each.
struct Pool {
    engine: Engine,
    stores: HashMap<String, Stores>,
}

impl Pool {
    fn new(engine: Engine) -> Self {
        Self {
            engine,
            stores: HashMap::new(),
        }
    }

    async fn stores(&mut self, zone: &str) -> &mut Stores {
        self.stores.retain(|_, stores| stores.chats() < CHATS);
        if !self.stores.contains_key(zone) {
            let stores = Stores::new(zone, self.engine).await;
            self.stores.insert(zone.to_owned(), stores);
        }
        self.stores.get_mut(zone).unwrap()
    }
}

/// Walks through a history; returns at which step an answer was wrong, and how.
async fn walk(script: &Script, pool: &mut Pool, asked: &Asked) -> Result<(), String> {
    let mut chat = Chat::new(pool.stores(&script.zone).await);
    for (place, step) in script.steps.iter().enumerate() {
        match chat.take(step).await {
            Ok(source) => source.into_iter().for_each(|source| asked.count(source)),
            Err(difference) => {
                let script = serde_json::to_string(script).unwrap();
                return Err(format!("step {place}: {step:?}\n{difference}\n{script}"));
            }
        }
    }
    Ok(())
}

#[expect(
    clippy::disallowed_methods,
    reason = "how much is drawn is said by whoever runs the tests"
)]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

fn number<T: std::str::FromStr>(name: &str) -> Option<T> {
    let text = variable(name)?;
    let number = text.parse().ok();
    assert!(number.is_some(), "{name} is no number: {text}");
    number
}

/// Draws histories in these settings, a quarter of what is asked for, and walks through them.
fn check(settings: &'static [Setting]) {
    let engine = match variable("LAW_ENGINE").as_deref() {
        None => Engine::DuckDb,
        Some("clickhouse") => Engine::ClickHouse,
        Some(other) => panic!("LAW_ENGINE is no engine: {other}"),
    };
    let cases = number("LAW_CASES").unwrap_or(CASES).div_ceil(4);
    let seed = number("LAW_SEED").unwrap_or_else(|| RandomState::new().hash_one(()));
    let mixed = BuildHasherDefault::<DefaultHasher>::new();
    let config = ProptestConfig {
        cases,
        // Elsewhere other histories.
        rng_seed: RngSeed::Fixed(mixed.hash_one((seed, settings[0].zone))),
        max_shrink_iters: u32::MAX,
        max_shrink_time: SHRINKING,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let (asked, pool) = (Asked::default(), RefCell::new(Pool::new(engine)));
    let runtime = runtime();
    let outcome = TestRunner::new(config).run(&script(settings), |script| {
        let walked = runtime.block_on(walk(&script, &mut pool.borrow_mut(), &asked));
        walked.map_err(TestCaseError::fail)
    });
    println!("{cases} histories of seed {seed}: {asked:?}");
    if let Err(error) = outcome {
        panic!("LAW_SEED={seed}: {error}");
    }
    // Much of what is asked is there to be answered by rollups.
    let by_rollups = asked.rollup.get() + asked.mixed.get();
    assert!(by_rollups > asked.raw.get() / 2, "{asked:?}");
}

macro_rules! laws {
    ($($name:ident: $([$zone:literal, $begin:literal]),*;)*) => {
        $(
            #[test]
            fn $name() {
                check(&[$(Setting { zone: $zone, begin: $begin }),*]);
            }
        )*
    };
}

// Three days before clocks change, where they do.
laws! {
    where_clocks_change_at_midnight:
        ["America/Santiago", "2026-04-01T22:00:00Z"], ["America/Santiago", "2026-09-02T22:00:00Z"],
        ["Asia/Beirut", "2026-03-25T23:00:00Z"], ["Asia/Beirut", "2026-10-21T23:00:00Z"];
    where_clocks_are_odd:
        ["Australia/Lord_Howe", "2026-04-01T15:00:00Z"], ["Australia/Lord_Howe", "2026-09-30T15:00:00Z"],
        ["Pacific/Chatham", "2026-04-01T14:00:00Z"], ["Pacific/Chatham", "2026-09-23T14:00:00Z"];
    in_berlin: ["Europe/Berlin", "2026-03-26T00:00:00Z"], ["Europe/Berlin", "2026-10-22T00:00:00Z"];
    where_clocks_never_change:
        ["UTC", "2026-02-26T00:00:00Z"], ["Asia/Kathmandu", "2026-12-29T18:15:00Z"];
}

/// Walks through histories that were answered wrongly once.
fn check_scripts(engine: Engine) {
    let (mut pool, asked, runtime) = (Pool::new(engine), Asked::default(), runtime());
    for (name, text) in files("scripts") {
        let script = read(&name, &text);
        let walked = runtime.block_on(walk(&script, &mut pool, &asked));
        assert_eq!(walked, Ok(()), "{name}");
    }
}

#[test]
fn what_was_answered_wrongly_once_is_answered_the_same_everywhere() {
    check_scripts(Engine::DuckDb);
}

#[test]
fn what_was_answered_wrongly_once_is_answered_the_same_by_clickhouse() {
    check_scripts(Engine::ClickHouse);
}
