//! `GET /api/analytics/export`: rows for other programs, streamed where the form allows it.

mod archive;
mod csv;
pub(super) mod format;
mod json;
mod measures;
mod rows;
mod sink;
pub(super) mod xlsx;

use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use domain::metric::Metric;
use store::Asker;

use self::{
    archive::Archive,
    format::Format,
    rows::Rows,
    sink::{Sink, Working},
};
use super::{
    error::{ApiError, ErrorAnswer},
    events::listing,
    guard::Reader,
    name::NameError,
    params::{CompareParams, GroupByParams, Params, ScopeParams, SpanParams, shortened, wrong},
    room::{PATIENCE, RoomError},
    state::ApiState,
};

/// What is exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Section {
    /// People and their activity.
    Users,
    /// Messages by time.
    Messages,
    /// Channels and their activity.
    Channels,
    /// The events themselves.
    Events,
}

impl Section {
    const fn name(self) -> &'static str {
        match self {
            Self::Users => "users",
            Self::Messages => "messages",
            Self::Channels => "channels",
            Self::Events => "events",
        }
    }

    fn parse(name: &str) -> Option<Self> {
        [Self::Users, Self::Messages, Self::Channels, Self::Events]
            .into_iter()
            .find(|section| section.name() == name)
    }
}

/// Exports rows. Without a span it is about `30d`.
///
/// `format=csv` is one table: several metrics share one, with the metric's name first on each line, as
/// nChat's export asks for one file; `format=zip` is a table for each of them. Text that a spreadsheet
/// would take for a formula is preceded by an apostrophe in both. Without `format`, an `Accept` header
/// that names one of the media types decides.
#[utoipa::path(
    get, path = "/api/analytics/export", tag = "numbers",
    params(
        SpanParams,
        ScopeParams,
        CompareParams,
        GroupByParams,
        ("format" = Option<String>, Query, description = "json (default), csv, zip (a table as CSV for each metric), ndjson or excel"),
        ("metrics" = Option<String>, Query, description = "comma-separated: users, messages, channels (default), events; or names of metrics (`/api/analytics/metrics`), which are split by `groupBy` and `dimensions` as in `query`"),
        ("dimensions" = Option<String>, Query, description = "comma-separated dimensions by which metrics are split (`/api/analytics/dimensions`)"),
        ("eventType" = Option<String>, Query, description = "only this kind of events"),
    ),
    responses(
        (status = 200, description = "The rows; streamed, but for a workbook", content(
            (serde_json::Value = "application/json"),
            (String = "text/csv"),
            (Vec<u8> = "application/zip"),
            (String = "application/x-ndjson"),
            (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        )),
        (status = 503, description = "Too many exports are under way; try again after `Retry-After` seconds", body = ErrorAnswer),
        (status = 501, description = "The format comes with a later release", body = ErrorAnswer),
    )
)]
pub(super) async fn export(
    State(state): State<ApiState>,
    Reader(caller): Reader,
    params: Params,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let format = Format::of(&params, &headers)?;
    let sections = sections(&params)?;
    let name = caller.name();
    let place = state.exports.take(Some(&name), 1, PATIENCE);
    let Some(sections) = sections else {
        let _place = place.await.map_err(RoomError::of_exports)?;
        return measures::export(&state, &caller, &params, format).await;
    };
    refuse_without_effect(&params, &sections, format)?;
    let place = place.await.map_err(RoomError::of_exports)?;
    let ask = state
        .query
        .ask(&params.request()?, &caller.workspace, "30d")
        .await?;
    let events = listing(&ask, &params)?;
    let rows = Rows::new(state, ask, events, caller.sees_email);
    let name = format!(
        "nchat-analytics-{}-{}",
        sections
            .iter()
            .map(|section| section.name())
            .collect::<Vec<_>>()
            .join("-"),
        rows.ask.window.as_of.day(&rows.ask.zone),
    );
    if format == Format::Excel {
        let workbook = xlsx::write(&rows, &sections, place).await?;
        return Ok(attached(Body::from(workbook), format, &name));
    }
    let archive = (format == Format::Zip).then(Archive::new);
    let (sink, stream) = sink::channel(archive);
    let work = Asker::current().scope(async move {
        let _place = place;
        let done = match format {
            Format::Csv => csv::write(&rows, &sections, &sink).await,
            Format::Zip => csv::write_each(&rows, &sections, &sink).await,
            Format::Json => json::write_object(&rows, &sections, &sink).await,
            // A workbook was answered above.
            Format::Ndjson | Format::Excel => json::write_lines(&rows, &sections, &sink).await,
        };
        if let Err(error) = done {
            tracing::error!(error = ?error, "export.failed");
            sink.fail().await;
        }
    });
    let stream = Working {
        work: Box::pin(work),
        stream,
        done: false,
    };
    Ok(attached(Body::from_stream(stream), format, &name))
}

/// Answers a body as a file.
pub(super) fn attached(body: Body, format: Format, name: &str) -> Response {
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static(format.kind()),
    );
    let extension = format.extension();
    let disposition = format!("attachment; filename=\"{name}.{extension}\"");
    if let Ok(disposition) = HeaderValue::from_str(&disposition) {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    response
}

/// Refuses parameters that would change nothing of what is exported.
fn refuse_without_effect(
    params: &Params,
    sections: &[Section],
    format: Format,
) -> Result<(), ApiError> {
    for (name, needed) in [
        ("groupBy", Section::Messages),
        ("compare", Section::Channels),
        ("eventType", Section::Events),
    ] {
        if params.text(name)?.is_some() && !sections.contains(&needed) {
            let needed = needed.name();
            let message = format!("has no effect without `{needed}` among the metrics");
            return Err(wrong(name, message));
        }
    }
    let alone = sections.len() == 1 || !sections.contains(&Section::Events);
    if format == Format::Csv && !alone {
        let message = "events and other metrics do not fit into one table: take format=zip";
        return Err(wrong("metrics", message));
    }
    Ok(())
}

/// Returns the sections that are asked for; `None` where metrics of the registry are: where a name is no
/// section, or where they are split.
fn sections(params: &Params) -> Result<Option<Vec<Section>>, ApiError> {
    let is_split = params.text("dimensions")?.is_some();
    let Some(names) = params.text("metrics")? else {
        if is_split {
            return Err(wrong(
                "dimensions",
                "has no effect without names of metrics in `metrics`",
            ));
        }
        return Ok(Some(vec![
            Section::Users,
            Section::Messages,
            Section::Channels,
        ]));
    };
    let names = names.split(',').map(str::trim);
    let names: Vec<&str> = names.filter(|name| !name.is_empty()).collect();
    if names.is_empty() {
        let message =
            "names nothing; known are users, messages, channels and events, and all metrics";
        return Err(wrong("metrics", message));
    }
    let mut sections = Vec::new();
    for name in &names {
        match Section::parse(name) {
            Some(section) if !sections.contains(&section) => sections.push(section),
            Some(_) => {}
            None => {
                check_names(&names)?;
                return Ok(None);
            }
        }
    }
    Ok((!is_split).then_some(sections))
}

/// Refuses what is neither a section nor a metric, and lists beside metrics.
fn check_names(names: &[&str]) -> Result<(), ApiError> {
    let metrics = || Metric::ALL.iter().map(|metric| metric.name());
    for name in names {
        if Metric::parse(name).is_some() {
            continue;
        }
        if Section::parse(name).is_some() {
            let message = format!("`{name}` is a list, which cannot stand beside metrics");
            return Err(wrong("metrics", message));
        }
        let known = ["users", "messages", "channels", "events"];
        let known = known.into_iter().chain(metrics()).map(str::to_owned);
        return Err(NameError::UnknownValue {
            parameter: "metrics",
            name: shortened(name),
            known: known.collect(),
        }
        .into());
    }
    Ok(())
}
