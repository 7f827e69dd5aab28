//! What a row of each of nChat's tables means.
//!
//! A row is read by name from a query and from a trigger's payload alike. Every column but the
//! identity may be missing: schemas differ, and what is not there is unknown. The chat's counters
//! are never read: they are `NULL` or wrong in many installations.

/// Reads a row from columns of the names of its fields: those that must be there; those that may be
/// missing, some with a name of their own; and those that no column has.
///
/// The derive of sqlx would do the same, and have the whole of sqlx with both databases built twice.
macro_rules! from_row {
    (@column $field:ident) => { stringify!($field) };
    (@column $field:ident $column:literal) => { $column };
    (
        $Row:ident: $($must:ident),+;
        $($may:ident $(= $column:literal)?),+
        $(; $without:ident)?
    ) => {
        impl sqlx::FromRow<'_, sqlx::postgres::PgRow> for $Row {
            fn from_row(row: &sqlx::postgres::PgRow) -> sqlx::Result<Self> {
                Ok(Self {
                    $($must: sqlx::Row::try_get(row, stringify!($must))?,)+
                    $($may: $crate::source::row::optional(
                        row,
                        from_row!(@column $may $($column)?),
                    )?,)+
                    $($without: Default::default(),)?
                })
            }
        }
    };
}

mod attachment;
mod call;
mod channel;
mod login;
mod member;
mod message;
mod presence;
mod reaction;
mod search;
mod user;

use domain::{
    event::{Kind, RawEvent},
    id::WorkspaceId,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;
use sqlx::{FromRow, postgres::PgRow};
use uuid::Uuid;

pub use attachment::{Attachment, AttachmentKind};
pub use call::{Call, Participant};
pub use channel::Channel;
pub use login::{Audit, Login, Session};
pub use member::Member;
pub use message::Message;
pub use presence::Presence;
pub use reaction::Reaction;
pub use search::Search;
pub use user::User;

use super::{Moment, RecentMessages, Told};

/// nself's `source_account_id`; the default account where a table has no such column.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Account(pub Option<String>);

impl Account {
    /// Returns the workspace of the account.
    pub fn workspace(&self) -> WorkspaceId {
        self.0
            .as_ref()
            .and_then(|account| WorkspaceId::new(account).ok())
            .unwrap_or_default()
    }
}

impl sqlx::Type<sqlx::Postgres> for Account {
    fn type_info() -> sqlx::postgres::PgTypeInfo {
        <String as sqlx::Type<sqlx::Postgres>>::type_info()
    }

    fn compatible(found: &sqlx::postgres::PgTypeInfo) -> bool {
        <String as sqlx::Type<sqlx::Postgres>>::compatible(found)
    }
}

impl sqlx::Decode<'_, sqlx::Postgres> for Account {
    fn decode(value: sqlx::postgres::PgValueRef<'_>) -> Result<Self, sqlx::error::BoxDynError> {
        <Option<String> as sqlx::Decode<'_, sqlx::Postgres>>::decode(value).map(Self)
    }
}

/// A row of one of nChat's tables.
pub trait Row:
    for<'r> FromRow<'r, PgRow> + DeserializeOwned + Serialize + Send + Unpin + 'static
{
    /// Adds what the row says happened, and what it says of people and channels.
    fn tell(&self, recent: &RecentMessages, told: &mut Told);

    /// Adds what it means that the row is gone since `at`; nothing for most tables.
    fn tell_removed(&self, _at: Moment, _recent: &RecentMessages, _told: &mut Told) {}
}

/// Returns the value of a column, or the default where the table has no such column.
fn optional<'r, T>(row: &'r PgRow, column: &str) -> sqlx::Result<T>
where
    T: Default + sqlx::Decode<'r, sqlx::Postgres> + sqlx::Type<sqlx::Postgres>,
{
    match sqlx::Row::try_get(row, column) {
        Err(sqlx::Error::ColumnNotFound(_)) => Ok(T::default()),
        found => found,
    }
}

/// Returns the event that a row of `table` tells of; `verb` where it tells of several.
fn event(table: &str, id: Uuid, verb: Option<&str>, kind: Kind, at: Moment) -> RawEvent {
    let key = match verb {
        Some(verb) => format!("pg:{table}:{id}:{verb}"),
        None => format!("pg:{table}:{id}"),
    };
    RawEvent {
        key: Some(key),
        name: kind.name().to_owned(),
        timestamp: Some(Value::from(at.as_millis())),
        ..RawEvent::default()
    }
}

/// Returns the verb of an act that may happen to a row again: each time is an event of its own.
fn verb_at(verb: &str, at: Moment) -> String {
    format!("{verb}@{}", at.as_micros())
}

fn text(id: Option<Uuid>) -> Option<String> {
    id.map(|id| id.to_string())
}

#[cfg(test)]
mod tests;
