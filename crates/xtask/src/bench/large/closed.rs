//! Whether answers about days that are over stay remembered while events arrive.

use std::time::Duration;

use anyhow::Result;
use tokio::time::sleep;

use super::{arriving::Clock, times::Times};
use crate::bench::{
    figure::{Figure, Target, Unit},
    load::{Connection, Peer},
    questions::ENDPOINTS,
};

/// A month that is over, compared with the one before.
const SPAN: &str = "from=2025-11-01&to=2025-12-01";
/// Time between two rounds of all questions.
const PAUSE: Duration = Duration::from_millis(100);

/// Lists of events are never remembered, the overview says who is there now, and who came back is told by
/// what happens until today.
const OF_THE_PRESENT: [&str; 3] = ["dashboard", "events", "retention"];

const HITS: Target = Target::AtLeast(99.0);

/// Asks endpoints about a month that is over, again and again for as long as events arrive; the
/// first answers, which nobody can have remembered, are left out.
pub(super) async fn measure(peer: &Peer, clock: Clock) -> Result<Times> {
    let mut connection = Connection::open(peer).await?;
    let questions: Vec<String> = ENDPOINTS
        .iter()
        .filter(|(endpoint, _)| !OF_THE_PRESENT.contains(endpoint))
        .map(|(endpoint, more)| format!("{endpoint}?{SPAN}{more}"))
        .collect();
    let mut first = Times::default();
    for question in &questions {
        first.ask(&mut connection, question).await?;
    }
    let mut times = Times::default();
    while clock.is_running() {
        for question in &questions {
            times.ask(&mut connection, question).await?;
        }
        sleep(PAUSE).await;
    }
    Ok(times)
}

/// Returns what is to be said of it.
pub(super) fn say(times: &Times) -> Vec<Figure> {
    let hits = times.remembered as f64 * 100.0 / times.count().max(1) as f64;
    let name = "answers about a month that is over";
    vec![
        Figure::say(format!("{name}, remembered"), hits, Unit::Percent, HITS),
        Figure::say(
            format!("{name}, p99"),
            times.quantile(99),
            Unit::Milliseconds,
            Target::None,
        ),
    ]
}
