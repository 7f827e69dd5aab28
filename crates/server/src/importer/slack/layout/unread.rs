//! What of an archive is not read.

use std::collections::BTreeMap;

use crate::importer::{
    SkipReason,
    slack::archive::{is_json, is_of},
};

/// What is not read, each folder once.
#[derive(Default)]
pub(super) struct Unread(BTreeMap<String, (u64, String, Option<SkipReason>)>);

impl Unread {
    /// Adds the file at `rest` below the folder `prefix`.
    pub(super) fn add(&mut self, rest: &str, prefix: &str, reason: SkipReason) {
        let is_packed = is_of(rest, "zip");
        let reason = if is_packed {
            SkipReason::Packed
        } else {
            reason
        };
        let key = match rest.split_once('/') {
            // A file of a channel's folder that is no day stands for itself.
            Some((folder, _)) if !is_packed && !is_json(rest) => format!("{prefix}{folder}/"),
            Some(_) | None => format!("{prefix}{rest}"),
        };
        let (count, path, why) = self.0.entry(key).or_default();
        *count += 1;
        if *count == 1 {
            *path = format!("{prefix}{rest}");
            *why = Some(reason);
        }
    }

    pub(super) fn named(self) -> Vec<(String, SkipReason)> {
        self.0
            .into_iter()
            .filter_map(|(folder, (count, path, why))| {
                let name = if count == 1 {
                    path
                } else {
                    format!("{count} files in {folder}")
                };
                Some((name, why?))
            })
            .collect()
    }
}
