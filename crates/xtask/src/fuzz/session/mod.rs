//! Requests made at random for a running service, and what its answers must be.
//!
//! Each request is made from the seed and its number alone, so that a finding comes again. The
//! tests of the server include this module as well: it needs an address and keys, and no more.

mod bodies;
mod judge;
mod parameters;
mod pick;
mod reference;
mod sender;

use std::{collections::BTreeMap, fmt, time::Duration};

use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;
use reqwest::Method;
use serde_json::Value;

use self::{reference::Reference, sender::Sender};

/// A service, and who asks it.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    /// Address without a path.
    pub(crate) base: String,
    /// A key that may do everything, one that may send, and one that may read.
    pub(crate) keys: [String; 3],
}

/// What is made at random.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Parameters of everything that is asked.
    Parameters,
    /// Bodies of everything that is posted.
    Bodies,
}

/// A request, before it has an address.
#[derive(Debug, Clone)]
pub(crate) struct Made {
    pub(crate) method: Method,
    /// Path and query, encoded.
    pub(crate) path: String,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Option<Vec<u8>>,
}

/// What is wrong with an answer.
#[derive(Debug, Clone)]
pub(crate) struct Finding {
    /// Number of the request under its seed.
    pub(crate) number: u64,
    pub(crate) fault: String,
    /// A command that sends the request again.
    pub(crate) curl: String,
}

/// What a run has seen.
#[derive(Debug, Default)]
pub(crate) struct Report {
    pub(crate) findings: Vec<Finding>,
    /// Answers by status.
    pub(crate) statuses: BTreeMap<u16, u64>,
    /// The longest that an answer took, and the number of its request.
    pub(crate) slowest: (Duration, u64),
    /// How many answers took longer than a tenth of a second.
    pub(crate) above_tenth: u64,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (took, number) = self.slowest;
        writeln!(
            f,
            "statuses {:?}, slowest {took:?} (number {number}), {} above 100 ms, {} findings",
            self.statuses,
            self.above_tenth,
            self.findings.len()
        )?;
        for Finding {
            number,
            fault,
            curl,
        } in &self.findings
        {
            writeln!(f, "number {number}: {fault}\n  {curl}")?;
        }
        Ok(())
    }
}

/// Sends requests `0..requests` of a seed; answers that take longer than `limit` are asked for again,
/// and are findings where that does not change.
pub(crate) async fn run(
    target: &Target,
    kind: Kind,
    requests: u64,
    seed: u64,
    limit: Option<Duration>,
) -> anyhow::Result<Report> {
    let document = serde_json::to_value(server::api::openapi()).unwrap_or(Value::Null);
    let reference = Reference::of(&document);
    let sender = Sender::new(target)?;
    let mut report = Report::default();
    for number in 0..requests {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(number);
        let made = match kind {
            Kind::Parameters => parameters::make(&reference, target, &mut rng),
            Kind::Bodies => bodies::make(target, &mut rng),
        };
        let mut least: Option<Duration> = None;
        let mut fault = None;
        for _ in 0..3 {
            match sender.send(&made).await {
                Ok(answer) => {
                    least = Some(least.map_or(answer.took, |least| least.min(answer.took)));
                    *report.statuses.entry(answer.status).or_default() += 1;
                    fault = judge::fault(&answer);
                }
                Err(error) => fault = Some(format!("no answer: {error}")),
            }
            if fault.is_some() || limit.is_none_or(|limit| least.unwrap_or_default() <= limit) {
                break;
            }
        }
        let took = least.unwrap_or_default();
        if took > report.slowest.0 {
            report.slowest = (took, number);
        }
        report.above_tenth += u64::from(took > Duration::from_millis(100));
        if let Some(limit) = limit.filter(|limit| took > *limit) {
            fault.get_or_insert_with(|| format!("took {took:?}, longer than {limit:?}"));
        }
        if let Some(fault) = fault {
            let curl = sender.curl(&made);
            report.findings.push(Finding {
                number,
                fault,
                curl,
            });
        }
    }
    Ok(report)
}

/// Returns what is wrong with a log: a panic, or an error that nobody was told of.
pub(crate) fn faults_of_log<'a>(lines: impl Iterator<Item = &'a str>) -> Vec<String> {
    let is_fault = |line: &&str| line.contains("panicked") || line.contains("\"ERROR\"");
    lines.filter(is_fault).map(str::to_owned).collect()
}
