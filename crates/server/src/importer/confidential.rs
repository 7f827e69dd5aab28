//! Which channels anything that is imported keeps among a few.
//!
//! Exports of several years differ, and so may a table. Whatever the order of what is given, a channel
//! that one of them calls confidential is: this is known before the first event is read.

use std::collections::HashMap;

use domain::{
    id::ChannelId,
    record::{ChannelKind, ChannelRecord},
};

/// The confidential channels, and what kind they are of.
#[derive(Debug, Default)]
pub struct Confidential(HashMap<ChannelId, ChannelKind>);

impl Confidential {
    /// Remembers which of these channels are confidential.
    pub fn learn(&mut self, channels: &[ChannelRecord]) {
        for channel in channels {
            if let Some(kind) = channel.kind.filter(|kind| kind.is_confidential()) {
                self.0.entry(channel.id.clone()).or_insert(kind);
            }
        }
    }

    /// Corrects the kind of those of these channels that are confidential elsewhere.
    pub fn correct(&self, channels: &mut [ChannelRecord]) {
        for channel in channels {
            let is_confidential = channel.kind.is_none_or(ChannelKind::is_confidential);
            if !is_confidential && let Some(kind) = self.0.get(&channel.id) {
                channel.kind = Some(*kind);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_one_source_keeps_among_a_few_is_so_in_all() {
        let record = |id: &str, kind| ChannelRecord {
            kind,
            ..ChannelRecord::new(ChannelId::new(id).unwrap())
        };
        let (public, private) = (Some(ChannelKind::Public), Some(ChannelKind::Private));
        let mut first = vec![
            record("C1", public),
            record("C2", public),
            record("C3", None),
        ];
        let mut second = vec![
            record("C1", private),
            record("C2", public),
            record("C3", Some(ChannelKind::Group)),
            record("C1", Some(ChannelKind::Direct)),
        ];
        let mut confidential = Confidential::default();
        confidential.learn(&first);
        confidential.learn(&second);
        let unchanged = second.clone();
        confidential.correct(&mut first);
        confidential.correct(&mut second);
        assert_eq!(
            first,
            [
                record("C1", private),
                record("C2", public),
                record("C3", None)
            ]
        );
        assert_eq!(second, unchanged);
    }
}
