//! Tables of channels.

use std::{io::Read, path::Path};

use domain::{
    id::{ChannelId, UserId},
    record::{ChannelKind, ChannelRecord},
};

use super::{
    cell::Cell,
    reader::{Row, Table},
};
use crate::importer::ImportError;

/// Reads a table of channels: `channel_id`, `name`, `type`, `is_private`, `is_archived`,
/// `member_count`, `owner_id`, `created_at` and other names of these. Columns it does not know are
/// left out.
pub fn read_channels_csv(path: &Path) -> Result<Vec<ChannelRecord>, ImportError> {
    read(Table::open(path)?)
}

/// Reads the rows of an opened table.
pub(super) fn read<R: Read>(table: Table<R>) -> Result<Vec<ChannelRecord>, ImportError> {
    let columns = Columns::of(&table)?;
    table.each(|row| columns.read(row))
}

struct Columns {
    id: usize,
    name: Option<usize>,
    kind: Option<usize>,
    is_private: Option<usize>,
    is_archived: Option<usize>,
    member_count: Option<usize>,
    owner: Option<usize>,
    created_at: Option<usize>,
}

impl Columns {
    fn of<R: Read>(table: &Table<R>) -> Result<Self, ImportError> {
        Ok(Self {
            id: table.required(&["channel_id", "id", "channelid"])?,
            name: table.column(&["name", "channel_name", "display_name"]),
            kind: table.column(&["type", "kind", "channel_type", "visibility"]),
            is_private: table.column(&["is_private", "private"]),
            is_archived: table.column(&["is_archived", "archived"]),
            member_count: table.column(&["member_count", "members", "num_members"]),
            owner: table.column(&["owner_id", "owner", "creator_id", "creator", "created_by"]),
            created_at: table.column(&["created_at", "created"]),
        })
    }

    fn read(&self, row: &Row<'_>) -> Result<ChannelRecord, ImportError> {
        const IDENTIFIER: &str = "an identifier of at most 128 bytes without control characters";
        let id = row.required(self.id)?;
        let id = ChannelId::new(id.value).map_err(|_| id.wrong(IDENTIFIER))?;
        let owner = row
            .cell(self.owner)
            .map(|cell| UserId::new(cell.value).map_err(|_| cell.wrong(IDENTIFIER)));
        Ok(ChannelRecord {
            name: row.cell(self.name).map(Cell::text),
            kind: self.kind_of(row)?,
            is_archived: row.cell(self.is_archived).map(Cell::flag).transpose()?,
            member_count: row.cell(self.member_count).map(Cell::count).transpose()?,
            owner: owner.transpose()?,
            created_at: row.cell(self.created_at).map(Cell::instant).transpose()?,
            ..ChannelRecord::new(id)
        })
    }

    fn kind_of(&self, row: &Row<'_>) -> Result<Option<ChannelKind>, ImportError> {
        if let Some(cell) = row.cell(self.kind) {
            let kind = ChannelKind::parse(cell.value)
                .ok_or_else(|| cell.wrong("public, private, direct, group or announcement"))?;
            return Ok(Some(kind));
        }
        let is_private = row.cell(self.is_private).map(Cell::flag).transpose()?;
        let kind = |is_private| {
            if is_private {
                ChannelKind::Private
            } else {
                ChannelKind::Public
            }
        };
        Ok(is_private.map(kind))
    }
}
