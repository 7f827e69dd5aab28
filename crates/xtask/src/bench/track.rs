//! Events in over HTTP: every answer waited for says that its events are on disk.

use std::{sync::Arc, time::Duration};

use anyhow::{Result, ensure};
use hyper::body::Bytes;
use jiff::{SignedDuration, Timestamp};
use tokio::runtime::Runtime;

use super::{
    events::{Events, gzip},
    figure::{Figure, Target, Unit},
    load::{Bodies, Connection, Peer, Posted, post, quantile},
};

/// Events of a batch.
const BATCH: u64 = 1_000;
/// Batches of a run.
const BATCHES: u64 = 400;
const BATCH_CONNECTIONS: usize = 4;
const SINGLE_CONNECTIONS: usize = 64;
/// Time between two events that are posted, by their own timestamps.
const APART: Duration = Duration::from_millis(20);
/// How long single events are posted, and longest time for batches.
const SINGLES: Duration = Duration::from_secs(10);
const PATIENCE: Duration = Duration::from_mins(2);

/// Batches made before the clock runs, so that it measures the service and not their making.
struct Batches {
    bodies: Vec<Bytes>,
    is_gzip: bool,
}

impl Bodies for Batches {
    fn body(&self, number: u64) -> Option<(Bytes, u64)> {
        let body = self.bodies.get(usize::try_from(number).ok()?)?;
        Some((body.clone(), BATCH))
    }

    fn is_gzip(&self) -> bool {
        self.is_gzip
    }
}

/// Single events, each made when it is its turn.
struct Singles(Events);

impl Bodies for Singles {
    fn body(&self, number: u64) -> Option<(Bytes, u64)> {
        Some((self.0.one(number), 1))
    }
}

/// Measures batches, compressed batches and single events; `after` is when the history in the
/// store ends.
pub(super) fn measure(runtime: &Runtime, peer: &Peer, after: Timestamp) -> Result<Vec<Figure>> {
    runtime.block_on(async {
        let before = stored(peer).await?;
        let mut figures = Vec::new();
        // Each run happens after the one before, as time goes: what is older than anything that
        // memory has forgotten is looked up in the store.
        let events = |day: i64, name| Events {
            name,
            from: after + SignedDuration::from_hours(24 * day),
            apart: APART,
        };

        let plain = batches(events(0, "plain"), false)?;
        let plain = post(peer, BATCH_CONNECTIONS, Arc::new(plain), PATIENCE).await?;
        figures.push(rate(
            format!("batches of {BATCH} from {BATCH_CONNECTIONS} connections"),
            &plain,
            Target::AtLeast(100_000.0),
        ));
        figures.extend(latencies("a batch", &plain));

        let packed = batches(events(1, "packed"), true)?;
        let packed = post(peer, BATCH_CONNECTIONS, Arc::new(packed), PATIENCE).await?;
        figures.push(rate(
            "the same, compressed with gzip".to_owned(),
            &packed,
            Target::AtLeast(100_000.0),
        ));

        let singles = Arc::new(Singles(events(2, "single")));
        let singles = post(peer, SINGLE_CONNECTIONS, singles, SINGLES).await?;
        figures.push(rate(
            format!("single events from {SINGLE_CONNECTIONS} connections"),
            &singles,
            Target::AtLeast(10_000.0),
        ));
        figures.extend(latencies("a single event", &singles));

        let posted = plain.events + packed.events + singles.events;
        let found = stored(peer).await? - before;
        ensure!(
            found == posted,
            "{posted} events were accepted, but {found} are stored"
        );
        Ok(figures)
    })
}

fn batches(events: Events, is_gzip: bool) -> Result<Batches> {
    let body = |number: u64| {
        let body = events.batch(number * BATCH, BATCH);
        if is_gzip { gzip(&body) } else { Ok(body) }
    };
    Ok(Batches {
        bodies: (0..BATCHES).map(body).collect::<Result<_>>()?,
        is_gzip,
    })
}

/// Returns how many events the service says it has.
pub(super) async fn stored(peer: &Peer) -> Result<u64> {
    let status = Connection::open(peer).await?.get("status").await?;
    let status: serde_json::Value = serde_json::from_slice(&status)?;
    Ok(status["events"].as_u64().unwrap_or(0))
}

fn rate(name: String, posted: &Posted, target: Target) -> Figure {
    let rate = posted.events as f64 / posted.took.as_secs_f64();
    Figure::say(name, rate, Unit::EventsPerSecond, target)
}

fn latencies(what: &str, posted: &Posted) -> [Figure; 2] {
    [50, 99].map(|percent| {
        let value = quantile(&posted.latency, percent);
        let name = format!("{what}, p{percent}");
        Figure::say(name, value, Unit::Milliseconds, Target::None)
    })
}
