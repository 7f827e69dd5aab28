//! How soon an event that was posted can be seen.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use hyper::body::Bytes;
use serde_json::{Value, json};
use tokio::time::{sleep, sleep_until};

use super::{
    arriving::{Clock, TIME},
    times::Times,
};
use crate::bench::{
    figure::{Figure, Target, Unit},
    load::{Connection, Peer},
};

/// Events that are looked for.
const EVENTS: u32 = 24;
/// Time between two looks for one.
const PAUSE: Duration = Duration::from_millis(5);
/// Longest time until one is seen.
const PATIENCE: Duration = Duration::from_secs(30);

const VISIBLE: Target = Target::AtMost(1_000.0);

/// Posts one event after the other, each of a kind of its own, and returns how long it took from
/// the request until a question showed it.
pub(super) async fn measure(peer: &Peer, clock: Clock) -> Result<Times> {
    let mut connection = Connection::open(peer).await?;
    let mut times = Times::default();
    let started = Instant::now();
    for number in 0..EVENTS {
        let due = started + TIME * number / EVENTS;
        sleep_until(due.into()).await;
        let kind = format!("bench_visible_{number}");
        let event = json!({
            "id": kind,
            "event": kind,
            "userId": "u_1",
            "timestamp": clock.now().to_string(),
        });
        let posted = Instant::now();
        connection
            .track(Bytes::from(event.to_string()), false)
            .await?;
        loop {
            // As of now, which is another question every time.
            let as_of = clock.now();
            let question = format!("events?period=7d&asOf={as_of}&eventType={kind}&limit=1");
            let answer: Value = serde_json::from_slice(&connection.get(&question).await?)?;
            if answer["events"][0].is_object() {
                break;
            }
            ensure!(posted.elapsed() < PATIENCE, "{kind} cannot be seen");
            sleep(PAUSE).await;
        }
        times.add(posted.elapsed());
    }
    Ok(times)
}

/// Returns how soon events could be seen.
pub(super) fn say(times: &Times) -> [Figure; 2] {
    let milliseconds = |name, percent, target| {
        Figure::say(name, times.quantile(percent), Unit::Milliseconds, target)
    };
    [
        milliseconds(
            "from posting an event until it is seen, p50",
            50,
            Target::None,
        ),
        milliseconds(
            "from posting an event until it is seen, at most",
            100,
            VISIBLE,
        ),
    ]
}
