//! `POST /api/analytics/records`: what the chat knows of its people and channels.

use axum::{Json, body::Body, extract::State, http::HeaderMap};
use domain::{
    id::{ChannelId, UserId},
    json::mend_half_characters,
    record::{ChannelKind, ChannelRecord, PersonRecord},
    time::Instant,
    warning::Defect,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    body::store_all, error::ApiError, fields, guard::Admin, state::ApiState, track::ValueWarning,
};
use crate::auth::Caller;

/// Records to keep; what a record does not say stays as it was.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RecordsBody {
    /// People and bots.
    #[serde(default)]
    pub people: Vec<PersonBody>,
    /// Channels.
    #[serde(default)]
    pub channels: Vec<ChannelBody>,
}

/// What is known of a person.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PersonBody {
    /// Who.
    pub id: String,
    /// Name shown to others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// E-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Role in the chat.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// Whether it is a bot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_bot: Option<bool>,
    /// Whether the account is switched off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_deactivated: Option<bool>,
    /// When the account was made, in milliseconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_ms: Option<i64>,
    /// When first seen, in milliseconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_seen_ms: Option<i64>,
}

/// What is known of a channel.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChannelBody {
    /// Which.
    pub id: String,
    /// Name shown to people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Name in addresses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slug: Option<String>,
    /// Who may see it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "public")]
    pub kind: Option<ChannelKind>,
    /// Whether it was put away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_archived: Option<bool>,
    /// Members.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member_count: Option<u32>,
    /// Who made or owns it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// When it was made, in milliseconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_ms: Option<i64>,
}

/// What became of the records.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct RecordsAnswer {
    /// Always true.
    pub success: bool,
    /// Records that said something new.
    pub changed: u64,
    /// What could not be kept as it was sent; a record without a usable identifier is left out. The
    /// first hundred.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<ValueWarning>,
}

impl From<PersonRecord> for PersonBody {
    fn from(record: PersonRecord) -> Self {
        Self {
            id: record.id.into(),
            name: record.name,
            email: record.email,
            role: record.role,
            is_bot: record.is_bot,
            is_deactivated: record.is_deactivated,
            created_ms: record.created_at.map(Instant::as_millis),
            first_seen_ms: record.first_seen_at.map(Instant::as_millis),
        }
    }
}

impl PersonBody {
    /// Returns the record, unless it is nobody's, and what of it could not be kept.
    fn read(self) -> (Option<PersonRecord>, Vec<(&'static str, Defect)>) {
        let (id, defect) = UserId::read(&self.id);
        let mut told: Vec<_> = defect.map(|defect| ("id", defect)).into_iter().collect();
        let Some(id) = id else {
            told = vec![("id", Defect::Placeholder)];
            return (None, told);
        };
        let mut record = PersonRecord {
            id,
            name: self.name,
            email: self.email,
            role: self.role,
            is_bot: self.is_bot,
            is_deactivated: self.is_deactivated,
            created_at: self.created_ms.map(Instant::from_millis),
            first_seen_at: self.first_seen_ms.map(Instant::from_millis),
        };
        told.extend(record.fit());
        (Some(record), told)
    }
}

impl From<ChannelRecord> for ChannelBody {
    fn from(record: ChannelRecord) -> Self {
        Self {
            id: record.id.into(),
            name: record.name,
            slug: record.slug,
            kind: record.kind,
            is_archived: record.is_archived,
            member_count: record.member_count,
            owner: record.owner.map(String::from),
            created_ms: record.created_at.map(Instant::as_millis),
        }
    }
}

impl ChannelBody {
    /// Returns the record, unless it is of no channel, and what of it could not be kept.
    fn read(self) -> (Option<ChannelRecord>, Vec<(&'static str, Defect)>) {
        let (id, defect) = ChannelId::read(&self.id);
        let mut told: Vec<_> = defect.map(|defect| ("id", defect)).into_iter().collect();
        let Some(id) = id else {
            told = vec![("id", Defect::Placeholder)];
            return (None, told);
        };
        let (owner, defect) = UserId::read(self.owner.as_deref().unwrap_or_default());
        told.extend(defect.map(|defect| ("owner", defect)));
        let mut record = ChannelRecord {
            id,
            name: self.name,
            slug: self.slug,
            kind: self.kind,
            is_archived: self.is_archived,
            member_count: self.member_count,
            owner,
            created_at: self.created_ms.map(Instant::from_millis),
        };
        told.extend(record.fit());
        (Some(record), told)
    }
}

/// Most warnings in an answer.
const MOST_WARNINGS: usize = 100;

/// Reads the records of a list; adds what could not be kept.
fn read_all<B, R>(
    list: &'static str,
    bodies: Vec<B>,
    read: impl Fn(B) -> (Option<R>, Vec<(&'static str, Defect)>),
    warnings: &mut Vec<ValueWarning>,
) -> Vec<R> {
    let mut records = Vec::with_capacity(bodies.len());
    for (index, body) in bodies.into_iter().enumerate() {
        let (record, told) = read(body);
        records.extend(record);
        let room = MOST_WARNINGS.saturating_sub(warnings.len());
        warnings.extend(
            told.into_iter()
                .take(room)
                .map(|(field, defect)| ValueWarning::new(index, format!("{list}.{field}"), defect)),
        );
    }
    records
}

/// What a body says of people and channels, and what of it could not be kept.
type Records = (Vec<PersonRecord>, Vec<ChannelRecord>, Vec<ValueWarning>);

fn read_records(body: &[u8]) -> Result<Records, ApiError> {
    let text = std::str::from_utf8(body).ok();
    let mended = text.and_then(mend_half_characters);
    let records: RecordsBody = fields::read(mended.as_deref().map_or(body, str::as_bytes))?;
    let mut warnings = Vec::new();
    let people = read_all("people", records.people, PersonBody::read, &mut warnings);
    let channels = read_all(
        "channels",
        records.channels,
        ChannelBody::read,
        &mut warnings,
    );
    Ok((people, channels, warnings))
}

/// Keeps what the chat knows of its people and channels.
///
/// Records decide who is a bot and whose words are counted, so this is not for keys that stand in paths,
/// which nChat shows for everybody.
#[utoipa::path(
    post, path = "/api/analytics/records", tag = "ingest", request_body = RecordsBody,
    responses((status = 200, body = RecordsAnswer))
)]
pub(super) async fn put_records(
    State(state): State<ApiState>,
    Admin(caller): Admin,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<RecordsAnswer>, ApiError> {
    caller.require_own_key()?;
    let whole = (body, u64::MAX);
    store_all((state, caller), &headers, whole, read_records, store).await
}

/// Stores the records of a body.
async fn store(
    state: ApiState,
    caller: Caller,
    (people, channels, warnings): Records,
) -> Result<RecordsAnswer, ApiError> {
    let changed = state
        .ingest
        .put_records(&caller.workspace, people, channels)
        .await?;
    Ok(RecordsAnswer {
        success: true,
        changed,
        warnings,
    })
}
