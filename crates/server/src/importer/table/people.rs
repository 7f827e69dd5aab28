//! Tables of people.

use std::path::Path;

use domain::{id::UserId, record::PersonRecord};

use super::{
    cell,
    reader::{Column, FromRow, RecordTable, Row},
};
use crate::importer::{ImportError, scalar};

/// Columns of a table of people; others are left out.
#[rustfmt::skip]
pub const PEOPLE_COLUMNS: &[Column] = &[
    Column { names: &["user_id", "id", "userid", "member_id", "user"],
        holds: "Who, as the events name them. A row without one is left out." },
    Column { names: &["display_name", "displayname", "name", "full_name", "fullname", "real_name", "username"],
        holds: "Name shown to others; of several the first that is filled." },
    Column { names: &["email", "email_address", "mail"], holds: "E-mail address." },
    Column { names: &["role"], holds: "Role in the chat: owner, admin, member, guest." },
    Column { names: &["is_bot", "bot"], holds: "Whether it is a bot: a flag." },
    Column { names: &["status", "account_status"],
        holds: "Whether the account is in use: active, deactivated and the like; also role and bot, as Slack's list of members has it." },
    Column { names: &["is_deactivated", "deactivated", "deleted", "disabled"],
        holds: "Whether the account is switched off: a flag, which wins over the status." },
    Column { names: &["is_active", "active", "enabled"], holds: "The opposite: a flag." },
    Column { names: &["created_at", "created", "joined_at", "signed_up_at"],
        holds: "When the account was made: a time." },
    Column { names: &["first_seen_at", "first_seen", "first_message_at", "first_event_at"],
        holds: "When first seen: a time." },
];

/// Opens a table of people, [`PEOPLE_COLUMNS`].
pub fn open_people_csv(path: &Path) -> Result<RecordTable<PersonRecord>, ImportError> {
    RecordTable::open(path)
}

impl FromRow for PersonRecord {
    const COLUMNS: &'static [Column] = PEOPLE_COLUMNS;

    fn read(row: &mut Row<'_>) -> Option<Self> {
        let id = row.identifier(0, UserId::read)?;
        let name = row.text(1);
        let email = row.text(2);
        let role = row.text(3);
        let is_bot = row.value(4, scalar::flag);
        let status = row.value(5, Status::of).unwrap_or_default();
        let is_deactivated = row.value(6, scalar::flag);
        let is_active = row.value(7, scalar::flag);
        Some(Self {
            name,
            email,
            role: role.or(status.role.map(str::to_owned)),
            is_bot: is_bot.or(status.is_bot),
            is_deactivated: is_deactivated
                .or(is_active.map(|is_active| !is_active))
                .or(status.is_deactivated),
            created_at: row.value(8, cell::instant),
            first_seen_at: row.value(9, cell::instant),
            ..Self::new(id)
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
    /// Reads a status; `None` for one that is not known.
    fn of(value: &str) -> Option<Self> {
        let role = |role| Self {
            role: Some(role),
            is_bot: None,
            is_deactivated: Some(false),
        };
        Some(match value.to_lowercase().as_str() {
            "active" | "enabled" | "online" | "away" | "offline" => Self {
                is_deactivated: Some(false),
                ..Self::default()
            },
            "inactive" | "deactivated" | "disabled" | "deleted" | "suspended" | "banned" => Self {
                is_deactivated: Some(true),
                ..Self::default()
            },
            "invited" | "invited member" | "invited guest" | "pending" => Self::default(),
            "bot" => Self {
                is_bot: Some(true),
                ..Self::default()
            },
            "owner" | "primary owner" | "workspace owner" | "org owner" => role("owner"),
            "admin" | "workspace admin" | "org admin" => role("admin"),
            "member" | "regular" => role("member"),
            "guest" | "single-channel guest" | "multi-channel guest" => role("guest"),
            _ => return None,
        })
    }
}
