//! One upload, from its first byte to what became of it.

use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::{id::WorkspaceId, time::Instant};
use tokio_util::sync::CancellationToken;

use super::{file::UploadFile, tally::Tally};

/// How far an upload is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Its bytes arrive.
    Receiving,
    /// It is read, and nothing is stored.
    Counting,
    /// It waits for somebody to start it.
    Counted,
    /// It is read and stored.
    Importing,
    /// Everything is stored.
    Done,
    /// It was broken off by a fault; what was stored before stays.
    Failed,
    /// It was broken off by somebody; what was stored before stays.
    Cancelled,
}

impl Stage {
    /// Returns the name that programs may rely on.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Receiving => "receiving",
            Self::Counting => "counting",
            Self::Counted => "counted",
            Self::Importing => "importing",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    /// Returns whether nothing follows.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Done | Self::Failed | Self::Cancelled)
    }

    /// Returns whether there is something to do for the service.
    pub(super) const fn is_work(self) -> bool {
        matches!(self, Self::Counting | Self::Importing)
    }
}

/// How an upload is imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Choices {
    /// Whether what is older than the retention is left out, instead of refusing the whole.
    pub skip_old: bool,
    /// Whether channels of NDJSON of which nothing says who may see them give no terms.
    pub is_unknown_confidential: bool,
    /// Whether it is imported as soon as it is counted.
    pub starts: bool,
}

/// How far an upload is, at a moment.
#[derive(Debug, Clone)]
pub struct State {
    /// The step it is in.
    pub stage: Stage,
    /// Since when.
    pub since: Instant,
    /// Bytes that were received or read in this step.
    pub done_bytes: u64,
    /// Bytes that there are in this step; `None` where nobody knows.
    pub total_bytes: Option<u64>,
    /// What it is: a Slack export, NDJSON, a table of people or of channels; `None` until it was looked at.
    pub kind: Option<&'static str>,
    /// What is in it.
    pub found: Tally,
    /// What became of it.
    pub result: Tally,
    /// Why it failed, as a sentence.
    pub problem: Option<String>,
    /// How it is imported.
    pub choices: Choices,
    /// Whether anything of it may be stored.
    pub was_started: bool,
}

impl State {
    /// Returns how much of the step is done, of one hundred; `None` where nobody knows.
    pub fn percent(&self) -> Option<u64> {
        let total = self.total_bytes.filter(|total| *total > 0)?;
        Some(
            u64::try_from(u128::from(self.done_bytes) * 100 / u128::from(total))
                .unwrap_or(100)
                .min(100),
        )
    }

    /// Returns about how many seconds the step goes on; `None` where nobody can tell yet.
    pub fn seconds_left(&self, now: Instant) -> Option<u64> {
        let left = self.total_bytes?.checked_sub(self.done_bytes)?;
        let elapsed = u64::try_from(now.as_millis() - self.since.as_millis()).ok()?;
        if self.done_bytes == 0 || self.stage.is_over() || self.stage == Stage::Counted {
            return None;
        }
        let millis = u128::from(elapsed) * u128::from(left) / u128::from(self.done_bytes);
        u64::try_from(millis / 1_000).ok()
    }
}

/// One upload, from its first byte to what became of it.
#[derive(Debug)]
pub struct Import {
    /// Its identity.
    pub id: String,
    /// Whose chat it is.
    pub workspace: WorkspaceId,
    /// Name of the file, as whoever uploads it calls it.
    pub name: String,
    /// When it began.
    pub begun_at: Instant,
    /// Tells all that works on it to end.
    pub(super) stop: CancellationToken,
    state: Mutex<State>,
    file: Mutex<Option<UploadFile>>,
}

impl Import {
    pub(super) fn new(
        id: String,
        workspace: WorkspaceId,
        name: String,
        now: Instant,
        total_bytes: Option<u64>,
        choices: Choices,
    ) -> Self {
        Self {
            id,
            workspace,
            name,
            begun_at: now,
            stop: CancellationToken::new(),
            state: Mutex::new(State {
                stage: Stage::Receiving,
                since: now,
                done_bytes: 0,
                total_bytes,
                kind: None,
                found: Tally::default(),
                result: Tally::default(),
                problem: None,
                choices,
                was_started: false,
            }),
            file: Mutex::default(),
        }
    }

    /// Returns how far it is.
    pub fn state(&self) -> State {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the state, unless it is over; returns whether it was changed.
    pub(super) fn change(&self, change: impl FnOnce(&mut State)) -> bool {
        let mut state = self.lock();
        let goes_on = !state.stage.is_over();
        if goes_on {
            change(&mut state);
        }
        goes_on
    }

    /// Goes on to another step, unless it is over. What is over has no file any more.
    pub(super) fn advance(&self, stage: Stage, now: Instant, problem: Option<String>) -> bool {
        let advanced = self.change(|state| {
            (state.stage, state.since, state.problem) = (stage, now, problem);
            if !stage.is_over() {
                (state.done_bytes, state.total_bytes) = (0, None);
            }
        });
        if advanced && stage.is_over() {
            self.stop.cancel();
            drop(self.file().take());
        }
        advanced
    }

    /// Keeps the file that was received; it is deleted at once where the upload is over.
    pub(super) fn keep(&self, file: UploadFile) {
        *self.file() = Some(file);
        if self.lock().stage.is_over() {
            drop(self.file().take());
        }
    }

    /// Returns where the file lies.
    pub(super) fn path(&self) -> Option<std::path::PathBuf> {
        self.file().as_ref().map(|file| file.path().to_owned())
    }

    fn file(&self) -> MutexGuard<'_, Option<UploadFile>> {
        self.file.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
