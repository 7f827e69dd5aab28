//! Identifiers of bounded length: each event of a message names its channel and its author, so what is
//! long there is held as often as there are events.

use std::{borrow::Cow, cell::Cell};

use domain::id::{MAX_ID_LENGTH, UserId, is_placeholder};

/// Returns what an identifier from outside goes by in events and records alike: itself, or, where it
/// is too long, the text that always stands for it.
pub(super) fn bounded(text: &str) -> Cow<'_, str> {
    let text = text.trim();
    if text.len() <= MAX_ID_LENGTH {
        return Cow::Borrowed(text);
    }
    // TRICKY: where control characters are many, what stands for the text is too long as well, and
    // would be replaced once more by whoever reads it.
    let mut bounded = Cow::Borrowed(text);
    while bounded.len() > MAX_ID_LENGTH {
        match UserId::read(&bounded).0 {
            Some(id) => bounded = Cow::Owned(id.into()),
            None => break,
        }
    }
    bounded
}

/// Reads the identifiers of a message, and remembers whether one of them was too long to be kept
/// whole.
#[derive(Debug, Default)]
pub(super) struct Identifiers {
    is_shortened: Cell<bool>,
}

impl Identifiers {
    /// Returns what an identifier goes by.
    pub(super) fn read(&self, text: &str) -> String {
        let text = bounded(text);
        if matches!(text, Cow::Owned(_)) {
            self.is_shortened.set(true);
        }
        text.into_owned()
    }

    /// Returns whom an identifier names, unless it stands for nobody.
    pub(super) fn person(&self, text: &str) -> Option<String> {
        (!is_placeholder(text)).then(|| self.read(text))
    }

    /// Notes that something else was too long.
    pub(super) fn shorten(&self) {
        self.is_shortened.set(true);
    }

    /// Returns whether something was too long.
    pub(super) fn is_shortened(&self) -> bool {
        self.is_shortened.get()
    }
}

#[cfg(test)]
mod tests {
    use domain::id::ChannelId;

    use super::*;

    #[test]
    fn whoever_reads_an_identifier_again_finds_it_unchanged() {
        for text in [
            "U1".to_owned(),
            "x".repeat(MAX_ID_LENGTH),
            "x".repeat(1 << 20),
            "é".repeat(100),
            "\u{1}".repeat(500),
            format!(" mpdm-{}-1 ", "ann--".repeat(30)),
        ] {
            let once = bounded(&text);
            assert!(once.len() <= MAX_ID_LENGTH, "{}", once.len());
            assert_eq!(bounded(&once), once);
            if once.len() < text.trim().len() {
                assert_eq!(ChannelId::new(&once).unwrap().as_str(), once);
            }
        }
        assert_ne!(bounded(&"x".repeat(200)), bounded(&"x".repeat(201)));
    }

    #[test]
    fn what_is_short_stays_as_it_is() {
        let identifiers = Identifiers::default();
        assert_eq!(identifiers.person(" U1 ").as_deref(), Some("U1"));
        assert_eq!(identifiers.person("U00"), None);
        assert!(!identifiers.is_shortened());
        identifiers.read(&"x".repeat(200));
        assert!(identifiers.is_shortened());
    }
}
