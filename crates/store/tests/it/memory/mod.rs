//! A second implementation of the store: vectors and maps behind a lock, and plain loops over them.
//!
//! It is written from the contract and from the definitions (`domain::metric`, `domain::dimension`,
//! `domain::query`), knows neither SQL nor rollups, and takes no short cuts, so that what it answers can
//! be checked by reading.
//!
//! | file | what it does |
//! |---|---|
//! | `state` | what is stored, and how it changes |
//! | `person` | what is known of people and channels |
//! | `event_log`, `questions`, `merges`, `erase`, `whole` | the traits of the contract |
//! | `answer` | the rows of an answer |
//! | `select` | which events a filter lets through |
//! | `keys` | what an event is counted under |
//! | `definition` | what a metric looks at, and what it takes |
//! | `values` | the value of a metric over some events |
//! | `page` | which rows are kept, and their order |
//! | `gather` | what analyses are made of |
//! | `ordered` | events in order of time |
//! | `measured` | numbers of events, and what arrived |

mod answer;
mod definition;
mod erase;
mod event_log;
mod gather;
mod keys;
mod measured;
mod merges;
mod ordered;
mod page;
mod person;
mod questions;
mod select;
mod state;
mod values;
mod whole;

use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::event::Event;
use store::StoreError;

use self::state::State;

/// Events and records in memory.
#[derive(Debug, Default)]
pub(crate) struct Memory(Mutex<State>);

/// An event, and whether a bot did it by all that is known.
#[derive(Debug, Clone, Copy)]
struct Fact<'a> {
    event: &'a Event,
    is_bot: bool,
}

impl Memory {
    /// Returns what is stored, whether it may still be asked for or not.
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns what is stored, until the end.
    fn open(&self) -> Result<MutexGuard<'_, State>, StoreError> {
        let state = self.state();
        if state.is_closed {
            return Err(StoreError::Stopped("it was closed".to_owned()));
        }
        Ok(state)
    }
}
