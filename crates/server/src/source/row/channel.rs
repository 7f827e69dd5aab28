//! `nchat_channels`: channels as records, made and put away as events.

use domain::{
    event::{Kind, RawEvent},
    id::{ChannelId, UserId},
    record::{ChannelKind, ChannelRecord},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Account, Moment, RecentMessages, Row, Told, event, text, verb_at};

/// The name of the table.
const TABLE: &str = "nchat_channels";

/// A channel or conversation.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Channel {
    id: Uuid,
    #[serde(default)]
    source_account_id: Account,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    slug: Option<String>,
    #[serde(default, rename = "type")]
    kind: Option<String>,
    #[serde(default)]
    is_archived: Option<bool>,
    #[serde(default)]
    created_by: Option<Uuid>,
    created_at: Moment,
    #[serde(default)]
    archived_at: Option<Moment>,
    /// Members, counted by the query.
    #[serde(skip)]
    members: Option<i64>,
}

from_row!(Channel: id, created_at; source_account_id, name, slug, kind = "type", is_archived, created_by, archived_at, members);

/// Returns a text that says something.
fn said(text: Option<&String>) -> Option<String> {
    text.filter(|text| !text.trim().is_empty()).cloned()
}

impl Channel {
    fn record(&self) -> Option<ChannelRecord> {
        let id = ChannelId::new(self.id.to_string()).ok()?;
        Some(ChannelRecord {
            name: said(self.name.as_ref()),
            slug: said(self.slug.as_ref()),
            kind: self.kind.as_deref().and_then(ChannelKind::parse),
            is_archived: Some(self.is_archived == Some(true)),
            member_count: self.members.and_then(|members| u32::try_from(members).ok()),
            owner: text(self.created_by).and_then(|owner| UserId::new(owner).ok()),
            created_at: Some(self.created_at.into()),
            ..ChannelRecord::new(id)
        })
    }

    fn about(&self, event: RawEvent) -> RawEvent {
        RawEvent {
            channel: Some(self.id.to_string()),
            ..event
        }
    }
}

impl Row for Channel {
    fn tell(&self, _recent: &RecentMessages, told: &mut Told) {
        let account = &self.source_account_id;
        if let Some(record) = self.record() {
            told.channel(account, record);
        }
        let created = RawEvent {
            user: text(self.created_by),
            ..self.about(event(
                TABLE,
                self.id,
                None,
                Kind::ChannelCreated,
                self.created_at,
            ))
        };
        told.event(account, created);
        if let (Some(true), Some(at)) = (self.is_archived, self.archived_at) {
            let verb = verb_at("archived", at);
            let archived = event(TABLE, self.id, Some(&verb), Kind::ChannelArchived, at);
            told.event(account, self.about(archived));
        }
    }
}
