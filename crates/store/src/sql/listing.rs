//! Statements that list what is stored, instead of counting it.

use domain::event::{EventType, Kind};

use super::{Dialect, Scope, Sql, all, filter};
use crate::EventListing;

/// Returns the statement that lists events; people, channels and kinds by number.
///
/// Columns: seq, id, kind, instant, second of arrival, person, channel, key of the message where the
/// id lacks it, thread, message type, bot, weight, properties.
///
/// Without `after` the newest come first; with it, those that arrived after that place come in the
/// order of arrival.
pub(crate) fn event_listing(
    listing: &EventListing,
    scope: Scope,
    after: Option<i64>,
    dialect: &dyn Dialect,
) -> Sql {
    let mut conditions = vec![scope.events_in(listing.range)];
    if let Some(name) = &listing.event_type {
        let name =
            EventType::parse(name).map_or_else(|| name.clone(), |kind| kind.name().to_owned());
        let code = Sql::raw("type_code IN (SELECT code FROM event_type WHERE name = ");
        conditions.push(code.with(Sql::text(name)).then(")"));
    }
    if !listing.include_bots {
        conditions.push(Sql::raw("NOT is_bot"));
    }
    if !listing.filter.is_everything() {
        conditions.push(filter::condition(&listing.filter, scope, dialect));
    }
    conditions.extend(after.map(|after| Sql::raw("seq > ").with(Sql::int(after))));
    let (order, found) = if after.is_some() {
        ("seq", Sql::default())
    } else {
        // Otherwise the engine would look the rows of the page up in all of the table.
        let rows =
            Sql::raw("SELECT seq, timestamp_ms FROM event WHERE ").with(all(conditions.clone()));
        (
            "timestamp_ms DESC, seq DESC",
            dialect.made_first("found", rows),
        )
    };
    let page = if after.is_some() {
        Sql::raw("SELECT seq FROM event WHERE ").with(all(conditions))
    } else {
        Sql::raw("SELECT seq FROM found")
    };
    let page = page.then(format!(
        " ORDER BY {order} LIMIT {} OFFSET {}",
        listing.limit, listing.offset
    ));
    // The page is found by two columns; only its rows are read in full.
    Sql::raw("--sql\n")
        .with(found)
        .then("SELECT seq, CAST(event_id AS VARCHAR), type_code, timestamp_ms, received_s, person_ref, channel_ref, message_key, thread_key, message_type, is_bot, weight, properties\nFROM event WHERE ")
        .with(scope.events_in(listing.range))
        .then(" AND seq IN (")
        .with(page)
        .then(format!(")\nORDER BY {order}"))
}

/// Returns the statement that counts members by joins and leaves: whoever joined last and did
/// not leave since. Columns: channel number, members; a channel that all have left has none of them.
pub(crate) fn channel_members(scope: Scope) -> Sql {
    let (joined, left) = (Kind::ChannelJoined.code(), Kind::ChannelLeft.code());
    let workspace = scope.workspace_ref;
    Sql::raw(format!(
        "--sql
SELECT channel_ref, count(*) FILTER (WHERE joined IS NOT NULL AND (went IS NULL OR went < joined)) AS members
FROM (
  SELECT channel_ref, person_ref,
         max(timestamp_ms) FILTER (WHERE type_code = {joined} AND NOT is_bot) AS joined,
         max(timestamp_ms) FILTER (WHERE type_code = {left}) AS went
  FROM event
  WHERE workspace_ref = {workspace} AND type_code IN ({joined}, {left})
    AND person_ref IS NOT NULL AND channel_ref IS NOT NULL
  GROUP BY channel_ref, person_ref
)
GROUP BY channel_ref"
    ))
}

/// Returns the statement that says what is stored of a workspace.
///
/// Columns: events, bot events, threads, first and last instant, people, bots, channels known,
/// channels with events, people and bots with events, and bots with events.
pub(crate) fn facts(scope: Scope, dialect: &dyn Dialect) -> Sql {
    let workspace = scope.workspace_ref;
    let known = |condition: &str| {
        format!(
            "(SELECT count(*) FROM person_now WHERE workspace_ref = {workspace} AND {condition})"
        )
    };
    Sql::raw("--sql\nSELECT count(*), count(*) FILTER (WHERE is_bot), ")
        .with(dialect.count_distinct(Sql::raw("thread_key"), None))
        .then(", min(timestamp_ms), max(timestamp_ms), ")
        .then(known("NOT is_bot"))
        .then(", ")
        .then(known("is_bot"))
        .then(format!(
            ", (SELECT count(*) FROM channel WHERE workspace_ref = {workspace}), "
        ))
        .with(dialect.count_distinct(Sql::raw("channel_ref"), None))
        .then(", ")
        .with(dialect.count_distinct(Sql::raw("person_ref"), None))
        .then(", ")
        .with(dialect.count_distinct(Sql::raw("person_ref"), Some(Sql::raw("is_bot"))))
        .then(format!(" FROM event WHERE workspace_ref = {workspace}"))
}
