//! `nchat_users`: people as records, sign-ups as events.

use domain::{
    event::{Kind, RawEvent},
    id::UserId,
    record::PersonRecord,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::types::Json;
use uuid::Uuid;

use super::{Account, Moment, RecentMessages, Row, Told, event};

/// The name of the table.
const TABLE: &str = "nchat_users";

/// A person or bot.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct User {
    id: Uuid,
    #[serde(default)]
    source_account_id: Account,
    #[serde(default)]
    email: Option<String>,
    #[serde(default)]
    display_name: Option<String>,
    #[serde(default)]
    username: Option<String>,
    #[serde(default)]
    status: Option<String>,
    #[serde(default)]
    is_bot: Option<bool>,
    #[serde(default)]
    metadata: Option<Json<Value>>,
    created_at: Moment,
    #[serde(default)]
    deleted_at: Option<Moment>,
    /// Role in the chat: looked up beside the query where it is no column.
    #[serde(default)]
    pub role: Option<String>,
}

from_row!(User: id, created_at; source_account_id, email, display_name, username, status, is_bot, metadata, deleted_at, role);

impl User {
    /// Returns the identity of the row.
    pub const fn id(&self) -> Uuid {
        self.id
    }

    /// Returns whether it is a bot, where the row says so: nChat has no column for it; integrations
    /// leave a note in the metadata.
    fn is_bot(&self) -> Option<bool> {
        let noted = |name: &str| self.metadata.as_ref()?.0.get(name)?.as_bool();
        let role = (self.role.as_deref() == Some("bot")).then_some(true);
        let said = [self.is_bot, noted("is_bot"), noted("isBot"), role];
        // One yes is enough.
        said.into_iter().flatten().max()
    }

    fn record(&self) -> Option<PersonRecord> {
        let filled = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
        let is_off = matches!(
            self.status.as_deref(),
            Some("inactive" | "suspended" | "deleted")
        );
        Some(PersonRecord {
            name: filled(&self.display_name).or_else(|| filled(&self.username)),
            email: filled(&self.email),
            role: filled(&self.role),
            is_bot: self.is_bot(),
            is_deactivated: Some(is_off || self.deleted_at.is_some()),
            created_at: Some(self.created_at.into()),
            ..PersonRecord::new(UserId::new(self.id.to_string()).ok()?)
        })
    }
}

impl Row for User {
    fn tell(&self, _recent: &RecentMessages, told: &mut Told) {
        let account = &self.source_account_id;
        if let Some(record) = self.record() {
            told.person(account, record);
        }
        // A bot is installed and does not sign up.
        if self.is_bot() != Some(true) {
            let signed_up = RawEvent {
                user: Some(self.id.to_string()),
                ..event(TABLE, self.id, None, Kind::SignedUp, self.created_at)
            };
            told.event(account, signed_up);
        }
    }

    fn tell_removed(&self, _at: Moment, _recent: &RecentMessages, told: &mut Told) {
        if let Some(record) = self.record() {
            let gone = PersonRecord {
                is_deactivated: Some(true),
                ..record
            };
            told.person(&self.source_account_id, gone);
        }
    }
}
