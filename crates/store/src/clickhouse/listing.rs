//! Events as they are shown, newest first or all of them.

use domain::{
    id::{ChannelId, EventId, Key64, UserId},
    time::Instant,
};
use serde_json::Value as Json;
use uuid::Uuid;

use super::{dialect::ClickHouseDialect, directory::Inner, open::Shared};
use crate::{
    EventListing, EventRow, StoreError,
    sql::{self, Scope},
};

/// Returns the events of a listing, each with its place in the order of arrival: newest first, or those after a place
/// in the order of arrival.
pub(super) async fn events(
    shared: &Shared,
    scope: Scope,
    listing: &EventListing,
    after: Option<i64>,
) -> Result<Vec<(i64, EventRow)>, StoreError> {
    let statement = sql::event_listing(listing, scope, after, &ClickHouseDialect);
    let rows = shared.server.table(&statement).await?;
    let inner = shared.directory.read();
    let event = |row: &Vec<Json>| {
        event(row, &inner, scope.workspace_ref)
            .ok_or_else(|| StoreError::Engine("the events have other columns".into()))
    };
    rows.iter().map(event).collect()
}

fn event(row: &[Json], inner: &Inner, workspace: u16) -> Option<(i64, EventRow)> {
    let [
        seq,
        id,
        kind,
        timestamp,
        received,
        person,
        channel,
        message,
        thread,
        message_type,
        is_bot,
        weight,
        properties,
    ] = row
    else {
        return None;
    };
    let of = inner.of.get(&workspace);
    let text = |value: &Json| value.as_str().map(ToOwned::to_owned);
    let user_name = person.as_str().and_then(|id| {
        let person = of?.person(&UserId::new(id).ok()?)?;
        person.record.name.clone()
    });
    let channel_name = channel.as_str().and_then(|id| {
        let channel = of?.channels.get(&ChannelId::new(id).ok()?)?;
        channel.name.clone()
    });
    let kind = u16::try_from(kind.as_u64()?).ok()?;
    let event = EventRow {
        event_id: EventId(Uuid::try_parse(id.as_str()?).ok()?),
        event_type: inner.kind_name(kind).unwrap_or_default().to_owned(),
        timestamp: Instant::from_millis(timestamp.as_i64()?),
        received_at: Instant::from_millis(received.as_i64()?.saturating_mul(1_000)),
        user_id: text(person),
        user_name,
        channel_id: text(channel),
        channel_name,
        message_id: message.as_i64().map(Key64),
        thread_id: thread.as_i64().map(Key64),
        message_type: message_type
            .as_i64()
            .and_then(sql::message_type)
            .map(|kind| kind.name().to_owned()),
        is_bot: is_bot.as_bool()?,
        weight: weight.as_f64()?,
        properties: serde_json::from_str(properties.as_str()?).ok()?,
    };
    Some((seq.as_i64()?, event))
}
