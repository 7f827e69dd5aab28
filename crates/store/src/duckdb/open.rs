//! Opening a store.

use std::{
    io::Read as _,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
    thread::JoinHandle,
    time::Duration,
};

use ::duckdb::{Config, Connection};
use engine::{Blocks, Engine};
use jiff::tz::TimeZone;
use tokio::sync::{Semaphore, mpsc};

use super::{
    erase::{folder_of, remove_unfinished},
    failure::{classify, classify_open},
    free_disk::FreeDisk,
    members::Members,
    migrate::migrate,
    names::Names,
    pool::EnginePool,
    reader::Readers,
    recovery,
    writer::{Job, Shared, Writer},
};
use crate::{Quotas, Shares, StoreError, block_file::BlockFile};

/// File name of the store within the data folder.
pub(super) const FILE_NAME: &str = "events.duckdb";
/// Jobs that may wait, however small; the events in them are bounded apart.
const QUEUE_JOBS: usize = 16_384;

/// The form in which a new file is written. The engine's own choice is one that its first version
/// reads, in which it must know every column of every row group by heart to write one of them anew:
/// 60 MB more over a hundred million events, and 8 % more on disk.
const FILE_FORMAT: &str = "v1.5.0";

/// How every log of the engine begins: the entry that tells the version of its format.
const LOG_HEAD: [u8; 5] = [100, 0, 98, 101, 0];

/// How a store is opened.
#[derive(Debug, Clone)]
pub struct OpenOptions {
    /// The folder that holds the store; made when missing.
    pub folder: PathBuf,
    /// Memory that the engine may use, in bytes, with what it holds beside its pool.
    pub memory_bytes: u64,
    /// Threads that the engine may use.
    pub threads: usize,
    /// Questions that run at the same time.
    pub readers: usize,
    /// Longest time a question may run.
    pub query_timeout: Duration,
    /// Events that may wait to be written.
    pub queue_events: usize,
    /// Events whose identity is remembered in memory, in each of two generations.
    pub remembered_events: usize,
    /// Memory for identifiers and records of people and channels, in bytes; those beyond it are read
    /// from a file.
    pub name_bytes: u64,
    /// What senders may add.
    pub quotas: Quotas,
    /// The zone that days are cut in; another one than before makes every day dirty.
    pub zone: TimeZone,
    /// Whether questions are answered from rollups where they can.
    pub rollups: bool,
    /// Memory for blocks of rollups, in bytes.
    pub block_bytes: u64,
    /// Most events that one question may read; `None` sets no limit.
    pub most_scanned: Option<u64>,
}

impl OpenOptions {
    /// Returns sane options for a store in `folder`.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
            memory_bytes: 256 * 1024 * 1024,
            threads: 2,
            readers: 4,
            query_timeout: Duration::from_secs(30),
            queue_events: 200_000,
            remembered_events: 400_000,
            name_bytes: 40 * 1024 * 1024,
            quotas: Quotas::unlimited(),
            zone: TimeZone::UTC,
            rollups: true,
            block_bytes: 64 * 1024 * 1024,
            most_scanned: None,
        }
    }

    /// Returns the file of the store.
    pub(super) fn file(&self) -> PathBuf {
        self.folder.join(FILE_NAME)
    }
}

/// The embedded store.
pub struct DuckDbStore {
    pub(super) jobs: mpsc::Sender<Job>,
    pub(super) queue: Arc<Semaphore>,
    pub(super) queue_events: usize,
    pub(super) free_disk: FreeDisk,
    pub(super) readers: Readers,
    pub(super) file: PathBuf,
    pub(super) writer: Mutex<Option<JoinHandle<()>>>,
    pub(super) shared: Shared,
    pub(super) members: Members,
    pub(super) most_scanned: Option<u64>,
    /// The turn of an administrator's statement.
    pub(super) statements: Shares,
}

impl DuckDbStore {
    /// Opens the store, bringing its schema up to date.
    ///
    /// # Errors
    /// [`StoreError::Locked`] when another process has it, [`StoreError::Corrupt`] when the file
    /// is damaged, [`StoreError::TooNew`] when a newer program wrote it.
    pub fn open(options: &OpenOptions) -> Result<Self, StoreError> {
        let io = |source| StoreError::Io {
            path: options.folder.clone(),
            source,
        };
        crate::folder::make(&options.folder).map_err(io)?;
        let file = options.file();
        let connection = connect(&file, options)?;
        let at = |error: StoreError| error.at(&file);
        // Nobody else has the store now, so nobody is writing it anew.
        remove_unfinished(&file)?;
        migrate(&connection).map_err(at)?;
        let readers = Readers::new(&connection, options.readers.max(1), options.query_timeout)?;
        let names = Names::open(&options.folder, options.name_bytes)?;
        let block_file = Box::new(BlockFile::open(&options.folder)?);
        let blocks = Blocks::new(block_file, options.block_bytes);
        let zone = options.zone.clone();
        let shared = Shared {
            engine: Arc::new(Engine::new(zone, options.rollups, blocks)),
            names: Arc::new(names),
            sampled: Arc::default(),
            pool: EnginePool::of(options.memory_bytes),
            changes: Arc::default(),
        };
        let writer = Writer::new(connection, options, shared.clone()).map_err(at)?;
        shared.pool.empty(&writer.connection);
        let (jobs, receiver) = mpsc::channel(QUEUE_JOBS);
        let (its_readers, its_options, its_shared) =
            (readers.clone(), options.clone(), shared.clone());
        let thread = std::thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || {
                recovery::write(writer, receiver, &its_readers, &its_options, &its_shared);
            })
            .map_err(io)?;
        Ok(Self {
            jobs,
            queue: Arc::new(Semaphore::new(options.queue_events)),
            queue_events: options.queue_events,
            free_disk: FreeDisk::new(&options.folder, options.quotas.free_disk),
            readers,
            file,
            writer: Mutex::new(Some(thread)),
            shared,
            members: Members::default(),
            most_scanned: options.most_scanned,
            statements: Shares::new(1, 1),
        })
    }

    /// Returns how many events wait to be written.
    pub fn queued_events(&self) -> usize {
        self.queue_events - self.queue.available_permits().min(self.queue_events)
    }
}

pub(super) fn connect(file: &Path, options: &OpenOptions) -> Result<Connection, StoreError> {
    let threads = i64::try_from(options.threads.max(1)).unwrap_or(1);
    let config = Config::default()
        .max_memory(&EnginePool::of(options.memory_bytes).usual())
        .and_then(|config| config.threads(threads))
        .and_then(|config| config.enable_autoload_extension(false))
        // Otherwise two threads would write the rows of a batch as they please, and columns that
        // are nearly sorted would take two bytes of an event more.
        .and_then(|config| config.with("preserve_insertion_order", "true"))
        .and_then(|config| config.with("storage_compatibility_version", FILE_FORMAT))
        // The writer decides when, and not within a commit.
        .and_then(|config| config.with("checkpoint_threshold", "1TB"))
        .map_err(classify)?;
    check_log(file)?;
    let connection =
        Connection::open_with_flags(file, config).map_err(|error| classify_open(error, file))?;
    // The writer writes a new file there (see `erase::rewrite`), and nothing else is reached.
    let folder = folder_of(file).display().to_string().replace('\'', "''");
    connection
        .execute_batch(&format!(
            // Memory goes back to the system soon: the rest of the service needs it.
            "SET GLOBAL allocator_flush_threshold = '1MB'; \
             SET GLOBAL allocator_bulk_deallocation_flush_threshold = '1MB'; \
             SET GLOBAL allocator_background_threads = true; \
             SET GLOBAL allowed_directories = ['{folder}/']; \
             SET GLOBAL TimeZone = 'UTC'; SET GLOBAL enable_external_access = false",
        ))
        .map_err(classify)?;
    Ok(connection)
}

/// Returns the file of the log that belongs to a store's file.
pub(super) fn log_of(file: &Path) -> PathBuf {
    file.with_extension("duckdb.wal")
}

/// Refuses a log that is not one or belongs to no file: the engine would pass over it and later
/// write over it.
pub(super) fn check_log(file: &Path) -> Result<(), StoreError> {
    let path = log_of(file);
    let mut head = [0; LOG_HEAD.len()];
    let read = std::fs::File::open(&path).and_then(|mut log| log.read_exact(&mut head));
    // A log that is shorter, or zero because it never reached the disk, holds no transaction.
    if read.is_err() || head == [0; LOG_HEAD.len()] {
        return Ok(());
    }
    let reason = match (head == LOG_HEAD, file.exists()) {
        (true, true) => return Ok(()),
        (false, _) => "it does not begin as a log does".to_owned(),
        (true, false) => format!("{} is missing, to which it belongs", file.display()),
    };
    Err(StoreError::Corrupt { path, reason })
}
