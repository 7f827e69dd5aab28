//! How many starters are answered, and how soon.

use domain::{
    ratio::{Amount, Ratio},
    time::Instant,
};

use super::Starter;

/// Starters, and after how long they were answered.
///
/// Those that are too young are known for less than the time in which they may be answered. What share of
/// all is answered within a time is therefore estimated as Kaplan and Meier do (J. Am. Stat. Assoc. 53,
/// 1958): each of them counts for as long as it is known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answered {
    /// After how many milliseconds each was answered.
    waits: Vec<u32>,
    /// For how many milliseconds each was seen to wait that may still be answered.
    waiting: Vec<u32>,
    /// How many stay without an answer.
    unanswered: u64,
}

impl Answered {
    /// Adds a starter; events are known up to `end`.
    pub fn add(&mut self, starter: &Starter, end: Instant) {
        if let Some(wait) = starter.wait() {
            self.waits.push(wait);
        } else if starter.is_unanswered(end) {
            self.unanswered += 1;
        } else {
            // An answer in the millisecond at the end would not be known.
            let seen = end.as_millis() - starter.message.at.as_millis() - 1;
            self.waiting.push(seen.try_into().unwrap_or(0));
        }
    }

    /// Adds the starters of another one.
    pub fn merge(&mut self, other: &Self) {
        self.waits.extend(&other.waits);
        self.waiting.extend(&other.waiting);
        self.unanswered += other.unanswered;
    }

    /// Puts them in order: the same starters are the same, however they came.
    #[expect(
        clippy::stable_sort_primitive,
        reason = "what was in order before is a run, which is merged and not sorted"
    )]
    pub(super) fn sort(&mut self) {
        self.waits.sort();
        self.waiting.sort();
    }

    pub(super) fn bytes(&self) -> usize {
        size_of::<Self>() + size_of_val(&self.waits[..]) + size_of_val(&self.waiting[..])
    }

    /// Returns how many starters there are.
    pub fn starters(&self) -> u64 {
        self.answered() + self.waiting() + self.unanswered
    }

    /// Returns how many are answered.
    pub fn answered(&self) -> u64 {
        self.waits.len() as u64
    }

    /// Returns how many have no answer so far and may still be answered.
    pub fn waiting(&self) -> u64 {
        self.waiting.len() as u64
    }

    /// Returns how many stay without an answer.
    pub const fn unanswered(&self) -> u64 {
        self.unanswered
    }

    /// Returns the share that is answered within each of these times, ascending and in milliseconds, in
    /// percent with one decimal. It is exact where every starter is known for that long or answered, else
    /// an estimate, and `None` where none is left that tells.
    pub fn within<const N: usize>(&self, times: [u32; N]) -> [Option<f64>; N] {
        let mut sorted = self.clone();
        sorted.sort();
        let (waits, waiting) = (sorted.waits, sorted.waiting);
        let below = |times: &[u32], time: u32| times.partition_point(|one| *one < time);
        let at_risk = |time| self.starters() - (below(&waits, time) + below(&waiting, time)) as u64;
        let (mut left, mut passed) = (1.0, 0);
        times.map(|time| {
            let answered = waits.partition_point(|wait| *wait <= time);
            if below(&waiting, time) == 0 {
                let share = Ratio::of(
                    Amount::whole(answered as u64),
                    Amount::whole(self.starters()),
                )?;
                return Some(share.percent(1));
            }
            while passed < answered {
                let known = below(&waiting, waits[passed]);
                // As long as none leaves that is waiting, the factors are those of one step.
                let next = waiting.get(known);
                let end = next.map_or(answered, |next| waits.partition_point(|wait| wait <= next));
                let end = end.min(answered);
                let risk = self.starters() - (passed + known) as u64;
                left *= 1.0 - (end - passed) as f64 / risk as f64;
                passed = end;
            }
            let tells = at_risk(time) > 0 || left == 0.0;
            tells.then(|| ((1.0 - left) * 1_000.0).round() / 10.0)
        })
    }
}
