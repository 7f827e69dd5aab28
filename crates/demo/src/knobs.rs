//! How much of everything.

use domain::{id::WorkspaceId, time::Instant};
use jiff::tz::TimeZone;

/// What the history is made from; the same knobs always give the same history.
///
/// Zero people, channels or days are taken as one.
#[derive(Debug, Clone)]
pub struct Knobs {
    /// Where all draws start from.
    pub seed: u64,
    /// People who ever have an account; about half of them from before the start.
    pub people: u32,
    /// Bots, present throughout.
    pub bots: u32,
    /// Channels and conversations that ever exist.
    pub channels: u32,
    /// Local days, the one of `end` included.
    pub days: u32,
    /// Events to aim at, were the last day complete; the history comes within 10 % of it.
    pub events: u64,
    /// The last instant of the history. On the same local day a later end only adds events; with
    /// an end on another day it is another history, under the same identities.
    pub end: Instant,
    /// Where the days begin and end. People keep the hours of their own zones.
    pub zone: TimeZone,
    /// Whose chat it is.
    pub workspace: WorkspaceId,
}

impl Knobs {
    /// Returns a company of sixty that has talked for a bit more than a year.
    pub fn demo(end: Instant) -> Self {
        Self {
            seed: 3106,
            people: 60,
            bots: 4,
            channels: 25,
            days: 400,
            events: 200_000,
            end,
            zone: TimeZone::UTC,
            workspace: WorkspaceId::default(),
        }
    }

    /// Returns a year of a large community, with as many events as asked for.
    pub fn benchmark(end: Instant, events: u64) -> Self {
        Self {
            people: 50_000,
            bots: 40,
            channels: 2_000,
            days: 365,
            events,
            ..Self::demo(end)
        }
    }
}
