//! From the engine's values to the contract's.

use ::duckdb::{Row, types::ValueRef};
use domain::{
    id::{EventId, Key64},
    time::Instant,
};
use engine::plan::Plan;
use uuid::Uuid;

use super::{
    message_key,
    names::Names,
    records::{Channel, Person},
};
use crate::{Cell, EventRow, StoreError, TableRow, sql};

/// Returns a row of an answer, and how many rows there are in all.
pub(super) fn table_row(row: &Row<'_>, plan: &Plan) -> ::duckdb::Result<(TableRow, u64)> {
    let query = &plan.query;
    let mut keys = Vec::with_capacity(query.dimensions.len());
    for (index, dimension) in query.dimensions.iter().enumerate() {
        keys.push(sql::named(cell(row.get_ref(index)?), *dimension, plan));
    }
    let mut values = Vec::with_capacity(query.metrics.len());
    for index in 0..query.metrics.len() {
        values.push(number(row.get_ref(query.dimensions.len() + index)?));
    }
    let total: i64 = row.get(query.dimensions.len() + query.metrics.len())?;
    Ok((TableRow { keys, values }, u64::try_from(total).unwrap_or(0)))
}

fn cell(value: ValueRef<'_>) -> Cell {
    match value {
        ValueRef::Null => Cell::None,
        ValueRef::Text(bytes) => Cell::Text(String::from_utf8_lossy(bytes).into_owned()),
        other => whole(other).map_or(Cell::None, Cell::Int),
    }
}

fn whole(value: ValueRef<'_>) -> Option<i64> {
    match value {
        ValueRef::TinyInt(number) => Some(number.into()),
        ValueRef::SmallInt(number) => Some(number.into()),
        ValueRef::Int(number) => Some(number.into()),
        ValueRef::BigInt(number) => Some(number),
        ValueRef::HugeInt(number) => i64::try_from(number).ok(),
        ValueRef::UTinyInt(number) => Some(number.into()),
        ValueRef::USmallInt(number) => Some(number.into()),
        ValueRef::UInt(number) => Some(number.into()),
        ValueRef::UBigInt(number) => i64::try_from(number).ok(),
        _ => None,
    }
}

fn number(value: ValueRef<'_>) -> Option<f64> {
    match value {
        ValueRef::Double(number) => Some(number),
        ValueRef::Float(number) => Some(number.into()),
        #[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^53")]
        other => whole(other).map(|number| number as f64),
    }
}

/// Returns an event of a listing with the names of a workspace, and its place in the order of
/// arrival.
pub(super) fn event_row(
    row: &Row<'_>,
    names: &Names,
    workspace: u16,
) -> ::duckdb::Result<(i64, EventRow)> {
    let id: String = row.get(1)?;
    let (kind, person, channel): (u16, Option<u32>, Option<u32>) =
        (row.get(2)?, row.get(5)?, row.get(6)?);
    let message_type: Option<u8> = row.get(9)?;
    let properties: Option<String> = row.get(12)?;
    let event_id = EventId(Uuid::try_parse(&id).unwrap_or_default());
    let failed = |error: StoreError| ::duckdb::Error::ToSqlConversionFailure(Box::new(error));
    let person = person.map(|number| names.get::<Person>(workspace, number));
    let person = person.transpose().map_err(failed)?.flatten();
    let channel = channel.map(|number| names.get::<Channel>(workspace, number));
    let channel = channel.transpose().map_err(failed)?.flatten();
    let kind = names.read().kinds().get(&kind).map(ToString::to_string);
    let event = EventRow {
        event_id,
        event_type: kind.unwrap_or_default(),
        timestamp: Instant::from_millis(row.get(3)?),
        received_at: Instant::from_millis(row.get::<_, i64>(4)?.saturating_mul(1_000)),
        user_id: person.as_ref().map(|person| person.id.to_string()),
        user_name: person.and_then(|person| person.known?.name.clone()),
        channel_id: channel.as_ref().map(|channel| channel.id.to_string()),
        channel_name: channel.and_then(|channel| channel.known?.name.clone()),
        message_id: message_key::read(event_id, row.get(7)?),
        thread_id: row.get::<_, Option<i64>>(8)?.map(Key64),
        message_type: message_type
            .and_then(sql::message_type)
            .map(|kind| kind.name().to_owned()),
        is_bot: row.get(10)?,
        weight: row.get(11)?,
        properties: properties
            .and_then(|text| serde_json::from_str(&text).ok())
            .unwrap_or_else(|| serde_json::json!({})),
    };
    Ok((row.get(0)?, event))
}
