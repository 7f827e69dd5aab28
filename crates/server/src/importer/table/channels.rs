//! Tables of channels.

use std::path::Path;

use domain::{
    id::{ChannelId, UserId},
    record::{ChannelKind, ChannelRecord},
};

use super::{
    cell,
    reader::{Column, FromRow, RecordTable, Row},
};
use crate::importer::{ImportError, scalar};

/// Columns of a table of channels; others are left out.
#[rustfmt::skip]
pub const CHANNEL_COLUMNS: &[Column] = &[
    Column { names: &["channel_id", "id", "channelid"],
        holds: "Which, as the events name it. A row without one is left out." },
    Column { names: &["name", "channel_name", "display_name"], holds: "Name shown to people." },
    Column { names: &["type", "kind", "channel_type", "visibility"],
        holds: "Who may see it: public, private, direct, group or announcement." },
    Column { names: &["is_private", "private"],
        holds: "The same as a flag, where there is no type." },
    Column { names: &["is_archived", "archived"], holds: "Whether it was put away: a flag." },
    Column { names: &["member_count", "members", "num_members"], holds: "How many are members." },
    Column { names: &["owner_id", "owner", "creator_id", "creator", "created_by"],
        holds: "Who made or owns it." },
    Column { names: &["created_at", "created"], holds: "When it was made: a time." },
    Column { names: &["slug"], holds: "Name in addresses." },
];

/// Opens a table of channels, [`CHANNEL_COLUMNS`].
pub fn open_channels_csv(path: &Path) -> Result<RecordTable<ChannelRecord>, ImportError> {
    RecordTable::open(path)
}

impl FromRow for ChannelRecord {
    const COLUMNS: &'static [Column] = CHANNEL_COLUMNS;

    fn read(row: &mut Row<'_>) -> Option<Self> {
        let id = row.identifier(0, ChannelId::read)?;
        let name = row.text(1);
        let kind = row.value(2, ChannelKind::parse);
        let is_private = row.value(3, scalar::flag);
        let by_flag = is_private.map(|is_private| {
            if is_private {
                ChannelKind::Private
            } else {
                ChannelKind::Public
            }
        });
        Some(Self {
            name,
            kind: kind.or(by_flag),
            is_archived: row.value(4, scalar::flag),
            member_count: row.value(5, cell::count),
            owner: row.identifier(6, UserId::read),
            created_at: row.value(7, cell::instant),
            slug: row.text(8),
            ..Self::new(id)
        })
    }
}
