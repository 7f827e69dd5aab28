//! Short keys of long identifiers.

use std::fmt;

use twox_hash::XxHash3_64;

/// A 64-bit key that stands for a message, thread or session identifier.
///
/// Metrics only ever compare these identifiers, and 8 bytes instead of 16 or more keep an event
/// within its disk budget. The value is XXH3-64 of the text as it came, stable for ever, but for the
/// two highest bits: they are those of the lower half of a UUID, which a key can therefore be. So
/// no key is 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key64(pub i64);

impl Key64 {
    /// Returns the key of an identifier.
    pub fn of(text: &str) -> Self {
        Self::of_bits(XxHash3_64::oneshot(text.trim().as_bytes()))
    }

    /// Returns the key of an identifier by its hash.
    pub const fn of_bits(hash: u64) -> Self {
        Self((hash & u64::MAX >> 2 | 1 << 63).cast_signed())
    }
}

impl fmt::Display for Key64 {
    /// Writes 16 lower-case hexadecimal digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}
