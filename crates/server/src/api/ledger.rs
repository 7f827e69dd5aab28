//! `GET` and `POST` ledger: which days are complete in the rollups.

use axum::{Json, body::Body, extract::State, http::HeaderMap};
use domain::time::{Day, Instant, Range, date_of, day_number, month_of};
use engine::ledger::{DayEntry, DayState, Ledger};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    body::{SMALL, receive},
    error::ApiError,
    fields,
    guard::{Admin, Reader},
    params::{Params, wrong},
    state::ApiState,
};

/// Which days are complete in the rollups.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct LedgerAnswer {
    /// Days that have events.
    pub days: u64,
    /// Days whose rollups hold every event.
    pub clean: u64,
    /// Days with events that their rollups do not hold, or without rollups.
    pub dirty: u64,
    /// Days that are being filled.
    pub started: u64,
    /// Months that have rollups of their own.
    pub months: u64,
    /// Months that are over and clean, and get rollups of their own next.
    pub months_waiting: u64,
    /// Events that rollups hold.
    pub events: u64,
    /// Events that arrived since, where they were counted.
    pub late_events: u64,
    /// How many seconds the day that waits longest has waited; `null` when none does.
    pub oldest_dirty_seconds: Option<u64>,
    /// Whose local time days are.
    pub timezone: String,
    /// Bytes of the rollups on disk, of all workspaces together; `null` for whoever sees only one.
    pub rollup_bytes: Option<u64>,
    /// Bytes of the rollups in memory, in the same way.
    pub rollup_bytes_in_memory: Option<u64>,
    /// The day that was filled last since the start; `null` before the first.
    pub last_fill: Option<LastFill>,
    /// Spans of days without any event, between the first and the last day.
    pub gaps: Vec<Gap>,
    /// The days, newest first.
    pub list: Vec<LedgerDay>,
}

/// A day that was filled.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct LastFill {
    /// Which local day.
    #[schema(example = "2026-02-01")]
    pub day: String,
    /// Events that were counted.
    pub events: u64,
    /// How long it took, in milliseconds.
    pub millis: u64,
}

/// Days without any event.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct Gap {
    /// First of them.
    pub from: String,
    /// Last of them.
    pub to: String,
    /// How many.
    pub days: u64,
}

/// What the ledger says of a local day.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct LedgerDay {
    /// Which local day.
    #[schema(example = "2026-02-01")]
    pub day: String,
    /// How far its rollups are.
    #[schema(value_type = String, example = "clean")]
    pub state: DayState,
    /// Which making of its rollups this is, over all days; 0 when it has none.
    pub version: i64,
    /// Events that its rollups hold.
    pub events: u64,
    /// Events that arrived since; `null` when they were not counted.
    pub late_events: Option<u64>,
    /// Its last event; `null` when it is not known without reading the events.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub latest_event: Option<Instant>,
    /// When its rollups were made.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub filled_at: Option<Instant>,
    /// Since when it is not complete.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub dirty_since: Option<Instant>,
}

impl LedgerDay {
    fn new(day: Day, entry: &DayEntry) -> Self {
        Self {
            day: date_of(day).to_string(),
            state: entry.state,
            version: entry.version,
            events: entry.events,
            late_events: entry.late,
            latest_event: entry.extent().map(|extent| extent.last),
            filled_at: entry.filled_at,
            dirty_since: entry.dirty_since,
        }
    }
}

/// Says which days are complete in the rollups.
#[utoipa::path(
    get, path = "/api/analytics/ledger", tag = "operation",
    params(("limit" = Option<u32>, Query, description = "days listed, 0 to 4000, default 400"), ("offset" = Option<u32>, Query, description = "days passed over")),
    responses((status = 200, body = LedgerAnswer))
)]
pub(super) async fn ledger(
    State(state): State<ApiState>,
    Reader(caller): Reader,
    params: Params,
) -> Result<Json<LedgerAnswer>, ApiError> {
    let limit = params.number("limit", 400, 0, 4_000)?;
    let offset = params.number("offset", 0, 0, u32::MAX)?;
    let ledger = state.store.ledger(&caller.workspace);
    let bytes = if caller.sees_every_workspace {
        Some(state.store.rollup_bytes().await?)
    } else {
        None
    };
    let last = state
        .last_filled
        .get()
        .filter(|last| last.workspace == caller.workspace);
    let count = |wanted: DayState| {
        let of_state = ledger.days.values().filter(|entry| entry.state == wanted);
        of_state.count() as u64
    };
    let waiting = ledger.days.values().filter(|entry| !entry.is_clean());
    let oldest = waiting.filter_map(|entry| entry.dirty_since).min();
    let now = state.clock.now().as_millis();
    let this_month = month_of(day_number(state.clock.now().day(&state.zone)));
    let newest_first = ledger.days.iter().rev().skip(offset as usize);
    Ok(Json(LedgerAnswer {
        days: ledger.days.len() as u64,
        clean: count(DayState::Clean),
        dirty: count(DayState::Dirty),
        started: count(DayState::Started),
        months: ledger.months.len() as u64,
        months_waiting: ledger.months_to_make(this_month).len() as u64,
        events: ledger.days.values().map(|entry| entry.events).sum(),
        late_events: ledger.days.values().filter_map(|entry| entry.late).sum(),
        oldest_dirty_seconds: oldest
            .map(|since| u64::try_from((now - since.as_millis()) / 1_000).unwrap_or(0)),
        timezone: state.zone.iana_name().unwrap_or("UTC").to_owned(),
        rollup_bytes: bytes.map(|(on_disk, _)| on_disk),
        rollup_bytes_in_memory: bytes.map(|(_, in_memory)| in_memory),
        last_fill: last.map(|last| LastFill {
            day: date_of(last.day).to_string(),
            events: last.events,
            millis: u64::try_from(last.took.as_millis()).unwrap_or(u64::MAX),
        }),
        gaps: gaps(&ledger),
        list: newest_first
            .take(limit as usize)
            .map(|(day, entry)| LedgerDay::new(*day, entry))
            .collect(),
    }))
}

/// Most gaps that are listed.
const MOST_GAPS: usize = 100;

fn gaps(ledger: &Ledger) -> Vec<Gap> {
    let days: Vec<Day> = ledger.days.keys().copied().collect();
    days.windows(2)
        .filter(|pair| pair[1] - pair[0] > 1)
        .map(|pair| Gap {
            from: date_of(pair[0] + 1).to_string(),
            to: date_of(pair[1] - 1).to_string(),
            days: u64::try_from(pair[1] - pair[0] - 1).unwrap_or(0),
        })
        .take(MOST_GAPS)
        .collect()
}

/// Which days are to be filled anew.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct RefillRequest {
    /// First local day, or instant.
    #[schema(example = "2026-02-01")]
    pub from: String,
    /// Local day or instant after the last.
    #[schema(example = "2026-03-01")]
    pub to: String,
}

/// What became of it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RefillAnswer {
    /// Days that are filled anew.
    pub days: u64,
}

/// Has days filled anew; answers stay exact meanwhile.
#[utoipa::path(
    post, path = "/api/analytics/ledger/refill", tag = "operation", request_body = RefillRequest,
    responses((status = 200, body = RefillAnswer))
)]
pub(super) async fn refill(
    State(state): State<ApiState>,
    Admin(caller): Admin,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<RefillAnswer>, ApiError> {
    let body = receive(&state, &caller, &headers, body, SMALL).await?;
    let _room = body.room_for_all().await?;
    let request: RefillRequest = body.read(fields::read).await?;
    let read = |name: &'static str, text: &str| {
        Instant::parse(text, &state.zone).map_err(|error| wrong(name, error.to_string()))
    };
    let (from, to) = (read("from", &request.from)?, read("to", &request.to)?);
    let range = Range::new(from, to)
        .non_empty()
        .ok_or_else(|| wrong("to", "must lie after `from`"))?;
    let now = state.clock.now();
    let days = state
        .store
        .mark_dirty(&caller.workspace, range, now)
        .await?;
    Ok(Json(RefillAnswer { days }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_lie_between_days() {
        let mut ledger = Ledger::default();
        for day in [0, 1, 4, 6] {
            ledger.invalidate(day, None, false);
        }
        let gap = |from: &str, to: &str, days| Gap {
            from: from.to_owned(),
            to: to.to_owned(),
            days,
        };
        let expected = [
            gap("1970-01-03", "1970-01-04", 2),
            gap("1970-01-06", "1970-01-06", 1),
        ];
        assert_eq!(gaps(&ledger), expected);
    }
}
