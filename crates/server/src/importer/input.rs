//! Opens a file or the standard input, unpacks it on the way and counts what was consumed.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, Cursor, Read, Seek, SeekFrom},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use flate2::bufread::MultiGzDecoder;
use tokio_util::sync::CancellationToken;

use super::{ImportError, STANDARD_INPUT, product::HEAD_BYTES};

const BUFFER_BYTES: usize = 128 << 10;
/// How many times its size an input may unpack to, and the bytes up to which that does not matter.
const MOST_RATIO: u64 = 1_000;
const RATIO_FREE_BYTES: u64 = 10 << 20;

const GZIP: [u8; 2] = [0x1f, 0x8b];
const ZSTD: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
const ZIP: [u8; 2] = *b"PK";

/// Bytes of the input that were read so far, before unpacking.
#[derive(Debug, Clone)]
pub(super) struct Consumed(Arc<AtomicU64>);

impl Consumed {
    /// Returns the number of bytes.
    pub(super) fn bytes(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// What was found at a path that is no folder.
pub(super) enum Opened {
    /// A zip, which is read from several places.
    Zip(File),
    /// Anything else, which is read from front to back.
    Stream(Stream),
}

/// An input read from front to back.
pub(super) struct Stream {
    /// The unpacked bytes.
    pub(super) reader: Box<dyn BufRead + Send>,
    /// Size on disk; 0 where it is unknown.
    pub(super) total: u64,
    /// How much of it was read.
    pub(super) consumed: Consumed,
}

impl Stream {
    /// Returns the beginning, without consuming it: up to that many lines, or the first `bytes` of
    /// them; less where the input ends or cannot be read on, which whoever reads it finds out.
    pub(super) fn head(&mut self, lines: usize, bytes: usize) -> io::Result<&[u8]> {
        let line_ends = |text: &[u8]| memchr::memchr_iter(b'\n', text).count();
        let found = self.reader.fill_buf()?;
        if found.is_empty() || line_ends(found) >= lines || found.len() >= bytes {
            return self.reader.fill_buf();
        }
        let mut reader = std::mem::replace(&mut self.reader, Box::new(io::empty()));
        let (mut head, mut left) = (Vec::new(), lines);
        let mut failure = None;
        while left > 0 && head.len() < bytes {
            let most = (bytes - head.len()) as u64;
            match (&mut reader).take(most).read_until(b'\n', &mut head) {
                Ok(0) => break,
                Ok(_) => left -= 1,
                Err(error) => {
                    failure = Some(error);
                    break;
                }
            }
        }
        let head = Cursor::new(head);
        self.reader = match failure {
            None => Box::new(head.chain(reader)),
            Some(error) => Box::new(head.chain(BufReader::new(Failed(Some(error))))),
        };
        self.reader.fill_buf()
    }
}

/// The rest of an input that cannot be read on.
struct Failed(Option<io::Error>);

impl Read for Failed {
    fn read(&mut self, _buffer: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

/// Opens a file, or the standard input for `-`, and tells zips from streams by their first bytes. Reading a
/// stream fails once `stop` says so, however long a line may be.
pub(super) fn open(path: &Path, stop: &CancellationToken) -> Result<Opened, ImportError> {
    if path == Path::new(STANDARD_INPUT) {
        return stream(path, Vec::new(), io::stdin(), 0, stop).map(Opened::Stream);
    }
    let failed = |error| ImportError::io(path, error);
    let mut file = File::open(path).map_err(failed)?;
    let total = file.metadata().map_err(failed)?.len();
    let mut head = Vec::new();
    (&mut file)
        .take(HEAD_BYTES as u64)
        .read_to_end(&mut head)
        .map_err(failed)?;
    if head.starts_with(&ZIP) {
        file.seek(SeekFrom::Start(0)).map_err(failed)?;
        return Ok(Opened::Zip(file));
    }
    stream(path, head, file, total, stop).map(Opened::Stream)
}

/// Unpacks `reader`, of which `head` was read already.
fn stream(
    path: &Path,
    mut head: Vec<u8>,
    mut reader: impl Read + Send + 'static,
    total: u64,
    stop: &CancellationToken,
) -> Result<Stream, ImportError> {
    // TRICKY: a pipe may hand out a single byte at first, too few to tell what it is.
    let missing = HEAD_BYTES.saturating_sub(head.len()) as u64;
    (&mut reader)
        .take(missing)
        .read_to_end(&mut head)
        .map_err(|error| ImportError::io(path, error))?;
    let consumed = Consumed(Arc::new(AtomicU64::new(head.len() as u64)));
    let counted = Counted {
        reader,
        consumed: consumed.clone(),
        stop: stop.clone(),
    };
    let unpacked = |decoder| {
        let bounded = Unpacked {
            decoder,
            bytes: 0,
            consumed: consumed.clone(),
        };
        Box::new(BufReader::with_capacity(BUFFER_BYTES, bounded))
    };
    let packing = Packing::of(&head);
    let whole = Cursor::new(head).chain(BufReader::with_capacity(BUFFER_BYTES, counted));
    let reader: Box<dyn BufRead + Send> = match packing {
        Packing::None => Box::new(whole),
        Packing::Gzip => unpacked(Box::new(MultiGzDecoder::new(whole)) as Box<dyn Read + Send>),
        Packing::Zstd => {
            let decoder = zstd::stream::read::Decoder::with_buffer(whole)
                .map_err(|error| damaged(path, error))?;
            unpacked(Box::new(decoder))
        }
    };
    Ok(Stream {
        reader,
        total,
        consumed,
    })
}

/// Returns the error for a read that failed after the input was opened.
pub(super) fn damaged(path: impl Into<PathBuf>, source: io::Error) -> ImportError {
    let cause = source.get_ref();
    if cause
        .and_then(|cause| cause.downcast_ref::<Inflated>())
        .is_some()
    {
        return ImportError::Inflated { path: path.into() };
    }
    // Decompressors say with these kinds that the data is wrong; others are the disk's.
    match source.kind() {
        io::ErrorKind::InvalidData
        | io::ErrorKind::InvalidInput
        | io::ErrorKind::UnexpectedEof
        | io::ErrorKind::Other => ImportError::Damaged {
            path: path.into(),
            source,
        },
        _ => ImportError::io(path, source),
    }
}

enum Packing {
    None,
    Gzip,
    Zstd,
}

impl Packing {
    fn of(head: &[u8]) -> Self {
        if head.starts_with(&GZIP) {
            Self::Gzip
        } else if head.starts_with(&ZSTD) {
            Self::Zstd
        } else {
            Self::None
        }
    }
}

struct Counted<R> {
    reader: R,
    consumed: Consumed,
    stop: CancellationToken,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.stop.is_cancelled() {
            return Err(io::Error::other("it was stopped"));
        }
        let count = self.reader.read(buffer)?;
        self.consumed.0.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

/// What a decompressor gives, as long as it is not made to be larger than any honest content.
struct Unpacked {
    decoder: Box<dyn Read + Send>,
    bytes: u64,
    consumed: Consumed,
}

/// The content is far larger than its packed form.
#[derive(Debug, thiserror::Error)]
#[error("it unpacks to more than {MOST_RATIO} times its size")]
struct Inflated;

impl Read for Unpacked {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.decoder.read(buffer)?;
        self.bytes += count as u64;
        let most = RATIO_FREE_BYTES.max(self.consumed.bytes().saturating_mul(MOST_RATIO));
        if self.bytes > most {
            return Err(io::Error::other(Inflated));
        }
        Ok(count)
    }
}
