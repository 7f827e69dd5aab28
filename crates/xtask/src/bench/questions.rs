//! How long answers take.

use std::time::Instant;

use anyhow::{Context, Result};
use tokio::runtime::Runtime;

use super::{
    figure::{Figure, Target, Unit},
    load::{Connection, Peer, quantile},
};

/// The endpoints, and what is asked of each beside the span.
pub(super) const ENDPOINTS: [(&str, &str); 7] = [
    ("dashboard", ""),
    ("users", "&metric=engagement&limit=100"),
    ("channels", "&limit=100"),
    ("messages", "&groupBy=day"),
    ("content", "&limit=20"),
    ("retention", "&groupBy=month"),
    ("events", "&limit=50"),
];

/// The spans: all history, and the 30 days before an instant in its middle.
const SPANS: [(&str, &str); 2] = [
    ("all", "period=all"),
    ("30 days", "period=30d&asOf=2022-07-01T00:00:00Z"),
];

pub(super) const P50: Target = Target::AtMost(10.0);
pub(super) const P99: Target = Target::AtMost(50.0);

/// Asks each endpoint over each span, one request after another.
pub(super) fn measure(runtime: &Runtime, peer: &Peer, requests: u32) -> Result<Vec<Figure>> {
    runtime.block_on(async {
        let mut connection = Connection::open(peer).await?;
        let mut figures = Vec::new();
        for (endpoint, more) in ENDPOINTS {
            for (span, range) in SPANS {
                let question = format!("{endpoint}?{range}{more}");
                let mut latency = Vec::new();
                for _ in 0..requests {
                    let asked = Instant::now();
                    let answer = connection.get(&question).await;
                    answer.with_context(|| question.clone())?;
                    latency.push(asked.elapsed());
                }
                latency.sort_unstable();
                for (name, at, target) in [("p50", 50, P50), ("p99", 99, P99)] {
                    let value = quantile(&latency, at);
                    let name = format!("{endpoint}, {span}, {name}");
                    figures.push(Figure::say(name, value, Unit::Milliseconds, target));
                }
            }
        }
        Ok(figures)
    })
}
