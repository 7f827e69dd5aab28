//! What Hasura's event triggers send of nChat's tables.

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

use super::{
    Moment, RecentMessages, Told,
    row::{
        Attachment, Audit, Call, Channel, Login, Member, Message, Participant, Presence, Reaction,
        Row, Search, Session, User,
    },
};

/// What a trigger sends.
#[derive(Debug, Deserialize)]
pub struct Payload {
    event: Event,
    table: Table,
    /// When the row changed.
    created_at: Moment,
}

#[derive(Debug, Deserialize)]
struct Event {
    op: Operation,
    data: Data,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum Operation {
    Insert,
    Update,
    Delete,
    Manual,
}

#[derive(Debug, Deserialize)]
struct Data {
    old: Option<Value>,
    new: Option<Value>,
}

#[derive(Debug, Deserialize)]
struct Table {
    name: String,
}

/// Why a payload cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum HasuraError {
    /// It is not what a trigger sends.
    #[error("the body is not what an event trigger sends: {0}")]
    Shape(serde_json::Error),
    /// The row is not one of that table.
    #[error("the row is not one of {table}: {source}")]
    Row {
        /// The table.
        table: String,
        /// What the reader said.
        source: serde_json::Error,
    },
}

/// Returns what a payload tells; `None` for a table that nothing is read from.
pub fn read(body: &[u8], recent: &RecentMessages) -> Result<Option<Told>, HasuraError> {
    let payload: Payload = serde_json::from_slice(body).map_err(HasuraError::Shape)?;
    let mut told = Told::default();
    let read = match payload.table.name.as_str() {
        "nchat_users" => tell::<User>(&payload, recent, &mut told),
        "nchat_channels" => tell::<Channel>(&payload, recent, &mut told),
        "nchat_channel_members" => tell::<Member>(&payload, recent, &mut told),
        "nchat_messages" => tell::<Message>(&payload, recent, &mut told),
        "nchat_reactions" => tell::<Reaction>(&payload, recent, &mut told),
        "nchat_attachments" => tell::<Attachment>(&payload, recent, &mut told),
        "nchat_login_history" => tell::<Login>(&payload, recent, &mut told),
        "nchat_sessions" => tell::<Session>(&payload, recent, &mut told),
        "nchat_audit_logs" => tell::<Audit>(&payload, recent, &mut told),
        "nchat_search_history" => tell::<Search>(&payload, recent, &mut told),
        "nchat_presence" => tell::<Presence>(&payload, recent, &mut told),
        "nchat_calls" => tell::<Call>(&payload, recent, &mut told),
        "nchat_call_participants" => tell::<Participant>(&payload, recent, &mut told),
        _ => return Ok(None),
    };
    read.map_err(|source| HasuraError::Row {
        table: payload.table.name,
        source,
    })?;
    Ok(Some(told))
}

fn tell<R: Row + DeserializeOwned>(
    payload: &Payload,
    recent: &RecentMessages,
    told: &mut Told,
) -> Result<(), serde_json::Error> {
    let Data { old, new } = &payload.event.data;
    if let (Operation::Delete, Some(old)) = (payload.event.op, old) {
        R::deserialize(old)?.tell_removed(payload.created_at, recent, told);
    } else if let Some(new) = new {
        R::deserialize(new)?.tell(recent, told);
    }
    Ok(())
}
