//! From what arrives to what is stored: decode → validate → sample → append.
//!
//! An event is acknowledged after it is durable, and never before. What cannot be accepted is
//! kept as a dead letter with its reason.

mod body;
mod carrier;
mod decode;
mod directory;
mod fresh_id;
mod meter;
mod noted;
mod sample;
mod service;
mod terms;
mod tombstones;

pub use body::{BodyError, Encoding, decompress};
pub use carrier::Carrier;
pub use decode::{Bounds, DecodeError, Decoded, EVENT, bytes_once_read, decode};
pub use directory::Directory;
pub use fresh_id::FreshIds;
pub use noted::Noted;
pub use sample::keep;
pub use service::{Failure, Ingest, IngestError, IngestLimits, Origin, Outcome};
pub use terms::has_terms;
pub use tombstones::Tombstones;
