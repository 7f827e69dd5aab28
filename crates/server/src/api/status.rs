//! What is stored, and how far everything in the background is.

use std::collections::BTreeMap;

use axum::{Json, extract::State};
use domain::{
    dimension::Dimension,
    metric::Metric,
    query::{Population, Query},
    ratio::Amount,
    time::{Instant, Range},
};
use serde::Serialize;
use store::StoreFacts;
use utoipa::ToSchema;

use super::{error::ApiError, guard::Reader, health::VERSION, state::ApiState};
use crate::{
    auth::Caller,
    leader::LeaderStatus,
    retention::{Kept, Retention},
    source::postgres::SourceStatus,
    stream::StreamStatus,
};

/// What the store holds.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct StatusAnswer {
    /// Version of the program.
    pub version: &'static str,
    /// The workspace.
    pub workspace_id: String,
    /// The reporting time zone.
    pub timezone: String,
    /// Events stored.
    pub events: u64,
    /// Events of bots among them.
    pub bot_events: u64,
    /// People that events or records name.
    pub people: u64,
    /// Bots that events or records name.
    pub bots: u64,
    /// Channels that events or records name.
    pub channels: u64,
    /// Channels with events.
    pub channels_with_events: u64,
    /// Channels with a message in the last 7 days; `null` where so few people wrote there that it is
    /// withheld.
    pub active_channels: Option<u64>,
    /// People and bots with events.
    pub authors: u64,
    /// Bots among them.
    pub bot_authors: u64,
    /// Threads with events.
    pub threads: u64,
    /// First event.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub first_event: Option<Instant>,
    /// Last event.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last_event: Option<Instant>,
    /// Events by kind.
    pub event_types: BTreeMap<String, u64>,
    /// What could not be accepted.
    pub dead_letters: u64,
    /// Bytes on disk, of all workspaces; `null` for a credential of one workspace.
    pub bytes: Option<u64>,
    /// What the reading of the chat's database, which holds all workspaces, is up to; `null` for a
    /// credential of one workspace.
    pub source: Option<SourceStatus>,
    /// An import of this workspace that is under way; `null` where there is none.
    pub import: Option<ImportStatus>,
    /// What the Redis stream, which holds events of all workspaces, is up to; `null` for a credential of one
    /// workspace.
    pub stream: Option<StreamStatus>,
    /// Whether this instance does what is done once for all that share its settings; `null` for a credential
    /// of one workspace.
    pub leader: Option<LeaderStatus>,
    /// What this instance does: `api`, `collector`, `worker`.
    pub roles: Vec<&'static str>,
    /// How long events are kept.
    pub retention: RetentionStatus,
}

/// An import that is under way.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ImportStatus {
    /// `receiving`, `counting`, `counted` (it waits to be started) or `importing`.
    #[schema(example = "importing")]
    pub state: &'static str,
    /// How much of it is done in this state, of one hundred; `null` where nobody knows.
    pub percent: Option<u64>,
    /// About how many seconds the state lasts from now on; `null` where nobody can tell.
    pub seconds_left: Option<u64>,
}

impl ImportStatus {
    pub(super) fn of(state: &ApiState, caller: &Caller) -> Option<Self> {
        let imports = state.imports.list(&caller.workspace);
        let states = imports.iter().map(|import| import.state());
        let import = states.into_iter().find(|import| !import.stage.is_over())?;
        Some(Self {
            state: import.stage.name(),
            percent: import.percent(),
            seconds_left: import.seconds_left(state.clock.now()),
        })
    }
}

/// How long events are kept.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct RetentionStatus {
    /// Days that events are kept now; 0 for ever, `null` when nobody knows what was meant to be
    /// kept, so that nothing is removed.
    pub days: Option<u32>,
    /// What waits for consent.
    pub waiting: Option<WaitingRetention>,
}

/// A retention that waits for consent. What it would remove is of all workspaces; `null` for a
/// credential of one workspace.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct WaitingRetention {
    /// Days that events would be kept.
    pub days: u32,
    /// Events of all workspaces that would be removed.
    pub events: Option<u64>,
    /// First of them.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub first_event: Option<Instant>,
    /// Last of them.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last_event: Option<Instant>,
}

impl RetentionStatus {
    fn of(retention: &Retention, caller: &Caller) -> Self {
        let waiting = retention.waiting().map(|waiting| {
            let aged = Some(waiting.aged).filter(|_| caller.sees_every_workspace);
            WaitingRetention {
                days: waiting.kept.days(),
                events: aged.map(|aged| aged.events),
                first_event: aged.map(|aged| aged.first),
                last_event: aged.map(|aged| aged.last),
            }
        });
        Self {
            days: retention.by().map(Kept::days),
            waiting,
        }
    }
}

/// Says what the store holds.
#[utoipa::path(
    get, path = "/api/analytics/status", tag = "operation",
    responses((status = 200, body = StatusAnswer))
)]
pub(super) async fn status(
    State(state): State<ApiState>,
    Reader(caller): Reader,
) -> Result<Json<StatusAnswer>, ApiError> {
    let facts: StoreFacts = state.store.facts(&caller.workspace).await?;
    let question = |range: Range, metric: Metric| {
        let zone = jiff::tz::TimeZone::UTC;
        Query::totals(caller.workspace.clone(), zone, range, &[metric])
    };
    let plan = |query| engine::plan::plan(query).map_err(ApiError::Plan);
    let kinds = question(Range::ALL, Metric::Events)
        .of(Population::Everyone)
        .by(&[Dimension::EventType]);
    let by_kind = state.query.store.query(&plan(kinds)?).await?;
    let week = Range::ending(state.clock.now(), 7 * 86_400_000);
    let lively = question(week, Metric::ActiveChannels);
    let lively = state.query.store.query(&plan(lively)?).await?;
    let is_aggregate = state.query.guard.privacy.is_aggregate();
    // The first and the last event are of single persons.
    let shown = |at: Option<Instant>| at.filter(|_| !is_aggregate);
    let count = |value: Option<f64>| Amount::of(value.unwrap_or(0.0)).rounded();
    let event_types = by_kind
        .rows
        .iter()
        .filter(|row| !engine::privacy::is_withheld(row.values[0]))
        .filter_map(|row| Some((row.keys[0].as_text()?.to_owned(), count(row.values[0]))))
        .collect();
    Ok(Json(StatusAnswer {
        version: VERSION,
        workspace_id: caller.workspace.as_str().to_owned(),
        timezone: state.zone.iana_name().unwrap_or("UTC").to_owned(),
        events: facts.events,
        bot_events: facts.bot_events,
        people: facts.people,
        bots: facts.bots,
        channels: facts.channels,
        channels_with_events: facts.channels_with_events,
        active_channels: lively
            .rows
            .first()
            .map(|row| row.values[0])
            .filter(|value| !engine::privacy::is_withheld(*value))
            .map(count),
        authors: facts.authors,
        bot_authors: facts.bot_authors,
        threads: facts.threads,
        first_event: shown(facts.first_event),
        last_event: shown(facts.last_event),
        event_types,
        dead_letters: facts.dead_letters,
        bytes: caller.sees_every_workspace.then_some(facts.bytes),
        source: caller
            .sees_every_workspace
            .then(|| state.source.get(state.clock.now())),
        import: ImportStatus::of(&state, &caller),
        stream: caller.sees_every_workspace.then(|| state.stream.get()),
        leader: caller.sees_every_workspace.then(|| state.leadership.get()),
        roles: state.config.service.roles.names(),
        retention: RetentionStatus::of(&state.retention, &caller),
    }))
}
