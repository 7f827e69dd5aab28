//! The same while events arrive at a steady pace.

use std::{
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Result, ensure};
use hyper::body::Bytes;
use jiff::Timestamp;
use tokio::runtime::Runtime;

use super::{closed, question::Question, start, times::Times, visible};
use crate::{
    bench::{
        events::Events,
        figure::{Figure, Target, Unit},
        history,
        load::{Bodies, Connection, Peer, Posted, post, quantile},
        process::{forget_peak, memory},
        track::stored,
    },
    product::Binary,
};

/// Events a second.
const RATE: u64 = 20_000;
/// Events of a batch.
const BATCH: u64 = 500;
const CONNECTIONS: usize = 4;
/// How long they arrive.
pub(super) const TIME: Duration = Duration::from_mins(1);
/// Longest time to post them all.
const PATIENCE: Duration = Duration::from_mins(5);
/// The spans that are asked about meanwhile.
const PERIODS: [&str; 2] = ["30d", "365d"];
/// Days are filled more often than by default, so that this happens meanwhile, too; and answers are
/// remembered, as they are by default.
const SETTINGS: [(&str, &str); 2] = [
    ("ANALYTICS_AGGREGATION_INTERVAL", "20"),
    ("ANALYTICS_CACHE_TTL", "300"),
];

const P99: Target = Target::AtMost(100.0);
const MOST_MEMORY: Target = Target::AtMost(400.0);

/// Batches that are due one after the other, all the time apart.
struct Paced(Events);

impl Bodies for Paced {
    fn body(&self, number: u64) -> Option<(Bytes, u64)> {
        (self.due(number)? < TIME).then(|| (self.0.batch(number * BATCH, BATCH), BATCH))
    }

    fn due(&self, number: u64) -> Option<Duration> {
        Some(Duration::from_micros(number * BATCH * 1_000_000 / RATE))
    }
}

/// The present while events arrive: the history goes on as fast as the time of the machine.
#[derive(Debug, Clone, Copy)]
pub(super) struct Clock {
    from: Timestamp,
    started: Instant,
}

impl Clock {
    /// Returns the instant in the history.
    pub(super) fn now(self) -> Timestamp {
        let since = self.started.elapsed();
        self.from.checked_add(since).unwrap_or(self.from)
    }

    /// Returns whether events still arrive.
    pub(super) fn is_running(self) -> bool {
        self.started.elapsed() < TIME
    }
}

/// Posts events, asks meanwhile, and looks when single events can be seen; the store keeps what
/// was posted.
pub(super) fn measure(runtime: &Runtime, binary: &Binary, store: &Path) -> Result<Vec<Figure>> {
    println!("asking while {RATE} events/s arrive");
    let service = start(binary, store, &SETTINGS)?;
    let peer = Peer::of(&service);
    forget_peak(service.process());
    let figures = runtime.block_on(measure_all(&peer))?;
    let peak = memory(service.process())?.peak;
    service.stop()?;
    let name = "memory at most while events arrive";
    let peak = Figure::say(name, peak, Unit::Megabytes, MOST_MEMORY);
    Ok(figures.into_iter().chain([peak]).collect())
}

async fn measure_all(peer: &Peer) -> Result<Vec<Figure>> {
    let before = stored(peer).await?;
    let from = history::end()?;
    let events = Events {
        name: "arriving",
        from,
        apart: Duration::from_micros(1_000_000 / RATE),
    };
    let clock = Clock {
        from,
        started: Instant::now(),
    };
    let (posted, asked, seen, remembered) = tokio::try_join!(
        post(peer, CONNECTIONS, Arc::new(Paced(events)), PATIENCE),
        ask(peer, clock),
        visible::measure(peer, clock),
        closed::measure(peer, clock),
    )?;
    let found = stored(peer).await? - before;
    let expected = posted.events + seen.count() as u64;
    ensure!(
        found == expected,
        "{expected} events were accepted, but {found} are stored"
    );
    let mut figures = say_posted(&posted);
    for (question, times) in asked {
        let name = |percent| format!("{}, p{percent}", question.name());
        let say = |percent, target| {
            let value = times.quantile(percent);
            Figure::say(name(percent), value, Unit::Milliseconds, target)
        };
        figures.extend([say(50, Target::None), say(99, P99)]);
    }
    figures.extend(visible::say(&seen));
    figures.extend(closed::say(&remembered));
    Ok(figures)
}

/// Asks one question after the other as of now, for as long as events arrive.
async fn ask(peer: &Peer, clock: Clock) -> Result<Vec<(Question, Times)>> {
    let mut connection = Connection::open(peer).await?;
    let questions = Question::compared(&PERIODS).into_iter();
    let mut all: Vec<_> = questions
        .map(|question| (question, Times::default()))
        .collect();
    while clock.is_running() {
        for (question, times) in &mut all {
            let question = question.at(clock.now());
            times.ask(&mut connection, &question).await?;
        }
    }
    Ok(all)
}

fn say_posted(posted: &Posted) -> Vec<Figure> {
    let rate = posted.events as f64 / posted.took.as_secs_f64();
    let wanted = Target::AtLeast(RATE as f64 * 0.99);
    let milliseconds = |percent| {
        let value = quantile(&posted.latency, percent);
        let name = format!("a batch of {BATCH} from when it was due, p{percent}");
        Figure::say(name, value, Unit::Milliseconds, Target::None)
    };
    vec![
        Figure::say("events that arrive", rate, Unit::EventsPerSecond, wanted),
        milliseconds(50),
        milliseconds(99),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paced() -> Paced {
        Paced(Events {
            name: "test",
            from: history::end().unwrap(),
            apart: Duration::from_micros(50),
        })
    }

    #[test]
    fn batches_are_due_at_an_even_pace() {
        let due = |number| paced().due(number).unwrap();
        assert_eq!(due(0), Duration::ZERO);
        assert_eq!(due(1), Duration::from_millis(25));
        assert_eq!(due(40), Duration::from_secs(1));
    }

    #[test]
    fn as_many_events_arrive_as_the_pace_says() {
        let batches = (0..).take_while(|number| paced().body(*number).is_some());
        assert_eq!(batches.count() as u64 * BATCH, RATE * TIME.as_secs());
    }
}
