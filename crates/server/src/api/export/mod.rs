//! `GET /api/analytics/export`: rows for other programs, streamed where the form allows it.

mod csv;
mod json;
mod rows;
mod xlsx;

use axum::{
    body::{Body, Bytes},
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use self::rows::Rows;
use super::{
    error::{ApiError, ErrorAnswer},
    events::listing,
    guard::Reader,
    params::{CommonParams, Params},
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

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Csv,
    Json,
    Ndjson,
    Excel,
}

/// Pieces of an answer that wait for a slow reader.
const PIECES: usize = 8;

/// Exports rows.
#[utoipa::path(
    get, path = "/api/analytics/export", tag = "numbers",
    params(
        CommonParams,
        ("format" = Option<String>, Query, description = "json (default), csv, ndjson or excel"),
        ("metrics" = Option<String>, Query, description = "comma-separated: users, messages, channels (default), events"),
    ),
    responses(
        (status = 200, description = "The rows; streamed, but for a workbook", body = String, content_type = "text/csv"),
        (status = 400, body = ErrorAnswer), (status = 401, body = ErrorAnswer), (status = 403, body = ErrorAnswer),
        (status = 501, description = "The format comes with a later release", body = ErrorAnswer),
    )
)]
pub(super) async fn export(
    State(state): State<ApiState>,
    Reader(caller): Reader,
    params: Params,
) -> Result<Response, ApiError> {
    let format = match params.text("format")?.unwrap_or("json") {
        "csv" => Format::Csv,
        "json" => Format::Json,
        "ndjson" | "jsonl" => Format::Ndjson,
        "excel" | "xlsx" => Format::Excel,
        "pdf" => return Err(ApiError::NotYet("export as PDF")),
        other => {
            let other: String = other.chars().take(64).collect();
            let message = format!("`{other}` is not known; known are csv, json, ndjson and excel");
            return Err(ApiError::Parameter {
                name: "format",
                message,
            });
        }
    };
    let sections = sections(&params)?;
    let ask = state
        .ask(&params.request()?, &caller.workspace, "30d")
        .await?;
    let mut events = listing(&state, &params, &caller.workspace, "30d", 1, 0).await?;
    events.range = ask.window.range;
    let rows = Rows {
        state,
        ask,
        events,
        with_email: caller.sees_email,
    };
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
        let workbook = xlsx::write(&rows, &sections).await?;
        return Ok(attached(Body::from(workbook), format, &name));
    }
    let (sender, receiver) = mpsc::channel::<Result<Bytes, std::io::Error>>(PIECES);
    let sink = Sink { sender };
    let work = async move {
        let done = match format {
            Format::Csv => csv::write(&rows, &sections, &sink).await,
            Format::Json => json::write_object(&rows, &sections, &sink).await,
            // A workbook was answered above.
            Format::Ndjson | Format::Excel => json::write_lines(&rows, &sections, &sink).await,
        };
        if let Err(error) = done {
            tracing::error!(error = ?error, "export.failed");
            // An answer that breaks off is seen as broken; one that ends early would look whole.
            sink.fail().await;
        }
    };
    let stream = Working {
        work: Box::pin(work),
        stream: ReceiverStream::new(receiver),
        done: false,
    };
    Ok(attached(Body::from_stream(stream), format, &name))
}

/// Answers a body as a file.
fn attached(body: Body, format: Format, name: &str) -> Response {
    let (kind, extension) = match format {
        Format::Csv => ("text/csv; charset=utf-8", "csv"),
        Format::Json => ("application/json", "json"),
        Format::Ndjson => ("application/x-ndjson", "ndjson"),
        Format::Excel => (
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "xlsx",
        ),
    };
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    let disposition = format!("attachment; filename=\"{name}.{extension}\"");
    if let Ok(disposition) = HeaderValue::from_str(&disposition) {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    response
}

fn sections(params: &Params) -> Result<Vec<Section>, ApiError> {
    let Some(names) = params.text("metrics")?.or(params.text("metric")?) else {
        return Ok(vec![Section::Users, Section::Messages, Section::Channels]);
    };
    let mut sections = Vec::new();
    for name in names
        .split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty())
    {
        let section = Section::parse(name).ok_or_else(|| {
            let name: String = name.chars().take(64).collect();
            let message =
                format!("`{name}` is not known; known are users, messages, channels and events");
            ApiError::Parameter {
                name: "metrics",
                message,
            }
        })?;
        if !sections.contains(&section) {
            sections.push(section);
        }
    }
    if sections.is_empty() {
        let message = "names nothing; known are users, messages, channels and events".to_owned();
        return Err(ApiError::Parameter {
            name: "metrics",
            message,
        });
    }
    Ok(sections)
}

/// Takes pieces of the answer; waits while the reader is slow.
pub(super) struct Sink {
    sender: mpsc::Sender<Result<Bytes, std::io::Error>>,
}

impl Sink {
    /// Hands a piece over; false when nobody reads any more.
    pub(super) async fn put(&self, piece: Vec<u8>) -> bool {
        piece.is_empty() || self.sender.send(Ok(Bytes::from(piece))).await.is_ok()
    }

    /// Hands a piece over from a thread that may wait.
    pub(super) fn blocking(&self) -> impl Fn(Vec<u8>) -> bool + Send + use<> {
        let sender = self.sender.clone();
        move |piece| sender.blocking_send(Ok(Bytes::from(piece))).is_ok()
    }

    async fn fail(&self) {
        let broken = Err(std::io::Error::other("the export failed"));
        let _nobody_reads = self.sender.send(broken).await.is_err();
    }
}

/// A body that does its own work while it is read, so that it ends when the reader goes.
struct Working<F> {
    work: std::pin::Pin<Box<F>>,
    stream: ReceiverStream<Result<Bytes, std::io::Error>>,
    done: bool,
}

impl<F: Future<Output = ()>> futures::Stream for Working<F> {
    type Item = Result<Bytes, std::io::Error>;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        if !self.done && self.work.as_mut().poll(context).is_ready() {
            self.done = true;
        }
        std::pin::Pin::new(&mut self.stream).poll_next(context)
    }
}
