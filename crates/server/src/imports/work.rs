//! The reading of an upload: once to count what is in it, once more to store it.

use std::{path::Path, sync::Arc, time::Duration};

use domain::{
    event::RawEvent,
    record::{ChannelRecord, PersonRecord},
    text::counted,
};
use store::StoreError;
use tokio::sync::mpsc;

use super::{
    Imports,
    import::{Import, State},
    tally::Tally,
};
use crate::{
    blocking::apart,
    importer::{
        self, CellNotes, Confidential, Format, ImportError, Piece, RecordTable, Records, Source,
    },
    ingest::{IngestError, Origin, Outcome},
};

/// Chunks that wait to be taken.
const CHUNKS: usize = 2;
/// How often a store that is busy is asked again, and the time between.
const TRIES: u32 = 120;
const PAUSE: Duration = Duration::from_millis(500);

/// Why an upload was not read or stored to its end.
#[derive(Debug, thiserror::Error)]
pub(super) enum WorkError {
    /// It cannot be read.
    #[error(transparent)]
    Unreadable(#[from] ImportError),
    /// The store did not take it.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is nothing in it.
    #[error("there is nothing in it that can be imported; check that it is the right file")]
    Nothing,
    /// All of it is older than what is kept.
    #[error(
        "what is in it ({}) is older than the retention keeps (ANALYTICS_RETENTION_DAYS) and would not stay; \
         raise that first",
        counted(*.0, "event")
    )]
    AllOld(u64),
    /// There is no file any more.
    #[error("the upload is gone")]
    Gone,
}

impl From<IngestError> for WorkError {
    fn from(IngestError::Store(error): IngestError) -> Self {
        Self::Store(error)
    }
}

impl WorkError {
    /// Returns the error as a sentence about the file that was uploaded, and not about where it lies.
    pub(super) fn sentence(&self, import: &Import) -> String {
        let name = &import.name;
        match self {
            Self::Unreadable(ImportError::UnknownFormat { .. }) => format!(
                "`{name}` is neither a Slack export (the zip, with channels.json or users.json), nor NDJSON \
                 (one JSON object per line, also .gz and .zst), nor a table of people or channels (.csv)"
            ),
            Self::Store(error) => format!(
                "{error}; what was stored stays, and the import may be done again from its beginning"
            ),
            error => match import.path() {
                Some(path) => error.to_string().replace(&path.display().to_string(), name),
                None => error.to_string(),
            },
        }
    }
}

/// What an upload holds.
enum Opened {
    History(Box<dyn Source>),
    People(RecordTable<PersonRecord>),
    Channels(RecordTable<ChannelRecord>),
}

impl Opened {
    /// Opens an upload: a table by its name, anything else by what it begins with.
    fn open(path: &Path, import: &Import) -> Result<Self, ImportError> {
        let extension = Path::new(&import.name).extension();
        if !extension.is_some_and(|extension| extension.eq_ignore_ascii_case("csv")) {
            return importer::open_until(path, None, &import.stop).map(Self::History);
        }
        if importer::is_of_channels(path)? {
            importer::open_channels_csv(path).map(Self::Channels)
        } else {
            importer::open_people_csv(path).map(Self::People)
        }
    }

    fn kind(&self) -> &'static str {
        match self {
            Self::People(_) => "people",
            Self::Channels(_) => "channels",
            Self::History(source) => match source.format() {
                Format::Slack => "slack",
                Format::Ndjson => "ndjson",
            },
        }
    }
}

/// An upload that is read, and whether it is stored.
pub(super) struct Work<'a> {
    pub(super) imports: &'a Imports,
    pub(super) import: &'a Arc<Import>,
    pub(super) stores: bool,
}

impl Work<'_> {
    /// Reads the upload to its end, or until it is stopped.
    pub(super) async fn run(&self) -> Result<(), WorkError> {
        let path = self.import.path().ok_or(WorkError::Gone)?;
        let import = Arc::clone(self.import);
        let opened = apart(usize::MAX, move || Opened::open(&path, &import)).await?;
        self.note(|state, _| state.kind = Some(opened.kind()));
        match opened {
            Opened::History(source) => self.history(source).await?,
            Opened::People(table) => {
                let records = |people| Records {
                    people,
                    ..Records::default()
                };
                self.table(table, records).await?;
            }
            Opened::Channels(table) => {
                let records = |channels| Records {
                    channels,
                    ..Records::default()
                };
                self.table(table, records).await?;
            }
        }
        let state = self.import.state();
        let found = &state.found;
        if !self.stores && found.events + found.people + found.channels == 0 {
            return Err(match found.too_old() {
                0 => WorkError::Nothing,
                old => WorkError::AllOld(old),
            });
        }
        Ok(())
    }

    /// Notes what was found, or what became of it.
    fn note(&self, note: impl FnOnce(&mut State, bool)) {
        let _was_over = self.import.change(|state| note(state, self.stores));
    }

    fn tally(&self, note: impl FnOnce(&mut Tally)) {
        self.note(|state, stores| {
            note(if stores {
                &mut state.result
            } else {
                &mut state.found
            });
        });
    }

    async fn history(&self, source: Box<dyn Source>) -> Result<(), WorkError> {
        let mut source = source;
        let (mut source, mut records) = apart(usize::MAX, move || {
            let records = source.records()?;
            Ok::<_, ImportError>((source, records))
        })
        .await?;
        let total = Some(source.total_bytes()).filter(|total| *total > 0);
        self.note(|state, _| state.total_bytes = total);
        let mut confidential = Confidential::default();
        confidential.learn(&records.channels);
        confidential.correct(&mut records.channels);
        self.records(records).await?;
        let (sender, mut pieces) = mpsc::channel::<Piece>(CHUNKS);
        let is_unknown_confidential = self.import.state().choices.is_unknown_confidential;
        let reading = apart(usize::MAX, move || {
            importer::read_pieces(source.as_mut(), is_unknown_confidential, &sender)
        });
        let taking = async {
            while let Some(piece) = pieces.recv().await {
                if self.import.stop.is_cancelled() {
                    break;
                }
                let mut piece = Some(piece);
                self.tally(|tally| piece = piece.take().and_then(|piece| tally.take_notes(piece)));
                match piece {
                    Some(Piece::Records(records)) => self.records(records).await?,
                    Some(Piece::Events { events, read }) => {
                        self.events(events).await?;
                        self.note(|state, _| state.done_bytes = read);
                    }
                    _ => {}
                }
            }
            // Whoever reads ends with it.
            drop(pieces);
            Ok::<_, WorkError>(())
        };
        let (read, taken) = tokio::join!(reading, taking);
        taken?;
        Ok(read?)
    }

    async fn table<T: Send + 'static>(
        &self,
        mut table: RecordTable<T>,
        mut records: impl FnMut(Vec<T>) -> Records,
    ) -> Result<(), WorkError> {
        loop {
            let (rest, share, notes) = apart(usize::MAX, move || {
                let mut notes = CellNotes::default();
                let share = table.next_share(&mut notes);
                share.map(|share| (table, share, notes))
            })
            .await?;
            table = rest;
            self.tally(|tally| tally.cells(&notes));
            if share.is_empty() || self.import.stop.is_cancelled() {
                return Ok(());
            }
            self.records(records(share)).await?;
        }
    }

    async fn records(&self, records: Records) -> Result<(), WorkError> {
        let (people, channels) = (records.people.len() as u64, records.channels.len() as u64);
        if people + channels == 0 {
            return Ok(());
        }
        let changed = if self.stores {
            let (ingest, workspace) = (&self.imports.ingest, &self.import.workspace);
            let storing = || {
                let (people, channels) = (records.people.clone(), records.channels.clone());
                ingest.put_records(workspace, people, channels)
            };
            patiently(storing).await?
        } else {
            0
        };
        self.tally(|tally| {
            tally.people += people;
            tally.channels += channels;
            tally.records += changed;
        });
        Ok(())
    }

    async fn events(&self, events: Vec<RawEvent>) -> Result<(), WorkError> {
        if events.is_empty() {
            return Ok(());
        }
        if self.stores {
            self.store(events).await
        } else {
            self.count(events).await
        }
    }

    /// Counts what would be stored.
    async fn count(&self, events: Vec<RawEvent>) -> Result<(), WorkError> {
        let (ingest, workspace) = (
            Arc::clone(&self.imports.ingest),
            self.import.workspace.clone(),
        );
        let (batch, outcome, unknown) = apart(usize::MAX, move || {
            let decoded = events.into_iter().map(Ok).collect();
            let (batch, outcome) = ingest.prepare(&workspace, decoded, Origin::Import);
            let unknown = ingest.unknown_channels(&workspace, &batch.events);
            Ok::<_, WorkError>((batch, outcome, unknown))
        })
        .await?;
        self.tally(|tally| {
            tally.events += batch.events.len() as u64 + outcome.sampled_out;
            tally.outcome(&outcome);
            tally.moments(batch.events.iter().map(|event| event.timestamp));
            tally.unknown(unknown);
        });
        Ok(())
    }

    async fn store(&self, events: Vec<RawEvent>) -> Result<(), WorkError> {
        let (ingest, workspace) = (&self.imports.ingest, &self.import.workspace);
        let bytes = events.iter().map(RawEvent::memory_bytes).sum();
        let storing = || {
            let decoded = events.iter().cloned().map(Ok).collect();
            ingest.take(workspace, (decoded, bytes), Origin::Import, None)
        };
        let outcome: Outcome = patiently(storing).await?;
        self.imports.telemetry.events([
            ("stored", outcome.stored),
            ("duplicate", outcome.duplicates),
            ("sampled_out", outcome.sampled_out),
            ("refused", outcome.failures.len() as u64),
        ]);
        self.tally(|tally| {
            tally.events += outcome.accepted();
            tally.outcome(&outcome);
        });
        Ok(())
    }
}

/// Does something until the store has room for it.
async fn patiently<T, E, F>(mut attempt: impl FnMut() -> F) -> Result<T, WorkError>
where
    F: Future<Output = Result<T, E>>,
    WorkError: From<E>,
{
    let mut tries = 1;
    loop {
        match attempt().await.map_err(WorkError::from) {
            Err(WorkError::Store(StoreError::Busy | StoreError::Crowded)) if tries < TRIES => {
                tries += 1;
                tokio::time::sleep(PAUSE).await;
            }
            done => return done,
        }
    }
}
