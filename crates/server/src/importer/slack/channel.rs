//! `channels.json` and its siblings: channels and conversations, and which folder is whose.

use std::collections::HashMap;

use domain::{
    id::{ChannelId, UserId},
    record::{ChannelKind, ChannelRecord},
    time::Instant,
};
use serde::{Deserialize, de::IgnoredAny};

use super::{
    archive::Archive,
    event::Place,
    folder_name::{self, canvas, folded},
    layout::{Layout, Root},
    list::{self, Mended},
    notes::Notes,
    time,
};
use crate::importer::{ImportError, Note, identifier::bounded, scalar::Text};

/// The lists that hold channels, with what they hold. The first list that names a channel wins.
const LISTS: [(&str, ChannelKind); 5] = [
    ("channels.json", ChannelKind::Public),
    ("groups.json", ChannelKind::Private),
    ("mpims.json", ChannelKind::Group),
    ("dms.json", ChannelKind::Direct),
    // What is said about a canvas is for those who may see it.
    ("file_conversations.json", ChannelKind::Private),
];

/// Longest name that a folder may have; what is longer names none.
const MAX_FOLDER_BYTES: usize = 4_096;

#[derive(Debug, Deserialize)]
struct Channel {
    id: String,
    name: Option<String>,
    /// The name in other characters, which older exports call the folder by.
    name_normalized: Option<String>,
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

/// The channels of all exports of an archive.
#[derive(Debug, Default)]
pub(super) struct Channels {
    records: Vec<ChannelRecord>,
    /// Where the record of a channel stands.
    known: HashMap<String, usize>,
    /// Whose the folders are; those of nobody are not read.
    folders: HashMap<(usize, String), Folder>,
}

#[derive(Debug)]
struct Folder {
    channel: String,
    is_kind_known: bool,
}

/// Which channel of one export goes by which name.
#[derive(Debug, Default)]
struct Names {
    /// Names and identifiers as they are listed.
    exact: Unique,
    /// Folded names, which are asked where no other fits.
    folded: Unique,
}

/// Channels by name; `None` where several go by one.
#[derive(Debug, Default)]
struct Unique(HashMap<String, Option<String>>);

impl Unique {
    fn add(&mut self, name: &str, channel: &ChannelId) {
        let known = self
            .0
            .entry(name.to_owned())
            .or_insert_with(|| Some(channel.as_str().to_owned()));
        if known.as_deref() != Some(channel.as_str()) {
            *known = None;
        }
    }

    fn get(&self, name: &str) -> Option<String> {
        self.0.get(name).cloned().flatten()
    }
}

impl Names {
    fn add(&mut self, name: &str, channel: &ChannelId) {
        let folded = folded(name);
        if let Some(canvas) = canvas(&folded) {
            self.folded.add(canvas, channel);
        }
        self.folded.add(&folded, channel);
    }

    /// Returns the channel whose folder this is.
    fn channel_of(&self, folder: &str) -> Option<String> {
        let folded = folded(folder);
        self.exact
            .get(folder)
            .or_else(|| self.folded.get(&folded))
            .or_else(|| self.folded.get(canvas(&folded)?))
    }
}

impl Channels {
    /// Reads the lists of channels, and makes records for folders that none of them names.
    pub(super) fn read(
        archive: &mut dyn Archive,
        layout: &Layout,
        notes: &mut Notes,
    ) -> Result<Self, ImportError> {
        let mut channels = Self::default();
        let mut names = Vec::new();
        for root in layout.roots() {
            let mut own = Names::default();
            for (list, kind) in LISTS {
                list::read(archive, root, list, notes, |channel| {
                    channels.add(channel, kind, &mut own)
                })?;
            }
            names.push(own);
        }
        for (root, folder) in layout.folders() {
            channels.add_folder(layout, &names, root, folder, notes);
        }
        Ok(channels)
    }

    /// Returns whose messages the files of a folder hold; `None` when it is no channel's.
    pub(super) fn place(&self, root: usize, folder: &str) -> Option<Place<'_>> {
        let folder = self.folders.get(&(root, folder.to_owned()))?;
        Some(Place {
            channel: &folder.channel,
            is_kind_known: folder.is_kind_known,
        })
    }

    /// Returns what is known of each channel.
    pub(super) fn records(&self) -> Vec<ChannelRecord> {
        self.records.clone()
    }

    fn add(&mut self, channel: Channel, kind: ChannelKind, names: &mut Names) -> Mended {
        let Some(id) = ChannelId::read(&bounded(&channel.id)).0 else {
            return Vec::new();
        };
        let name = channel.name.filter(|name| !name.trim().is_empty());
        names.exact.add(id.as_str(), &id);
        let fits = |name: &&String| name.len() <= MAX_FOLDER_BYTES;
        if let Some(name) = name.as_ref().filter(fits) {
            names.exact.add(name, &id);
        }
        let both = [&name, &channel.name_normalized];
        for name in both.into_iter().flatten().filter(fits) {
            names.add(name, &id);
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
        let mut record = ChannelRecord {
            name,
            kind: Some(kind),
            is_archived: channel.is_archived,
            member_count: channel
                .members
                .and_then(|members| u32::try_from(members.len()).ok()),
            owner: channel
                .creator
                .and_then(|creator| UserId::read(&bounded(&creator)).0),
            created_at: channel.created,
            ..ChannelRecord::new(id)
        };
        let mended = record.fit();
        self.put(record);
        mended
    }

    /// Adds what a list says of a channel that another list may have named before.
    fn put(&mut self, record: ChannelRecord) {
        let next = self.records.len();
        let place = *self
            .known
            .entry(record.id.as_str().to_owned())
            .or_insert(next);
        let Some(before) = self.records.get_mut(place) else {
            return self.records.push(record);
        };
        // Where exports differ, what one of them keeps among a few is nobody else's business.
        if record.kind.is_some_and(ChannelKind::is_confidential)
            && !before.kind.is_some_and(ChannelKind::is_confidential)
        {
            before.kind = record.kind;
        }
        before.name = before.name.take().or(record.name);
        before.is_archived = before.is_archived.or(record.is_archived);
        before.member_count = before.member_count.or(record.member_count);
        before.owner = before.owner.take().or(record.owner);
        before.created_at = before.created_at.or(record.created_at);
    }

    /// Finds the channel of a folder: by its name or identifier, then by the names that unpacking
    /// may have made of these. What no list names is a channel of its own.
    fn add_folder(
        &mut self,
        layout: &Layout,
        names: &[Names],
        root: usize,
        folder: &str,
        notes: &mut Notes,
    ) {
        let kin = layout.kin(root);
        let mut listed = kin
            .into_iter()
            .filter_map(|kin| names.get(kin)?.channel_of(folder));
        let found = match listed.next() {
            Some(channel) => Folder {
                channel,
                is_kind_known: true,
            },
            // A folder within the folder of a channel, unless the title of a canvas was cut there.
            None if folder.contains('/') && canvas(&folded(folder)).is_none() => return,
            None => self.unlisted(layout, root, folder, notes),
        };
        self.folders.insert((root, folder.to_owned()), found);
    }

    fn unlisted(
        &mut self,
        layout: &Layout,
        root: usize,
        folder: &str,
        notes: &mut Notes,
    ) -> Folder {
        let root = layout.roots().get(root);
        let name = folder_name::composed(folder);
        // Workspaces of a Grid may have a channel of the same name each.
        let channel = match root.and_then(Root::team) {
            Some(team) => format!("{team}/{name}"),
            None => name.clone(),
        };
        let kind = kind_of_folder(&name);
        let id = ChannelId::read(&bounded(&channel)).0;
        let is_kind_known = kind.is_some() && id.is_some();
        if let Some(id) = id {
            let mut record = ChannelRecord {
                name: Some(name),
                kind,
                ..ChannelRecord::new(id)
            };
            record.fit();
            self.put(record);
        }
        if !is_kind_known {
            notes.noted(Note::UnknownChannel, || {
                format!("{}{folder}/", root.map_or("", |root| &root.prefix))
            });
        }
        Folder {
            channel,
            is_kind_known,
        }
    }
}

/// Returns the kind that the name of a folder gives away, so that a conversation that no list
/// names is still treated as what it is.
fn kind_of_folder(folder: &str) -> Option<ChannelKind> {
    if folder.starts_with("mpdm-") {
        return Some(ChannelKind::Group);
    }
    if canvas(&folded(folder)).is_some() {
        return Some(ChannelKind::Private);
    }
    kind_of_id(folder)
}

/// Returns the kind that an identifier gives away; a `C` says nothing, since private channels have
/// it as well.
fn kind_of_id(id: &str) -> Option<ChannelKind> {
    let is_id = id.len() >= 9
        && id
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    match id.as_bytes().first() {
        Some(b'D') if is_id => Some(ChannelKind::Direct),
        Some(b'G') if is_id => Some(ChannelKind::Private),
        _ => None,
    }
}
