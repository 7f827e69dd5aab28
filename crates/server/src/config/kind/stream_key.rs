//! Keys of Redis.

use super::{Describe, Kind, Refusal};

/// Longest key.
const LONGEST: usize = 200;
/// What stands for no key.
const OFF: &str = "off";

/// The key of a stream, or `off`.
pub struct StreamKey;

/// The key of a stream, or `off`.
pub const STREAM_KEY: StreamKey = StreamKey;

impl Describe for StreamKey {
    fn accepts(&self) -> String {
        format!("a key of at most {LONGEST} letters, digits and `:._-{{}}`, or `{OFF}`")
    }
}

impl Kind for StreamKey {
    type Value = Option<String>;

    fn parse(&self, text: &str) -> Result<Self::Value, Refusal> {
        let fits = |c: char| c.is_ascii_alphanumeric() || ":._-{}".contains(c);
        if text.len() > LONGEST || !text.chars().all(fits) {
            return Err(Refusal::default());
        }
        Ok((text != OFF).then(|| text.to_owned()))
    }

    fn show(&self, value: &Self::Value) -> String {
        value.clone().unwrap_or_else(|| OFF.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_a_word_and_off_is_none() {
        assert_eq!(
            STREAM_KEY.parse("analytics:events").unwrap().as_deref(),
            Some("analytics:events")
        );
        assert_eq!(STREAM_KEY.parse("off").unwrap(), None);
        assert_eq!(STREAM_KEY.show(&None), "off");
        for bad in ["a b", "redis://:p@h/0", "ä", &"x".repeat(201)] {
            assert!(STREAM_KEY.parse(bad).is_err(), "{bad}");
        }
    }
}
