//! Tables of people.

use std::{io::Read, path::Path};

use domain::{id::UserId, record::PersonRecord};

use super::{
    cell::Cell,
    reader::{Row, Table},
};
use crate::importer::ImportError;

/// Reads a table of people: `user_id`, `display_name`, `email`, `role`, `is_bot`, `status`,
/// `created_at`, `first_seen_at` and other names of these. Columns it does not know are left out.
pub fn read_people_csv(path: &Path) -> Result<Vec<PersonRecord>, ImportError> {
    read(Table::open(path)?)
}

/// Reads the rows of an opened table.
pub(super) fn read<R: Read>(table: Table<R>) -> Result<Vec<PersonRecord>, ImportError> {
    let columns = Columns::of(&table)?;
    table.each(|row| columns.read(row))
}

struct Columns {
    id: usize,
    name: Option<usize>,
    email: Option<usize>,
    role: Option<usize>,
    is_bot: Option<usize>,
    status: Option<usize>,
    is_deactivated: Option<usize>,
    is_active: Option<usize>,
    created_at: Option<usize>,
    first_seen_at: Option<usize>,
}

impl Columns {
    fn of<R: Read>(table: &Table<R>) -> Result<Self, ImportError> {
        Ok(Self {
            id: table.required(&["user_id", "id", "userid", "member_id", "user"])?,
            name: table.column(&[
                "display_name",
                "displayname",
                "name",
                "full_name",
                "fullname",
                "real_name",
                "username",
            ]),
            email: table.column(&["email", "email_address", "mail"]),
            role: table.column(&["role"]),
            is_bot: table.column(&["is_bot", "bot"]),
            status: table.column(&["status", "account_status"]),
            is_deactivated: table.column(&["is_deactivated", "deactivated", "deleted", "disabled"]),
            is_active: table.column(&["is_active", "active", "enabled"]),
            created_at: table.column(&["created_at", "created", "joined_at", "signed_up_at"]),
            first_seen_at: table.column(&[
                "first_seen_at",
                "first_seen",
                "first_message_at",
                "first_event_at",
            ]),
        })
    }

    fn read(&self, row: &Row<'_>) -> Result<PersonRecord, ImportError> {
        let id = row.required(self.id)?;
        let id = UserId::new(id.value).map_err(|_| {
            id.wrong("an identifier of at most 128 bytes without control characters")
        })?;
        let status = row
            .cell(self.status)
            .map(Status::of)
            .transpose()?
            .unwrap_or_default();
        let is_active = row.cell(self.is_active).map(Cell::flag).transpose()?;
        let is_deactivated = row.cell(self.is_deactivated).map(Cell::flag).transpose()?;
        Ok(PersonRecord {
            name: row.cell(self.name).map(Cell::text),
            email: row.cell(self.email).map(Cell::text),
            role: row
                .cell(self.role)
                .map(Cell::text)
                .or(status.role.map(str::to_owned)),
            is_bot: row
                .cell(self.is_bot)
                .map(Cell::flag)
                .transpose()?
                .or(status.is_bot),
            is_deactivated: is_deactivated
                .or(is_active.map(|is_active| !is_active))
                .or(status.is_deactivated),
            created_at: row.cell(self.created_at).map(Cell::instant).transpose()?,
            first_seen_at: row
                .cell(self.first_seen_at)
                .map(Cell::instant)
                .transpose()?,
            ..PersonRecord::new(id)
        })
    }
}

/// What the status of an account says; Slack's own list of members puts role and bot there too.
#[derive(Debug, Default)]
struct Status {
    role: Option<&'static str>,
    is_bot: Option<bool>,
    is_deactivated: Option<bool>,
}

impl Status {
    fn of(cell: Cell<'_>) -> Result<Self, ImportError> {
        let role = |role| Self {
            role: Some(role),
            is_bot: None,
            is_deactivated: Some(false),
        };
        match cell.value.to_lowercase().as_str() {
            "active" | "enabled" | "online" | "away" | "offline" => Ok(Self {
                is_deactivated: Some(false),
                ..Self::default()
            }),
            "inactive" | "deactivated" | "disabled" | "deleted" | "suspended" | "banned" => {
                Ok(Self {
                    is_deactivated: Some(true),
                    ..Self::default()
                })
            }
            "invited" | "pending" => Ok(Self::default()),
            "bot" => Ok(Self {
                is_bot: Some(true),
                ..Self::default()
            }),
            "owner" | "primary owner" | "workspace owner" => Ok(role("owner")),
            "admin" | "workspace admin" => Ok(role("admin")),
            "member" => Ok(role("member")),
            "guest" | "single-channel guest" | "multi-channel guest" => Ok(role("guest")),
            _ => Err(cell.wrong("active, deactivated or the like")),
        }
    }
}
