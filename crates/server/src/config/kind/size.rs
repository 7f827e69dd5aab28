//! Sizes in bytes.

use std::fmt;

use serde::Serialize;

use super::{Describe, Kind, Refusal};

/// A number of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct ByteSize(pub u64);

impl ByteSize {
    /// Returns so many mebibytes.
    pub const fn mib(count: u64) -> Self {
        Self(count << 20)
    }

    /// Returns the number of bytes.
    pub const fn bytes(self) -> u64 {
        self.0
    }

    /// Returns the size a text like `512M`, `1G`, `1.5GiB` or `1048576` stands for.
    ///
    /// Units are powers of 1024 with and without the `i`, as container limits read them.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let digits = text
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .unwrap_or(text.len());
        let (number, unit) = text.split_at(digits);
        let shift = match unit.trim().to_ascii_lowercase().as_str() {
            "" | "b" => 0,
            "k" | "kb" | "kib" => 10,
            "m" | "mb" | "mib" => 20,
            "g" | "gb" | "gib" => 30,
            "t" | "tb" | "tib" => 40,
            _ => return None,
        };
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        if whole.is_empty() || fraction.len() > 9 || (number.contains('.') && fraction.is_empty()) {
            return None;
        }
        let scale = 10_u128.pow(u32::try_from(fraction.len()).ok()?);
        let fraction: u128 = if fraction.is_empty() {
            0
        } else {
            fraction.parse().ok()?
        };
        let scaled = whole.parse::<u64>().ok()?.into();
        let scaled = u128::checked_mul(scaled, scale)?.checked_add(fraction)?;
        u64::try_from(scaled.checked_mul(1 << shift)? / scale)
            .ok()
            .map(Self)
    }
}

impl fmt::Display for ByteSize {
    /// Writes the size exactly, in the largest unit that divides it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (shift, unit) in [(40, 'T'), (30, 'G'), (20, 'M'), (10, 'K')] {
            if self.0 != 0 && self.0.trailing_zeros() >= shift {
                return write!(f, "{}{unit}", self.0 >> shift);
            }
        }
        write!(f, "{}", self.0)
    }
}

/// A size within bounds.
pub struct Size {
    /// The smallest size, included.
    pub min: ByteSize,
    /// The largest size, included.
    pub max: ByteSize,
}

impl Describe for Size {
    fn accepts(&self) -> String {
        format!(
            "a size from {} to {}, like `64M` or `0.5GiB`",
            self.min, self.max
        )
    }
}

impl Kind for Size {
    type Value = ByteSize;

    fn parse(&self, text: &str) -> Result<ByteSize, Refusal> {
        let size = ByteSize::parse(text).ok_or_else(Refusal::default)?;
        if (self.min..=self.max).contains(&size) {
            return Ok(size);
        }
        let bare = text.bytes().all(|byte| byte.is_ascii_digit());
        Err(if bare && size < self.min {
            Refusal::hint("Without a unit the number is in bytes.")
        } else {
            Refusal::default()
        })
    }

    fn show(&self, value: &ByteSize) -> String {
        value.to_string()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn sizes_are_read_in_powers_of_1024() {
        for (text, bytes) in [
            ("512M", 512 << 20),
            ("512m", 512 << 20),
            ("512 MB", 512 << 20),
            ("1G", 1 << 30),
            ("1.5GiB", 3 << 29),
            ("0.5k", 512),
            ("1048576", 1 << 20),
            ("7b", 7),
            ("0", 0),
        ] {
            assert_eq!(ByteSize::parse(text), Some(ByteSize(bytes)), "{text}");
        }
        for bad in [
            "",
            "M",
            ".5G",
            "5.G",
            "1.2.3M",
            "-1M",
            "1X",
            "99999999T",
            "0.0000000001G",
        ] {
            assert_eq!(ByteSize::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_number_without_a_unit_that_is_too_small_is_explained() {
        let kind = Size {
            min: ByteSize::mib(64),
            max: ByteSize::mib(1 << 20),
        };
        assert!(
            kind.parse("512")
                .unwrap_err()
                .hint
                .unwrap()
                .contains("in bytes")
        );
        assert_eq!(kind.parse("32M"), Err(Refusal::default()));
    }

    proptest! {
        #[test]
        fn a_shown_size_reads_back(bytes in any::<u64>()) {
            prop_assert_eq!(ByteSize::parse(&ByteSize(bytes).to_string()), Some(ByteSize(bytes)));
        }

        #[test]
        fn no_text_panics(text in ".*") {
            let _ = ByteSize::parse(&text);
        }
    }
}
