//! `/api/analytics/funnels`: funnels that are kept, and how far people come through them.

use std::sync::Arc;

use axum::{
    Json,
    body::Body,
    extract::{Path, State, rejection::PathRejection},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use domain::{
    funnel::{Funnel, FunnelDefinition, FunnelError, WantedStep},
    time::Instant,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    body::receive,
    cached::{IfNoneMatch, IfNoneMatchParams, NOT_MODIFIED, Question},
    error::{ApiError, ErrorAnswer},
    fields,
    guard::{Admin, Reader},
    params::{Params, ScopeParams, SpanParams},
    state::ApiState,
};
use crate::{
    auth::Caller,
    query::{FunnelAnswer, FunnelBy, QueryService},
};

/// Most funnels of one workspace.
const MOST_FUNNELS: u32 = 200;
/// Most bytes of a definition: many times those of one with the longest filters.
const MOST_BYTES: u64 = 64 * 1024;

/// A step of a funnel.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct StepBody {
    /// What it is called; by its kinds of events, unless something is given.
    #[serde(default)]
    name: Option<String>,
    /// Kinds of events, each by any of its names, 1 to 10: one of them is the step.
    #[serde(default)]
    #[schema(example = json!(["message_sent", "thread_reply"]))]
    events: Vec<String>,
    /// Which of these events, in the language of `filter` everywhere.
    #[serde(default)]
    #[schema(example = "channel is c1")]
    filter: Option<String>,
    /// Instead of events: another person writes the next message in the thread of one of the person's
    /// messages, or in its channel where it is in no thread, within 24 hours. Bots never answer.
    #[serde(default)]
    answered: bool,
}

/// A funnel that is to be kept.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct FunnelBody {
    /// What it is called.
    #[schema(example = "From joining to writing")]
    name: String,
    /// How long after the first step the others may be done: minutes, hours or days up to 90 days.
    #[schema(example = "7d")]
    window: String,
    /// 2 to 8 steps in their order.
    steps: Vec<StepBody>,
}

/// A funnel that is asked without being kept. Fields beside the funnel mean what parameters of the same
/// names mean.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct FunnelRunBody {
    /// What it is called.
    #[serde(default)]
    name: Option<String>,
    /// How long after the first step the others may be done: minutes, hours or days up to 90 days.
    #[schema(example = "7d")]
    window: String,
    /// 2 to 8 steps in their order.
    steps: Vec<StepBody>,
    /// What people are told apart by: `role` or `cohort`.
    #[serde(default)]
    by: Option<String>,
    /// Name of a period; default is `30d`.
    #[serde(default)]
    #[schema(example = "30d")]
    period: Option<String>,
    /// First instant (RFC 3339) or local day, instead of a period.
    #[serde(default)]
    from: Option<String>,
    /// Instant or local day after the last one, instead of a period.
    #[serde(default)]
    to: Option<String>,
    /// The present for this answer; default is now.
    #[serde(default)]
    as_of: Option<String>,
    /// IANA time zone; default is the reporting time zone.
    #[serde(default)]
    tz: Option<String>,
    /// Which events count.
    #[serde(default)]
    filter: Option<String>,
    /// Only this channel.
    #[serde(default)]
    channel_id: Option<String>,
    /// Only this person.
    #[serde(default)]
    user_id: Option<String>,
    /// Count bots as well.
    #[serde(default)]
    include_bots: bool,
}

/// A step of a funnel that is kept.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct StepAnswer {
    /// What it is called.
    name: String,
    /// Kinds of events that are the step.
    events: Vec<String>,
    /// Which of these events.
    filter: String,
    /// Whether the step is to be answered instead.
    answered: bool,
}

/// A funnel.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct FunnelShown {
    /// Identity.
    id: String,
    /// What it is called.
    name: String,
    /// How long after the first step the others may be done.
    window: String,
    /// The steps in their order.
    steps: Vec<StepAnswer>,
    /// When it was made; `null` for presets.
    #[schema(value_type = Option<String>, format = DateTime)]
    created_at: Option<Instant>,
}

/// Funnels, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FunnelsAnswer {
    /// The funnels.
    funnels: Vec<FunnelShown>,
}

/// What became of a funnel.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FunnelDeleted {
    /// Always true.
    success: bool,
    /// The same as a sentence.
    message: &'static str,
}

fn shown(id: String, definition: FunnelDefinition, created_at: Option<Instant>) -> FunnelShown {
    let window = definition.window();
    let step = |step: domain::funnel::FunnelStep| StepAnswer {
        answered: step.is_answer(),
        name: step.name,
        events: step.kinds,
        filter: step.filter,
    };
    FunnelShown {
        id,
        name: definition.name,
        window,
        steps: definition.steps.into_iter().map(step).collect(),
        created_at,
    }
}

fn kept(funnel: Funnel) -> FunnelShown {
    shown(funnel.id, funnel.definition, Some(funnel.created_at))
}

fn define(name: &str, window: &str, steps: &[StepBody]) -> Result<FunnelDefinition, FunnelError> {
    let wanted = steps.iter().map(|step| WantedStep {
        name: step.name.as_deref(),
        events: &step.events,
        filter: step.filter.as_deref(),
        is_answer: step.answered,
    });
    let steps: Vec<WantedStep<'_>> = wanted.collect();
    FunnelDefinition::of(name, window, &steps)
}

/// Returns a preset or a funnel that is kept.
async fn find(state: &ApiState, caller: &Caller, id: &str) -> Result<FunnelShown, ApiError> {
    if id == FunnelDefinition::NEWCOMERS {
        return Ok(shown(id.to_owned(), FunnelDefinition::newcomers(), None));
    }
    let funnel = state.funnels.funnel(&caller.workspace, id).await?;
    funnel.map(kept).ok_or(ApiError::NoFunnel)
}

/// Lists the funnels that are kept.
#[utoipa::path(
    get, path = "/api/analytics/funnels", tag = "funnels",
    responses((status = 200, body = FunnelsAnswer))
)]
pub(super) async fn list_funnels(
    State(state): State<ApiState>,
    Reader(caller): Reader,
) -> Result<Json<FunnelsAnswer>, ApiError> {
    let funnels = state.funnels.funnels(&caller.workspace).await?;
    Ok(Json(FunnelsAnswer {
        funnels: funnels.into_iter().map(kept).collect(),
    }))
}

/// Lists the funnels that every workspace has.
#[utoipa::path(
    get, path = "/api/analytics/funnels/presets", tag = "funnels",
    responses((status = 200, body = FunnelsAnswer))
)]
pub(super) async fn presets(Reader(_caller): Reader) -> Json<FunnelsAnswer> {
    let id = FunnelDefinition::NEWCOMERS.to_owned();
    Json(FunnelsAnswer {
        funnels: vec![shown(id, FunnelDefinition::newcomers(), None)],
    })
}

/// Answers a funnel that is kept, or a preset.
#[utoipa::path(
    get, path = "/api/analytics/funnels/{id}", tag = "funnels",
    params(("id" = String, Path, description = "Identity of the funnel")),
    responses((status = 200, body = FunnelShown), (status = 404, body = ErrorAnswer))
)]
pub(super) async fn get_funnel(
    State(state): State<ApiState>,
    Reader(caller): Reader,
    id: Result<Path<String>, PathRejection>,
) -> Result<Json<FunnelShown>, ApiError> {
    let Path(id) = id.map_err(|_no_text| ApiError::NoFunnel)?;
    Ok(Json(find(&state, &caller, &id).await?))
}

/// Keeps a funnel.
#[utoipa::path(
    post, path = "/api/analytics/funnels", tag = "funnels", request_body = FunnelBody,
    responses(
        (status = 201, body = FunnelShown),
        (status = 409, description = "The workspace has as many as it may have", body = ErrorAnswer),
    )
)]
pub(super) async fn create_funnel(
    State(state): State<ApiState>,
    Admin(caller): Admin,
    headers: HeaderMap,
    body: Body,
) -> Result<(StatusCode, Json<FunnelShown>), ApiError> {
    let body = receive(&state, &caller, &headers, body, MOST_BYTES).await?;
    let _room = body.room_for_all().await?;
    let body: FunnelBody = body.read(fields::read).await?;
    let now = state.clock.now();
    let funnel = Funnel {
        id: state.ids.next(now).to_string(),
        workspace_id: caller.workspace.clone(),
        definition: define(&body.name, &body.window, &body.steps)?,
        created_at: now,
    };
    if !state.funnels.insert_funnel(&funnel, MOST_FUNNELS).await? {
        return Err(ApiError::TooManyFunnels(MOST_FUNNELS));
    }
    Ok((StatusCode::CREATED, Json(kept(funnel))))
}

/// Takes a funnel away.
#[utoipa::path(
    delete, path = "/api/analytics/funnels/{id}", tag = "funnels",
    params(("id" = String, Path, description = "Identity of the funnel")),
    responses((status = 200, body = FunnelDeleted), (status = 404, body = ErrorAnswer))
)]
pub(super) async fn delete_funnel(
    State(state): State<ApiState>,
    Admin(caller): Admin,
    id: Result<Path<String>, PathRejection>,
) -> Result<Json<FunnelDeleted>, ApiError> {
    let Path(id) = id.map_err(|_no_text| ApiError::NoFunnel)?;
    if !state.funnels.delete_funnel(&caller.workspace, &id).await? {
        return Err(ApiError::NoFunnel);
    }
    Ok(Json(FunnelDeleted {
        success: true,
        message: "the funnel is deleted",
    }))
}

/// Answers how far people come through a funnel. Without a span it is about `30d`.
#[utoipa::path(
    get, path = "/api/analytics/funnels/{id}/run", tag = "numbers",
    params(
        ("id" = String, Path, description = "Identity of the funnel, or of a preset"),
        SpanParams,
        ScopeParams,
        IfNoneMatchParams,
        ("by" = Option<String>, Query, description = "Tells people apart by `role` or by `cohort`, the local week of their sign-up"),
    ),
    responses(
        (status = 200, body = FunnelAnswer),
        (status = 304, description = NOT_MODIFIED),
        (status = 404, body = ErrorAnswer),
    )
)]
pub(super) async fn run_kept(
    State(state): State<ApiState>,
    Reader(caller): Reader,
    id: Result<Path<String>, PathRejection>,
    params: Params,
    held: IfNoneMatch,
) -> Result<Response, ApiError> {
    let Path(id) = id.map_err(|_no_text| ApiError::NoFunnel)?;
    let definition = if id == FunnelDefinition::NEWCOMERS {
        FunnelDefinition::newcomers()
    } else {
        let funnel = state.funnels.funnel(&caller.workspace, &id).await?;
        funnel.ok_or(ApiError::NoFunnel)?.definition
    };
    run(&state, &caller, &params, definition, &held).await
}

/// Answers how far people come through a funnel that is not kept. Without a span it is about `30d`.
#[utoipa::path(
    post, path = "/api/analytics/funnels/run", tag = "numbers",
    request_body(content = FunnelRunBody, examples(
        ("From reading to writing" = (value = json!({
            "window": "24h", "period": "30d",
            "steps": [{"events": ["message_read"]}, {"events": ["message_sent", "thread_reply"]}]
        }))),
    )),
    responses((status = 200, body = FunnelAnswer))
)]
pub(super) async fn run_posted(
    State(state): State<ApiState>,
    Reader(caller): Reader,
    headers: HeaderMap,
    held: IfNoneMatch,
    body: Body,
) -> Result<Response, ApiError> {
    let body = receive(&state, &caller, &headers, body, MOST_BYTES).await?;
    let room = body.room_for_all().await?;
    let asked: FunnelRunBody = body.read(fields::read).await?;
    let name = asked.name.as_deref().unwrap_or("funnel");
    let definition = define(name, &asked.window, &asked.steps)?;
    let texts = [
        ("by", asked.by),
        ("period", asked.period),
        ("from", asked.from),
        ("to", asked.to),
        ("asOf", asked.as_of),
        ("tz", asked.tz),
        ("filter", asked.filter),
        ("channelId", asked.channel_id),
        ("userId", asked.user_id),
        ("includeBots", Some(asked.include_bots.to_string())),
    ];
    let given = texts
        .into_iter()
        .filter_map(|(name, text)| Some((name, text?)));
    let params = Params::of(given);
    drop((room, body));
    run(&state, &caller, &params, definition, &held.of_posted()).await
}

async fn run(
    state: &ApiState,
    caller: &Caller,
    params: &Params,
    definition: FunnelDefinition,
    held: &IfNoneMatch,
) -> Result<Response, ApiError> {
    let by = params.choice("by", &FunnelBy::NAMES)?;
    let request = &params.request()?;
    let asked = &(definition, by);
    let question = Question::new("funnel", caller, request, asked);
    let answer = |query: Arc<QueryService>| async move {
        let ask = query.ask(request, &caller.workspace, "30d").await?;
        Ok(query.funnel(&ask, &asked.0, asked.1).await?)
    };
    state.answer(&question, held, answer).await
}
