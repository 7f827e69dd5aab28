//! Rollups in the embedded store: kept as blocks, filled a day at a time, read for answers.
//!
//! | file | what it does |
//! |---|---|
//! | `books` | the ledgers as the writer last committed them, shared with those who read |
//! | `marks` | the ledgers in the file: read at start, written in the transactions of the writer |
//! | `local_day` | which local day an instant belongs to |
//! | `facts` | events, as far as rollups look at them |
//! | `block_file` | the file that blocks are kept in |
//! | `blocks` | blocks packed and unpacked, and the most wanted of them in memory |
//! | `tail` | events that arrived after their day was filled, folded in memory |
//! | `fill` | filling a day, making a month |
//! | `joined` | blocks of whole days and months as one, remembered |
//! | `outline` | which blocks and which parts of days a question needs |
//! | `pieces` | getting them |
//! | `answer` | from a question to its rows |
//! | `retention` | who came back after signing up |

mod answer;
mod block_file;
mod blocks;
mod books;
mod facts;
mod fill;
mod joined;
mod local_day;
mod marks;
mod outline;
mod pieces;
mod retention;
mod tail;

pub(super) use answer::{Answered, answer};
pub(super) use block_file::Making;
pub(super) use blocks::{BlockRow, Blocks};
pub(super) use books::{Books, Ticket};
pub(super) use fill::{Filled, count_again, fill_day, make_month};
pub(super) use local_day::LocalDays;
pub(super) use marks::Marks;
pub(super) use retention::{Asked, retention, retention_of_events};
pub(super) use tail::Tail;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard},
};

use domain::rollup::{Day, DayClock};
use jiff::tz::TimeZone;

/// What the writer, the readers and the filler share.
pub(super) struct Rollups {
    /// The zone that days are cut in.
    pub(super) zone: TimeZone,
    /// Whether questions are answered from rollups at all.
    pub(super) enabled: bool,
    /// Blocks in memory.
    pub(super) blocks: Blocks,
    books: RwLock<Books>,
    tail: Mutex<Tail>,
    clocks: RwLock<HashMap<Day, Arc<DayClock>>>,
}

/// Days whose hours are remembered: more than any answer covers, few enough for memory.
const MOST_CLOCKS: usize = 10_000;

impl Rollups {
    /// Returns what is shared, before anything is known.
    pub(super) fn new(zone: TimeZone, enabled: bool, blocks: Blocks) -> Self {
        Self {
            zone,
            enabled,
            blocks,
            books: RwLock::default(),
            tail: Mutex::default(),
            clocks: RwLock::default(),
        }
    }

    /// Returns a day with its hours.
    pub(super) fn clock(&self, day: Day) -> Arc<DayClock> {
        let known = self.clocks.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(clock) = known.get(&day) {
            return Arc::clone(clock);
        }
        drop(known);
        let clock = Arc::new(DayClock::new(day, &self.zone));
        let mut known = self.clocks.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST_CLOCKS {
            known.clear();
        }
        known.insert(day, Arc::clone(&clock));
        clock
    }

    /// Returns whether questions in the local time of a zone are answered from rollups.
    pub(super) fn answer_in(&self, zone: &TimeZone) -> bool {
        self.enabled && zone.iana_name() == self.zone.iana_name()
    }

    pub(super) fn books(&self) -> RwLockReadGuard<'_, Books> {
        self.books.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn books_mut(&self) -> RwLockWriteGuard<'_, Books> {
        self.books.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns whether at least so many events were committed that nobody has folded or is folding.
    pub(super) fn is_behind(&self, committed: i64, least: i64) -> bool {
        match self.tail.try_lock() {
            Ok(tail) => tail.behind(committed) >= least,
            Err(_) => false,
        }
    }

    /// Notes that a fill was given up.
    pub(super) fn abandon(&self, ticket: &Ticket) {
        // TRICKY: whoever asks takes these two in the same order.
        let mut tail = self.tail();
        self.books_mut().abandon(ticket);
        tail.give_back(ticket.workspace, ticket.day);
    }

    pub(super) fn tail(&self) -> std::sync::MutexGuard<'_, Tail> {
        self.tail.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
