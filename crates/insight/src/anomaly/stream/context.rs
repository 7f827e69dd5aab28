//! Novelty of sequences of coarse values.

use std::collections::{HashSet, VecDeque};

/// Into how many parts the range is divided.
const PARTS: f64 = 8.0;
/// Values beyond this many ranges are as far as can be told.
const FARTHEST: f64 = 1e6;
/// Sequences of each length that are remembered; more cannot be told from noise.
const MOST: usize = 4_000;
/// Start and factor of the hash of a sequence (Fowler, Noll, Vo).
const HASH: (u64, u64) = (0xcbf2_9ce4_8422_2325, 0x0100_0000_01b3);

/// Remembers the sequences of coarse values, each value once however long it stays, and tells which share of those that end
/// with a value is new: the idea of contextual detectors (Smirnov, CAD-OSE, 2016).
#[derive(Debug, Clone)]
pub(super) struct Context {
    recent: VecDeque<i32>,
    known: Vec<HashSet<u64>>,
}

impl Context {
    /// Knows sequences up to a length.
    pub(super) fn new(longest: usize) -> Self {
        Self {
            recent: VecDeque::new(),
            known: vec![HashSet::new(); longest],
        }
    }

    /// Returns the share of new sequences; 0 when the coarse value has not changed.
    pub(super) fn next(&mut self, place: f64) -> f64 {
        let value = (place * PARTS).floor().clamp(-FARTHEST, FARTHEST) as i32;
        if self.recent.front() == Some(&value) {
            return 0.0;
        }
        let longest = self.known.len();
        if self.recent.len() == longest {
            self.recent.pop_back();
        }
        self.recent.push_front(value);
        let mut hash = HASH.0;
        let mut new = 0;
        for (value, known) in self.recent.iter().zip(&mut self.known) {
            hash = (hash ^ u64::from(value.cast_unsigned()))
                .wrapping_mul(HASH.1)
                .rotate_left(17);
            if known.len() < MOST && known.insert(hash) {
                new += 1;
            }
        }
        f64::from(new) / longest as f64
    }
}
