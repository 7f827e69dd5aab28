//! `channels.json` and its siblings: channels and conversations, and which folder is whose.

use std::collections::{BTreeSet, HashMap, HashSet};

use domain::{
    id::{ChannelId, UserId},
    record::{ChannelKind, ChannelRecord},
    time::Instant,
};
use serde::{Deserialize, de::IgnoredAny};

use super::{archive::Archive, layout::Layout, list, time};
use crate::importer::{ImportError, scalar::Text};

/// The lists that hold channels, with what they hold. The first list that names a channel wins.
const LISTS: [(&str, ChannelKind); 4] = [
    ("channels.json", ChannelKind::Public),
    ("groups.json", ChannelKind::Private),
    ("mpims.json", ChannelKind::Group),
    ("dms.json", ChannelKind::Direct),
];

#[derive(Debug, Deserialize)]
struct Channel {
    id: String,
    name: Option<String>,
    /// Seconds, which older exports write as text.
    #[serde(default, deserialize_with = "created")]
    created: Option<Instant>,
    creator: Option<String>,
    is_archived: Option<bool>,
    members: Option<Vec<IgnoredAny>>,
    is_im: Option<bool>,
    is_mpim: Option<bool>,
    is_private: Option<bool>,
}

fn created<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Instant>, D::Error> {
    let seconds = Option::<Text<'_>>::deserialize(deserializer)?;
    let instant = seconds.and_then(|seconds| time::parse(&seconds.0));
    Ok(instant.filter(|instant| instant.as_millis() > 0))
}

/// The channels of an export.
#[derive(Debug, Default)]
pub(super) struct Channels {
    records: Vec<ChannelRecord>,
    id_of_name: HashMap<String, String>,
}

impl Channels {
    /// Reads the lists of channels, and makes records for folders that none of them names.
    pub(super) fn read(archive: &mut dyn Archive, layout: &Layout) -> Result<Self, ImportError> {
        let mut channels = Self::default();
        let mut known = HashSet::new();
        for (name, kind) in LISTS {
            for channel in list::read::<Channel>(archive, layout, name)? {
                if known.insert(channel.id.clone()) {
                    channels.add(channel, kind);
                }
            }
        }
        let folders = layout.folders();
        channels.add_unlisted(&folders, &known);
        Ok(channels)
    }

    /// Returns the identifier of the channel whose folder has that name: the folder's own name
    /// where no list knows better, as for conversations of two and channels renamed since.
    pub(super) fn id_of_folder<'a>(&'a self, folder: &'a str) -> &'a str {
        self.id_of_name.get(folder).map_or(folder, String::as_str)
    }

    /// Returns what is known of each channel.
    pub(super) fn records(&self) -> Vec<ChannelRecord> {
        self.records.clone()
    }

    fn add(&mut self, channel: Channel, kind: ChannelKind) {
        let Ok(id) = ChannelId::new(&channel.id) else {
            return;
        };
        let name = channel.name.filter(|name| !name.trim().is_empty());
        if let Some(name) = &name {
            self.id_of_name
                .entry(name.clone())
                .or_insert_with(|| id.as_str().to_owned());
        }
        let is = |flag: Option<bool>| flag == Some(true);
        let kind = if is(channel.is_im) {
            ChannelKind::Direct
        } else if is(channel.is_mpim) {
            ChannelKind::Group
        } else if is(channel.is_private) && kind == ChannelKind::Public {
            ChannelKind::Private
        } else {
            kind
        };
        self.records.push(ChannelRecord {
            name,
            kind: Some(kind),
            is_archived: channel.is_archived,
            member_count: channel
                .members
                .and_then(|members| u32::try_from(members.len()).ok()),
            owner: channel
                .creator
                .and_then(|creator| UserId::new(creator).ok()),
            created_at: channel.created,
            ..ChannelRecord::new(id)
        });
    }

    fn add_unlisted(&mut self, folders: &BTreeSet<&str>, known: &HashSet<String>) {
        for folder in folders {
            if self.id_of_name.contains_key(*folder) || known.contains(*folder) {
                continue;
            }
            if let Ok(id) = ChannelId::new(folder) {
                self.records.push(ChannelRecord {
                    name: Some((*folder).to_owned()),
                    kind: kind_of_folder(folder),
                    ..ChannelRecord::new(id)
                });
            }
        }
    }
}

/// Returns the kind that the name of a folder gives away, so that a conversation that no list
/// names is still treated as confidential.
fn kind_of_folder(folder: &str) -> Option<ChannelKind> {
    if folder.starts_with("mpdm-") {
        return Some(ChannelKind::Group);
    }
    let is_id = folder.len() >= 9
        && folder
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    match folder.as_bytes().first() {
        Some(b'D') if is_id => Some(ChannelKind::Direct),
        Some(b'G') if is_id => Some(ChannelKind::Private),
        _ => None,
    }
}
