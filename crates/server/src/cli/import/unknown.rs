//! Channels that gave terms though nothing says who may see them.

use std::collections::HashSet;

use domain::{id::Key64, text::counted};

/// Channels that are told apart; more than these are not counted.
const MAX_COUNTED: usize = 100_000;

/// Channels of unknown kind.
#[derive(Debug, Default)]
pub(super) struct UnknownKinds {
    found: HashSet<i64>,
    is_service: bool,
}

impl UnknownKinds {
    /// Adds a channel.
    pub(super) fn add(&mut self, channel: &str) {
        if self.found.len() < MAX_COUNTED {
            self.found.insert(Key64::of(channel).0);
        }
    }

    /// Says that what a running service knows of channels is not known here.
    pub(super) fn behind_a_service(&mut self) {
        self.is_service = true;
    }

    /// Returns whether a channel is among them.
    pub(super) fn contains(&self, channel: &str) -> bool {
        self.found.contains(&Key64::of(channel).0)
    }

    /// Returns how many there are, in words, and what to do; `None` when there is none.
    pub(super) fn text(&self) -> Option<String> {
        let count = self.found.len();
        if count == 0 {
            return None;
        }
        let or_more = if count < MAX_COUNTED { "" } else { " or more" };
        let unless = if self.is_service {
            ", unless the service knows them as confidential"
        } else {
            ""
        };
        Some(format!(
            "{}{or_more} of unknown kind gave terms (hashtags, links, mentions, emoji, topics){unless}: give \
             the kind with --channels, or --unknown-channels=confidential",
            counted(count as u64, "channel"),
        ))
    }
}
