//! Histories that administrators upload: one at a time, each in a private file that is gone afterwards.
//!
//! 1. The bytes are written to a file as they come, within a limit and the room on the disk.
//! 2. The file is read once and nothing is stored: what is in it, of when, and what is wrong with it.
//! 3. Whoever looks at that starts the import, or cancels it. What nobody starts within an hour is cancelled.
//! 4. The file is read again and stored. Every event has a key of its own, so that an import which was broken
//!    off, by whatever, is done again from its beginning and counts once.
//!
//! What is under way is known to this process only: after a crash the next start deletes the file.

mod file;
mod import;
mod tally;
mod work;

use std::{
    io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use domain::{clock::Clock, id::WorkspaceId, text::counted};
use store::StoreError;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use self::{
    file::{Writing, cleared_folder, file_name, free_bytes},
    work::Work,
};
pub use self::{
    import::{Choices, Import, Stage, State},
    tally::{Finding, Tally},
};
use crate::{
    ingest::{FreshIds, Ingest},
    telemetry::Telemetry,
};

/// Uploads that are remembered, of all workspaces.
const REMEMBERED: usize = 20;
/// Time in which somebody has to start what was counted.
const PATIENCE: Duration = Duration::from_hours(1);
/// Bytes that are written between two looks at how full the disk is.
const LOOK_EVERY: u64 = 16 << 20;

/// Why something about an upload was refused.
#[derive(Debug, thiserror::Error)]
pub enum ImportsError {
    /// Another one is under way.
    #[error("another import is under way: wait for it, or cancel it")]
    UnderWay,
    /// It is larger than it may be.
    #[error("the file is larger than {0} bytes (ANALYTICS_MAX_UPLOAD)")]
    TooLarge(u64),
    /// The disk has no room for it.
    #[error(transparent)]
    Disk(StoreError),
    /// It cannot be written.
    #[error("the upload cannot be written")]
    Io(#[from] io::Error),
    /// There is none with that identity.
    #[error("no such import; see /api/analytics/imports")]
    NotThere,
    /// It is not there yet, or was started already.
    #[error("the import is {0}: only one that is counted can be started")]
    NotCounted(&'static str),
    /// It holds what would not stay.
    #[error(
        "{} in it are older than the retention keeps (ANALYTICS_RETENTION_DAYS): raise that, or say \
         `skipOld=true` to leave them out",
        counted(*.0, "event")
    )]
    Old(u64),
    /// It was cancelled while it arrived.
    #[error("the import was cancelled")]
    Cancelled,
}

/// How large uploads may be.
#[derive(Debug, Clone, Copy)]
pub struct UploadLimits {
    /// Bytes of one.
    pub bytes: u64,
    /// Bytes that stay free on the disk.
    pub free_disk: u64,
}

/// The uploads of this process.
pub struct Imports {
    folder: PathBuf,
    limits: UploadLimits,
    ingest: Arc<Ingest>,
    clock: Arc<dyn Clock>,
    ids: FreshIds,
    telemetry: Telemetry,
    /// The newest last.
    known: Mutex<Vec<Arc<Import>>>,
    asked: Notify,
}

impl Imports {
    /// Returns what takes uploads in, and deletes those that a crash has left. The store must be open: nobody
    /// else uses the folder then.
    pub fn open(
        data: &Path,
        limits: UploadLimits,
        ingest: Arc<Ingest>,
        (clock, ids): (Arc<dyn Clock>, FreshIds),
        telemetry: Telemetry,
    ) -> io::Result<Self> {
        Ok(Self {
            folder: cleared_folder(data)?,
            limits,
            ingest,
            clock,
            ids,
            telemetry,
            known: Mutex::default(),
            asked: Notify::new(),
        })
    }

    /// Returns how large an upload may be.
    pub const fn most_bytes(&self) -> u64 {
        self.limits.bytes
    }

    fn known(&self) -> MutexGuard<'_, Vec<Arc<Import>>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the uploads of a workspace, newest first.
    pub fn list(&self, workspace: &WorkspaceId) -> Vec<Arc<Import>> {
        let known = self.known();
        let own = known.iter().rev();
        own.filter(|import| import.workspace == *workspace)
            .cloned()
            .collect()
    }

    /// Returns an upload of a workspace.
    pub fn get(&self, workspace: &WorkspaceId, id: &str) -> Result<Arc<Import>, ImportsError> {
        let mut own = self.list(workspace).into_iter();
        own.find(|import| import.id == id)
            .ok_or(ImportsError::NotThere)
    }

    /// Begins an upload of `length` bytes, where whoever sends it says so.
    pub async fn receive(
        self: &Arc<Self>,
        workspace: &WorkspaceId,
        name: String,
        length: Option<u64>,
        choices: Choices,
    ) -> Result<Receiving, ImportsError> {
        self.check_room(length.unwrap_or(0))?;
        let now = self.clock.now();
        let id = self.ids.next(now).to_string();
        let import = Import::new(id, workspace.clone(), name, now, length, choices);
        let import = Arc::new(import);
        {
            let mut known = self.known();
            if known.iter().any(|import| !import.state().stage.is_over()) {
                return Err(ImportsError::UnderWay);
            }
            known.push(Arc::clone(&import));
            let surplus = known.len().saturating_sub(REMEMBERED);
            known.drain(..surplus);
        }
        // From here on its end is noted, whatever happens.
        let mut receiving = Receiving {
            imports: Arc::clone(self),
            import,
            file: None,
            bytes: 0,
            looked: 0,
        };
        let name = file_name(&receiving.import.id, &receiving.import.name);
        let file = Writing::create(&self.folder, &name).await?;
        receiving.file = Some(file);
        Ok(receiving)
    }

    /// Refuses so many bytes where these are too many, or the disk has no room for them.
    fn check_room(&self, bytes: u64) -> Result<(), ImportsError> {
        if bytes > self.limits.bytes {
            return Err(ImportsError::TooLarge(self.limits.bytes));
        }
        let data = self.folder.parent().unwrap_or(&self.folder);
        let free = free_bytes(data).unwrap_or(u64::MAX);
        let least = self.limits.free_disk;
        if free.saturating_sub(bytes) < least {
            return Err(ImportsError::Disk(StoreError::DiskLow { free, least }));
        }
        Ok(())
    }

    /// Starts to store what was counted.
    pub fn start(&self, import: &Import, choices: Choices) -> Result<(), ImportsError> {
        let state = import.state();
        if state.stage != Stage::Counted {
            return Err(ImportsError::NotCounted(state.stage.name()));
        }
        let old = state.found.too_old();
        if old > 0 && !choices.skip_old {
            return Err(ImportsError::Old(old));
        }
        import.change(|state| (state.choices, state.was_started) = (choices, true));
        import.advance(Stage::Importing, self.clock.now(), None);
        self.asked.notify_one();
        Ok(())
    }

    /// Breaks an upload off, if it is not over: what was stored before stays.
    pub fn cancel(&self, import: &Import) {
        if import.advance(Stage::Cancelled, self.clock.now(), None) {
            tracing::info!(import = import.id, "import.cancelled");
        }
    }

    /// Counts and stores what there is, until the end is asked for.
    pub async fn run(self: Arc<Self>, stop: CancellationToken) {
        loop {
            let next = self
                .known()
                .iter()
                .find(|import| !import.state().stage.is_over())
                .cloned();
            let stage = next.as_ref().map(|import| import.state().stage);
            match next {
                Some(import) if stage.is_some_and(Stage::is_work) => {
                    let work = self.work_on(&import);
                    tokio::select! {
                        () = stop.cancelled() => {
                            self.cancel(&import);
                            return;
                        }
                        () = work => {}
                    }
                }
                waiting => {
                    tokio::select! {
                        () = stop.cancelled() => return,
                        () = self.asked.notified() => {}
                        () = tokio::time::sleep(PATIENCE), if stage == Some(Stage::Counted) => {
                            if let Some(import) = waiting {
                                self.cancel(&import);
                            }
                        }
                    }
                }
            }
        }
    }

    /// Counts or stores an upload.
    async fn work_on(&self, import: &Arc<Import>) {
        let _ending = Ending {
            imports: self,
            import,
        };
        let stores = import.state().stage == Stage::Importing;
        let done = Work {
            imports: self,
            import,
            stores,
        }
        .run()
        .await;
        let now = self.clock.now();
        match done {
            Err(error) => {
                let problem = error.sentence(import);
                tracing::warn!(import = import.id, error = problem, "import.failed");
                import.advance(Stage::Failed, now, Some(problem));
            }
            Ok(()) if stores => {
                if import.advance(Stage::Done, now, None) {
                    let result = import.state().result;
                    tracing::info!(
                        import = import.id,
                        stored = result.stored,
                        known = result.known,
                        "import.done"
                    );
                }
            }
            Ok(()) => {
                import.advance(Stage::Counted, now, None);
                let choices = import.state().choices;
                if choices.starts
                    && let Err(error) = self.start(import, choices)
                {
                    import.advance(Stage::Failed, now, Some(error.to_string()));
                }
            }
        }
    }
}

/// Ends an upload whose work panics.
struct Ending<'a> {
    imports: &'a Imports,
    import: &'a Arc<Import>,
}

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            return;
        }
        let problem = "something broke while it was read; the log has more".to_owned();
        self.import
            .advance(Stage::Failed, self.imports.clock.now(), Some(problem));
    }
}

/// An upload whose bytes arrive. Dropped before its end, it has failed.
pub struct Receiving {
    imports: Arc<Imports>,
    import: Arc<Import>,
    file: Option<Writing>,
    bytes: u64,
    looked: u64,
}

impl Receiving {
    /// Ends when somebody cancels the upload.
    pub async fn cancelled(&self) {
        self.import.stop.cancelled().await;
    }

    /// Writes the next bytes.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), ImportsError> {
        if self.import.stop.is_cancelled() {
            return Err(ImportsError::Cancelled);
        }
        self.bytes += bytes.len() as u64;
        if self.bytes > self.imports.limits.bytes {
            return Err(ImportsError::TooLarge(self.imports.limits.bytes));
        }
        if self.bytes - self.looked >= LOOK_EVERY {
            self.looked = self.bytes;
            self.imports.check_room(0)?;
        }
        if let Some(file) = &mut self.file {
            file.write(bytes).await?;
        }
        self.import.change(|state| state.done_bytes = self.bytes);
        Ok(())
    }

    /// Ends the upload, which is counted then.
    pub async fn finish(mut self) -> Result<Arc<Import>, ImportsError> {
        if let Some(file) = self.file.take() {
            self.import.keep(file.finish().await?);
        }
        if !self
            .import
            .advance(Stage::Counting, self.imports.clock.now(), None)
        {
            return Err(ImportsError::Cancelled);
        }
        tracing::info!(
            import = self.import.id,
            bytes = self.bytes,
            "import.received"
        );
        self.imports.asked.notify_one();
        Ok(Arc::clone(&self.import))
    }
}

impl Drop for Receiving {
    fn drop(&mut self) {
        if self.import.state().stage == Stage::Receiving {
            let problem = "the upload did not arrive to its end".to_owned();
            self.import
                .advance(Stage::Failed, self.imports.clock.now(), Some(problem));
        }
    }
}
