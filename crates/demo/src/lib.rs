//! A seeded generator of believable chat history.
//!
//! It fills the demo and the benchmarks: people with habits, channels that live and die, threads,
//! reactions, files, sessions, holidays and a bad day, one local day of time-sorted events after
//! another. The same [`Knobs`] always give the same history, event identities included, so loading
//! it twice counts once. Nothing is read from the clock, the environment or the time zone
//! database.
//!
//! | file | what it decides |
//! |---|---|
//! | `knobs` | how much of everything |
//! | `dice`, `weighted`, `key` | random draws and identities, the same on every machine |
//! | `calendar`, `rhythm` | which days and hours are busy |
//! | `person`, `names`, `bot` | who there is, from when to when, with which habits |
//! | `blueprint`, `channel`, `membership` | where they talk |
//! | `world`, `pace` | all of it together, and how many events each day gets |
//! | `act`, `plan` | who does what when on one day |
//! | `state`, `stage` | what comes of it: the events |
//! | `vocabulary` | emoji, hashtags, hosts, features … |

mod act;
mod blueprint;
mod bot;
mod calendar;
mod channel;
mod days;
mod dice;
mod key;
mod knobs;
mod membership;
mod names;
mod pace;
mod person;
mod plan;
mod rhythm;
mod stage;
mod state;
#[cfg(test)]
mod tests;
mod vocabulary;
mod weighted;
mod world;

use domain::{
    event::Event,
    record::{ChannelRecord, PersonRecord},
};

pub use knobs::Knobs;

use days::Days;
use world::World;

/// A chat that never was, ready to be told day by day.
#[derive(Debug)]
pub struct Demo {
    world: World,
}

impl Demo {
    /// Returns the chat that these knobs describe.
    pub fn new(knobs: Knobs) -> Self {
        Self {
            world: World::new(knobs),
        }
    }

    /// Returns the people who have an account at the end, then the bots.
    pub fn people(&self) -> Vec<PersonRecord> {
        self.world.person_records()
    }

    /// Returns the channels that exist at the end.
    pub fn channels(&self) -> Vec<ChannelRecord> {
        self.world.channel_records()
    }

    /// Returns the history, one local day at a time, each sorted by time.
    ///
    /// Every day is made in full and the last one is then cut at the end, so a later end on the
    /// same day gives the same events and more of them.
    pub fn days(self) -> impl Iterator<Item = Vec<Event>> + Send {
        Days::new(self.world)
    }
}
