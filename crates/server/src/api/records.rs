//! `POST /api/analytics/records`: what the chat knows of its people and channels.

use axum::{Json, body::Body, extract::State, http::HeaderMap};
use domain::{
    id::{ChannelId, UserId},
    record::{ChannelKind, ChannelRecord, PersonRecord},
    time::Instant,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    body::receive,
    error::{ApiError, ErrorAnswer},
    guard::Admin,
    state::ApiState,
};

/// Records to keep; what a record does not say stays as it was.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
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
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PersonBody {
    /// Who.
    #[schema(value_type = String)]
    pub id: UserId,
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
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ChannelBody {
    /// Which.
    #[schema(value_type = String)]
    pub id: ChannelId,
    /// Name shown to people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
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
    #[schema(value_type = Option<String>)]
    pub owner: Option<UserId>,
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
}

impl From<PersonRecord> for PersonBody {
    fn from(record: PersonRecord) -> Self {
        Self {
            id: record.id,
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

impl From<PersonBody> for PersonRecord {
    fn from(body: PersonBody) -> Self {
        Self {
            id: body.id,
            name: body.name,
            email: body.email,
            role: body.role,
            is_bot: body.is_bot,
            is_deactivated: body.is_deactivated,
            created_at: body.created_ms.map(Instant::from_millis),
            first_seen_at: body.first_seen_ms.map(Instant::from_millis),
        }
    }
}

impl From<ChannelRecord> for ChannelBody {
    fn from(record: ChannelRecord) -> Self {
        Self {
            id: record.id,
            name: record.name,
            kind: record.kind,
            is_archived: record.is_archived,
            member_count: record.member_count,
            owner: record.owner,
            created_ms: record.created_at.map(Instant::as_millis),
        }
    }
}

impl From<ChannelBody> for ChannelRecord {
    fn from(body: ChannelBody) -> Self {
        Self {
            id: body.id,
            name: body.name,
            kind: body.kind,
            is_archived: body.is_archived,
            member_count: body.member_count,
            owner: body.owner,
            created_at: body.created_ms.map(Instant::from_millis),
        }
    }
}

/// Keeps what the chat knows of its people and channels.
#[utoipa::path(
    post, path = "/api/analytics/records", tag = "ingest", request_body = RecordsBody,
    responses(
        (status = 200, body = RecordsAnswer), (status = 400, body = ErrorAnswer),
        (status = 401, body = ErrorAnswer), (status = 403, body = ErrorAnswer),
    )
)]
pub(super) async fn put_records(
    State(state): State<ApiState>,
    Admin(caller): Admin,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<RecordsAnswer>, ApiError> {
    let body = receive(&state, &caller, &headers, body, u64::MAX).await?;
    let _room = body.room_for_all().await?;
    let records = read(&body.bytes)?;
    let people = records.people.into_iter().map(PersonRecord::from).collect();
    let channels = records
        .channels
        .into_iter()
        .map(ChannelRecord::from)
        .collect();
    let changed = state
        .ingest
        .put_records(&caller.workspace, people, channels)
        .await?;
    Ok(Json(RecordsAnswer {
        success: true,
        changed,
    }))
}

fn read(body: &[u8]) -> Result<RecordsBody, ApiError> {
    // A list would be taken for the fields in their order.
    if !body.trim_ascii_start().starts_with(b"{") {
        let message = "the body must be an object with `people` and `channels`";
        return Err(ApiError::Shape(message.to_owned()));
    }
    // The reader's sentence may hold whole texts of the body.
    let cut = |error: serde_json::Error| error.to_string().chars().take(200).collect();
    serde_json::from_slice(body).map_err(|error| ApiError::Shape(cut(error)))
}
