//! Whether a channel is alive, answering and open to newcomers, and for how long messages wait for an answer.

mod survival;
#[cfg(test)]
mod tests;

use serde::Serialize;
use statrs::distribution::{ContinuousCDF, Normal};

use crate::Unknown;

pub use survival::{Survival, Waited, log_rank, survival};

/// What a channel was in the last 28 days.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Facts {
    /// Days with a message.
    pub days: u32,
    /// Messages.
    pub messages: u32,
    /// People who wrote, and those of the 28 days before.
    pub posters: (u32, u32),
    /// Messages that began something and were answered within 24 hours, and all that did; `None` where nobody may answer.
    pub answered: Option<(u32, u32)>,
    /// Share of the three who wrote most.
    pub top_three: f64,
    /// Newcomers' first messages answered within 24 hours, and all of them.
    pub welcomed: (u32, u32),
}

/// A part of the score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Days with a message.
    Rhythm,
    /// Whether more or fewer people write.
    People,
    /// Whether what is begun is answered.
    Answering,
    /// Whether more than three carry it.
    Breadth,
    /// Whether newcomers are answered.
    Welcome,
}

/// A channel's score.
#[derive(Debug, Clone, PartialEq)]
pub struct Health {
    /// From 0 to 100.
    pub score: f64,
    /// The parts there are, each with its value from 0 to 1 and its weight; weights sum to 1.
    pub parts: Vec<(Part, f64, f64)>,
}

/// A score in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Band {
    /// 70 or more.
    Healthy,
    /// 40 to 69.
    Watch,
    /// Less than 40.
    Quiet,
}

/// The days that facts look at.
const DAYS: f64 = 28.0;
/// Fewer people or messages make no score.
const NEEDED: (u32, u32) = (5, 20);
/// Fewer newcomers say nothing about a welcome.
const NEWCOMERS: u32 = 5;

/// Returns the score of a channel: the weighted mean of the parts that exist.
pub fn health(facts: &Facts) -> Result<Health, Unknown> {
    let (now, before) = facts.posters;
    if now < NEEDED.0 {
        return Err(Unknown::few(NEEDED.0 as usize, now as usize, "people"));
    }
    if facts.messages < NEEDED.1 {
        return Err(Unknown::few(
            NEEDED.1 as usize,
            facts.messages as usize,
            "messages",
        ));
    }
    let growth = (f64::from(now + 1) / f64::from(before + 1)).log2() / 2.0;
    let answering = facts
        .answered
        .filter(|(_, all)| *all > 0)
        .map(|(answered, all)| wilson(answered, all));
    let breadth = (1.0 - facts.top_three) / (1.0 - 3.0 / f64::from(now));
    let (welcomed, newcomers) = facts.welcomed;
    let welcome = (newcomers >= NEWCOMERS).then(|| f64::from(welcomed) / f64::from(newcomers));
    let parts = [
        (Part::Rhythm, Some(f64::from(facts.days) / DAYS), 30.0),
        (Part::People, Some(0.5 + growth), 20.0),
        (Part::Answering, answering, 20.0),
        (Part::Breadth, Some(breadth), 15.0),
        (Part::Welcome, welcome, 15.0),
    ];
    let parts = parts
        .into_iter()
        .filter_map(|(part, value, weight)| Some((part, value?.clamp(0.0, 1.0), weight)));
    let parts: Vec<(Part, f64, f64)> = parts.collect();
    let sum: f64 = parts.iter().map(|part| part.2).sum();
    let parts: Vec<_> = parts
        .into_iter()
        .map(|(part, value, weight)| (part, value, weight / sum))
        .collect();
    let score = 100.0
        * parts
            .iter()
            .map(|(_, value, weight)| value * weight)
            .sum::<f64>();
    Ok(Health { score, parts })
}

impl Health {
    /// Returns the score in words.
    pub fn band(&self) -> Band {
        match self.score.round() {
            score if score >= 70.0 => Band::Healthy,
            score if score >= 40.0 => Band::Watch,
            _ => Band::Quiet,
        }
    }
}

/// Returns the lower end of the interval of 90 % for a share (Wilson 1927): few observations prove little.
fn wilson(hits: u32, all: u32) -> f64 {
    let z = Normal::standard().inverse_cdf(0.95);
    let (n, p) = (f64::from(all), f64::from(hits.min(all)) / f64::from(all));
    let centre = p + z * z / (2.0 * n);
    let half = z * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
    (centre - half) / (1.0 + z * z / n)
}
