//! `/api/analytics/imports`: histories that administrators upload.

use std::{io, sync::Arc};

use axum::{
    Json,
    body::Body,
    extract::{Path, State, rejection::PathRejection},
    http::{HeaderMap, StatusCode, header},
};
use domain::{privacy::PrivacyMode, time::Instant};
use http_body_util::BodyExt as _;
use serde::Serialize;
use store::StoreError;
use tokio::time::timeout;
use utoipa::ToSchema;

use super::{
    body::{ArrivalError, pass_over},
    codes::Code,
    error::{ApiError, ErrorAnswer},
    guard::Admin,
    params::{Named, Params},
    state::ApiState,
};
use crate::imports::{Choices, Finding, Import, ImportsError, Receiving, Tally};

/// Longest name of a file that is kept, in characters.
const MOST_NAME: usize = 120;
/// How an upload is called whose name nobody says.
const NAMELESS: &str = "upload";
/// What channels of NDJSON are taken for of which nothing says who may see them.
const UNKNOWN: [Named<bool>; 2] = [(false, &["public"]), (true, &["confidential"])];

/// An upload, and how far it is.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ImportAnswer {
    /// Identity of the import.
    pub id: String,
    /// Name of the file.
    #[schema(example = "slack-export.zip")]
    pub name: String,
    /// When the upload began.
    #[schema(value_type = String, format = DateTime)]
    pub begun_at: Instant,
    /// `receiving`, `counting`, `counted` (it waits to be started), `importing`, `done`, `failed` or `cancelled`.
    #[schema(example = "importing")]
    pub state: &'static str,
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    pub since: Instant,
    /// `slack`, `ndjson`, `people` or `channels`; `null` until it was looked at.
    #[schema(example = "slack")]
    pub kind: Option<&'static str>,
    /// Bytes that were received or read in this state.
    pub done_bytes: u64,
    /// Bytes that there are in this state; `null` where nobody knows.
    pub total_bytes: Option<u64>,
    /// About how many seconds the state lasts from now on; `null` where nobody can tell.
    pub seconds_left: Option<u64>,
    /// What is in it; whole once it is counted.
    pub found: FoundAnswer,
    /// What became of it so far; `null` before it is started.
    pub result: Option<ResultAnswer>,
    /// Why it failed, as a sentence.
    pub problem: Option<String>,
}

/// What is in an upload.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct FoundAnswer {
    /// Events that can be stored; some may be here already, and count once.
    pub events: u64,
    /// People that its lists name.
    pub people: u64,
    /// Channels that its lists name.
    pub channels: u64,
    /// The first moment of an event.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub first: Option<Instant>,
    /// The last one.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last: Option<Instant>,
    /// Events that are older than the retention keeps: they are refused.
    pub too_old: u64,
    /// Channels of which nothing says who may see them, and whose texts give hashtags, links and the like
    /// unless they are taken for confidential.
    pub unknown_channels: usize,
    /// What cannot be stored as it is written.
    pub findings: Vec<FindingAnswer>,
}

/// What became of an upload.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ResultAnswer {
    /// Events that are stored now and were not before.
    pub stored: u64,
    /// Events that were stored already.
    pub known: u64,
    /// Events left out by sampling.
    pub sampled_out: u64,
    /// Records of people and channels that said something new.
    pub records: u64,
    /// What was not stored as it was written.
    pub findings: Vec<FindingAnswer>,
}

/// Something that was refused, passed over or not kept as it was written.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct FindingAnswer {
    /// Stable code of what it is.
    #[schema(example = "not_json")]
    pub code: &'static str,
    /// Whether it cost events or records, and not a part of them.
    pub is_loss: bool,
    /// How often.
    pub count: u64,
    /// What it is, as a sentence, of the first one; `null` where privacy shows no texts.
    pub message: Option<String>,
    /// Where the first ones stand; none where privacy shows no texts.
    pub places: Vec<String>,
}

/// Uploads since the service was started, newest first.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ImportsAnswer {
    /// The uploads of this workspace.
    pub imports: Vec<ImportAnswer>,
    /// Bytes that one may have (`ANALYTICS_MAX_UPLOAD`).
    pub most_bytes: u64,
}

impl From<ImportsError> for ApiError {
    fn from(error: ImportsError) -> Self {
        match error {
            ImportsError::NotThere => Self::NotThere("no such import; see /api/analytics/imports"),
            ImportsError::Disk(error) => Self::Store(error),
            ImportsError::Io(error) if error.kind() == io::ErrorKind::StorageFull => {
                Self::Store(StoreError::DiskFull)
            }
            ImportsError::Io(error) => Self::Internal(error.to_string()),
            error => Self::Import(error),
        }
    }
}

impl From<&ImportsError> for Code {
    fn from(error: &ImportsError) -> Self {
        match error {
            ImportsError::UnderWay => Self::ImportUnderWay,
            ImportsError::TooLarge(_) => Self::UploadTooLarge,
            ImportsError::NotCounted(_) => Self::ImportNotCounted,
            ImportsError::Old(_) => Self::ImportTooOld,
            ImportsError::Cancelled => Self::ImportCancelled,
            ImportsError::NotThere => Self::NotFound,
            ImportsError::Disk(_) | ImportsError::Io(_) => Self::Internal,
        }
    }
}

impl FindingAnswer {
    fn all(tally: &Tally, shows_texts: bool) -> Vec<Self> {
        let answer = |(code, finding): (&&'static str, &Finding)| Self {
            code,
            is_loss: finding.is_loss,
            count: finding.count,
            message: shows_texts.then(|| finding.meaning.clone()),
            places: if shows_texts {
                finding.places.clone()
            } else {
                Vec::new()
            },
        };
        tally.findings.iter().map(answer).collect()
    }
}

impl ImportAnswer {
    fn of(import: &Import, state: &ApiState) -> Self {
        // Reasons quote what they are about.
        let shows_texts = state.config.privacy.mode == PrivacyMode::Full;
        let now = import.state();
        let (found, result) = (&now.found, &now.result);
        Self {
            id: import.id.clone(),
            name: import.name.clone(),
            begun_at: import.begun_at,
            state: now.stage.name(),
            since: now.since,
            kind: now.kind,
            done_bytes: now.done_bytes,
            total_bytes: now.total_bytes,
            seconds_left: now.seconds_left(state.clock.now()),
            found: FoundAnswer {
                events: found.events,
                people: found.people,
                channels: found.channels,
                first: found.first,
                last: found.last,
                too_old: found.too_old(),
                unknown_channels: found.unknown_channels.len(),
                findings: FindingAnswer::all(found, shows_texts),
            },
            result: now.was_started.then(|| ResultAnswer {
                stored: result.stored,
                known: result.known,
                sampled_out: result.sampled_out,
                records: result.records,
                findings: FindingAnswer::all(result, shows_texts),
            }),
            problem: now.problem.clone().filter(|_| shows_texts),
        }
    }
}

/// Returns the name of a file without folders and whatever cannot be shown.
fn name_of(text: Option<&str>) -> String {
    let last = text.and_then(|text| text.rsplit(['/', '\\']).next());
    let shown = last.unwrap_or_default().chars().filter(|c| !c.is_control());
    let name: String = shown.take(MOST_NAME).collect();
    if name.is_empty() {
        NAMELESS.to_owned()
    } else {
        name
    }
}

fn choices(params: &Params) -> Result<Choices, ApiError> {
    Ok(Choices {
        skip_old: params.flag("skipOld")?,
        is_unknown_confidential: params.choice("unknownChannels", &UNKNOWN)?.unwrap_or(false),
        starts: params.flag("start")?,
    })
}

fn found(
    state: &ApiState,
    caller: &crate::auth::Caller,
    id: Result<Path<String>, PathRejection>,
) -> Result<Arc<Import>, ApiError> {
    caller.require_source()?;
    let Path(id) = id.map_err(|_no_text| ImportsError::NotThere)?;
    Ok(state.imports.get(&caller.workspace, &id)?)
}

/// Uploads a history: the file is the body, whatever its size.
///
/// It is written to a private file and counted; nothing is stored before it is started. One import is under
/// way at a time. The file is deleted when the import is over, however that comes.
#[utoipa::path(
    post, path = "/api/analytics/imports", tag = "imports",
    params(
        ("name" = Option<String>, Query, description = "Name of the file; a table of people or channels is told by its ending in .csv"),
        ("start" = Option<bool>, Query, description = "Whether it is imported as soon as it is counted; default is false"),
        ("skipOld" = Option<bool>, Query, description = "Whether events that are older than the retention keeps are left out, instead of refusing the whole; default is false"),
        ("unknownChannels" = Option<String>, Query, description = "What channels of NDJSON are taken for of which nothing says who may see them: public (default) or confidential"),
    ),
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = "The file: the zip of a Slack export, NDJSON (also .gz and .zst), or a table of people or channels as CSV"),
    responses(
        (status = 202, description = "It has arrived, and is counted", body = ImportAnswer),
        (status = 409, description = "Another import is under way, or it was cancelled", body = ErrorAnswer),
    )
)]
pub(super) async fn upload(
    State(state): State<ApiState>,
    Admin(caller): Admin,
    params: Params,
    headers: HeaderMap,
    body: Body,
) -> Result<(StatusCode, Json<ImportAnswer>), ApiError> {
    caller.require_source()?;
    let length = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse().ok());
    let name = name_of(params.text("name")?);
    let begun = state
        .imports
        .receive(&caller.workspace, name, length, choices(&params)?)
        .await;
    let received = match begun {
        Ok(receiving) => receive(&state, receiving, body).await,
        Err(error) => Err((error.into(), body)),
    };
    match received {
        Ok(import) => Ok((
            StatusCode::ACCEPTED,
            Json(ImportAnswer::of(&import, &state)),
        )),
        Err((error, rest)) => {
            pass_over(rest, state.limits.bytes).await;
            Err(error)
        }
    }
}

/// Writes a body as it comes; returns the rest of one that is refused.
async fn receive(
    state: &ApiState,
    mut receiving: Receiving,
    mut body: Body,
) -> Result<Arc<Import>, (ApiError, Body)> {
    loop {
        let frame = tokio::select! {
            () = receiving.cancelled() => return Err((ImportsError::Cancelled.into(), body)),
            frame = timeout(state.limits.time, body.frame()) => frame,
        };
        match frame {
            Ok(Some(Ok(frame))) => {
                let Ok(piece) = frame.into_data() else {
                    continue;
                };
                if let Err(error) = receiving.write(&piece).await {
                    return Err((error.into(), body));
                }
            }
            Ok(Some(Err(_broken))) => {
                let broken = ApiError::Shape("the body broke off".to_owned());
                return Err((broken, Body::empty()));
            }
            Ok(None) => {
                let done = receiving.finish().await;
                return done.map_err(|error| (error.into(), body));
            }
            Err(_elapsed) => return Err((ArrivalError::Late.into(), Body::empty())),
        }
    }
}

/// Lists uploads since the service was started, newest first.
#[utoipa::path(
    get, path = "/api/analytics/imports", tag = "imports",
    responses((status = 200, body = ImportsAnswer))
)]
pub(super) async fn list_imports(
    State(state): State<ApiState>,
    Admin(caller): Admin,
) -> Result<Json<ImportsAnswer>, ApiError> {
    caller.require_source()?;
    let imports = state.imports.list(&caller.workspace);
    let answer = |import: &Arc<Import>| ImportAnswer::of(import, &state);
    Ok(Json(ImportsAnswer {
        imports: imports.iter().map(answer).collect(),
        most_bytes: state.imports.most_bytes(),
    }))
}

/// Answers how far an import is.
#[utoipa::path(
    get, path = "/api/analytics/imports/{id}", tag = "imports",
    params(("id" = String, Path, description = "Identity of the import")),
    responses((status = 200, body = ImportAnswer), (status = 404, body = ErrorAnswer))
)]
pub(super) async fn get_import(
    State(state): State<ApiState>,
    Admin(caller): Admin,
    id: Result<Path<String>, PathRejection>,
) -> Result<Json<ImportAnswer>, ApiError> {
    let import = found(&state, &caller, id)?;
    Ok(Json(ImportAnswer::of(&import, &state)))
}

/// Starts an import that is counted. What is stored already counts once.
#[utoipa::path(
    post, path = "/api/analytics/imports/{id}", tag = "imports",
    params(
        ("id" = String, Path, description = "Identity of the import"),
        ("skipOld" = Option<bool>, Query, description = "Whether events that are older than the retention keeps are left out, instead of refusing the whole; default is false"),
        ("unknownChannels" = Option<String>, Query, description = "What channels of NDJSON are taken for of which nothing says who may see them: public (default) or confidential"),
    ),
    responses(
        (status = 202, description = "It is running", body = ImportAnswer),
        (status = 404, body = ErrorAnswer),
        (status = 409, description = "It is not counted, or holds events that would not stay", body = ErrorAnswer),
    )
)]
pub(super) async fn start_import(
    State(state): State<ApiState>,
    Admin(caller): Admin,
    id: Result<Path<String>, PathRejection>,
    params: Params,
) -> Result<(StatusCode, Json<ImportAnswer>), ApiError> {
    let import = found(&state, &caller, id)?;
    state.imports.start(&import, choices(&params)?)?;
    tracing::info!(import = import.id, by = caller.name(), "import.started");
    Ok((
        StatusCode::ACCEPTED,
        Json(ImportAnswer::of(&import, &state)),
    ))
}

/// Breaks an import off and deletes its file. What was stored before stays.
#[utoipa::path(
    delete, path = "/api/analytics/imports/{id}", tag = "imports",
    params(("id" = String, Path, description = "Identity of the import")),
    responses((status = 200, body = ImportAnswer), (status = 404, body = ErrorAnswer))
)]
pub(super) async fn cancel_import(
    State(state): State<ApiState>,
    Admin(caller): Admin,
    id: Result<Path<String>, PathRejection>,
) -> Result<Json<ImportAnswer>, ApiError> {
    let import = found(&state, &caller, id)?;
    state.imports.cancel(&import);
    Ok(Json(ImportAnswer::of(&import, &state)))
}
