//! `/api/analytics/segments`: which people, or which channels, somebody means by a name.

mod shape;

use axum::{
    Json,
    body::Body,
    extract::{Path, State, rejection::PathRejection},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse as _, Response},
};
use domain::{
    dimension::Subject,
    segment::{MAX_SEGMENT_DESCRIPTION, MAX_SEGMENT_NAME, Rule, Segment, SegmentDefinition},
};

use self::shape::{MembersAnswer, PreviewBody, SegmentAnswer, SegmentBody, SegmentsAnswer};
use super::{
    body::{SMALL, receive},
    error::{ApiError, ErrorAnswer},
    fields,
    guard::{Admin, Reader},
    params::{Params, SpanParams, shortened},
    saved::{RemovedAnswer, Saved, SavedError, check_version, with_version},
    state::ApiState,
};
use crate::{
    auth::Caller,
    query::{Ask, AskError, Request, SegmentError},
};

/// Most segments of one workspace.
const MOST_SEGMENTS: u32 = 500;
const SAVED: Saved = Saved::Segment;
/// What the members of a segment are.
const DEFINITION: &str = "Those of whom the rule holds at `asOf`; what was done without `lastDays` was done in the span.";

fn subject(name: Option<&str>) -> Result<Subject, ApiError> {
    let name = name.filter(|name| !name.is_empty());
    name.map_or(Ok(Subject::Person), |name| {
        Subject::parse(name).ok_or_else(|| {
            let message = format!(
                "`{}` is not known; known are people and channels",
                shortened(name)
            );
            SAVED.refuse("subject", message)
        })
    })
}

fn rule(text: &str, subject: Subject) -> Result<Rule, ApiError> {
    Rule::parse(text, subject).map_err(|error| SAVED.refuse("rule", error.to_string()))
}

/// Reads what somebody posts; refuses a rule of which a segment with that identity would be a part.
async fn defined(
    state: &ApiState,
    caller: &Caller,
    (headers, body): (&HeaderMap, Body),
    id: Option<&str>,
) -> Result<SegmentDefinition, ApiError> {
    let body = receive(state, caller, headers, body, SMALL).await?;
    let _room = body.room_for_all().await?;
    let body: SegmentBody = body.read(fields::read).await?;
    let subject = subject(body.subject.as_deref())?;
    let rule = rule(&body.rule, subject)?;
    let checked = state
        .query
        .check_rule(&caller.workspace, id, (subject, &rule))
        .await;
    checked.map_err(about_rule)?;
    Ok(SegmentDefinition {
        name: SAVED.line("name", &body.name, MAX_SEGMENT_NAME)?,
        description: SAVED.text(
            "description",
            body.description.as_deref(),
            MAX_SEGMENT_DESCRIPTION,
        )?,
        subject,
        rule: body.rule.trim().to_owned(),
    })
}

/// Says of what a rule names that the rule is wrong.
fn about_rule(error: SegmentError) -> ApiError {
    match error {
        SegmentError::Ask(
            error @ (AskError::UnknownSegment(_)
            | AskError::SegmentLoop(_)
            | AskError::SegmentOf(..)),
        ) => SAVED.refuse("rule", error.to_string()),
        error => error.into(),
    }
}

async fn found(
    state: &ApiState,
    caller: &Caller,
    id: Result<Path<String>, PathRejection>,
) -> Result<Segment, ApiError> {
    let Path(id) = id.map_err(|_no_text| SavedError::NotFound(SAVED))?;
    let found = state.query.segments.segment(&caller.workspace, &id).await?;
    found.ok_or_else(|| SavedError::NotFound(SAVED).into())
}

fn answer(state: &ApiState, mut segment: Segment) -> Response {
    let guard = &state.query.guard;
    segment.created_by = guard.author(&segment.workspace_id, segment.created_by);
    let version = segment.version;
    with_version(SegmentAnswer::from(segment), version)
}

/// Lists segments by name.
#[utoipa::path(
    get, path = "/api/analytics/segments", tag = "saved",
    responses((status = 200, body = SegmentsAnswer))
)]
pub(super) async fn list_segments(
    State(state): State<ApiState>,
    Reader(caller): Reader,
) -> Result<Json<SegmentsAnswer>, ApiError> {
    let segments = state.query.segments.segments(&caller.workspace).await?;
    let segments = segments.into_iter().map(SegmentAnswer::from);
    Ok(Json(SegmentsAnswer {
        segments: segments.collect(),
    }))
}

/// Answers a segment.
#[utoipa::path(
    get, path = "/api/analytics/segments/{id}", tag = "saved",
    params(("id" = String, Path, description = "Identity of the segment")),
    responses((status = 200, body = SegmentAnswer), (status = 404, body = ErrorAnswer))
)]
pub(super) async fn get_segment(
    State(state): State<ApiState>,
    Reader(caller): Reader,
    id: Result<Path<String>, PathRejection>,
) -> Result<Response, ApiError> {
    Ok(answer(&state, found(&state, &caller, id).await?))
}

/// Keeps a segment.
#[utoipa::path(
    post, path = "/api/analytics/segments", tag = "saved", request_body = SegmentBody,
    responses(
        (status = 201, body = SegmentAnswer),
        (status = 409, description = "The workspace has as many as it may have", body = ErrorAnswer),
    )
)]
pub(super) async fn create_segment(
    State(state): State<ApiState>,
    Admin(caller): Admin,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    caller.require_own_key()?;
    let definition = defined(&state, &caller, (&headers, body), None).await?;
    let now = state.clock.now();
    let segment = Segment {
        id: state.ids.next(now).to_string(),
        workspace_id: caller.workspace.clone(),
        definition,
        created_by: caller.name(),
        created_at: now,
        updated_at: now,
        version: 1,
    };
    if !state
        .query
        .segments
        .insert_segment(&segment, MOST_SEGMENTS)
        .await?
    {
        return Err(SavedError::TooMany(SAVED, MOST_SEGMENTS).into());
    }
    state.saved_changed();
    Ok((StatusCode::CREATED, answer(&state, segment)).into_response())
}

/// Puts another segment in the place of one.
#[utoipa::path(
    put, path = "/api/analytics/segments/{id}", tag = "saved", request_body = SegmentBody,
    params(
        ("id" = String, Path, description = "Identity of the segment"),
        ("If-Match" = Option<String>, Header, description = "The version, or `ETag`, that is to be replaced; default is any"),
    ),
    responses(
        (status = 200, body = SegmentAnswer),
        (status = 404, body = ErrorAnswer),
        (status = 409, description = "Other segments need it to be about what it is about", body = ErrorAnswer),
        (status = 412, description = "It was changed since", body = ErrorAnswer),
    )
)]
pub(super) async fn put_segment(
    State(state): State<ApiState>,
    Admin(caller): Admin,
    id: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    caller.require_own_key()?;
    let before = found(&state, &caller, id).await?;
    check_version(&headers, SAVED, before.version)?;
    let definition = defined(&state, &caller, (&headers, body), Some(&before.id)).await?;
    if definition.subject != before.definition.subject {
        refuse_used(&state, &caller, &before.id).await?;
    }
    let segment = Segment {
        definition,
        updated_at: state.clock.now(),
        version: before.version + 1,
        ..before
    };
    if !state.query.segments.update_segment(&segment).await? {
        return Err(SavedError::Changed(SAVED).into());
    }
    state.saved_changed();
    Ok(answer(&state, segment))
}

/// Refuses to take away what other segments name.
async fn refuse_used(state: &ApiState, caller: &Caller, id: &str) -> Result<(), ApiError> {
    let mut users = state.query.segments.segments(&caller.workspace).await?;
    users.retain(|user| {
        let rule = Rule::parse(&user.definition.rule, user.definition.subject);
        rule.is_ok_and(|rule| rule.segments().contains(&id))
    });
    if users.is_empty() {
        return Ok(());
    }
    let users = users
        .into_iter()
        .map(|user| (user.id, user.definition.name));
    Err(SavedError::Used(users.collect()).into())
}

/// Takes a segment away, unless others name it.
#[utoipa::path(
    delete, path = "/api/analytics/segments/{id}", tag = "saved",
    params(("id" = String, Path, description = "Identity of the segment")),
    responses(
        (status = 200, body = RemovedAnswer),
        (status = 404, body = ErrorAnswer),
        (status = 409, description = "Other segments name it; `details.usedBy` says which", body = ErrorAnswer),
    )
)]
pub(super) async fn delete_segment(
    State(state): State<ApiState>,
    Admin(caller): Admin,
    id: Result<Path<String>, PathRejection>,
) -> Result<Json<RemovedAnswer>, ApiError> {
    caller.require_own_key()?;
    let segment = found(&state, &caller, id).await?;
    refuse_used(&state, &caller, &segment.id).await?;
    let segments = &state.query.segments;
    if !segments
        .delete_segment(&caller.workspace, &segment.id)
        .await?
    {
        return Err(SavedError::NotFound(SAVED).into());
    }
    state.saved_changed();
    Ok(Json(RemovedAnswer { success: true }))
}

/// Lists whom a segment holds. Without a span, what was done in the span is about `30d`.
#[utoipa::path(
    get, path = "/api/analytics/segments/{id}/members", tag = "saved",
    params(
        ("id" = String, Path, description = "Identity of the segment"),
        SpanParams,
        ("limit" = Option<u32>, Query, description = "1 to 10000, default 100"),
        ("offset" = Option<u32>, Query, description = "members passed over"),
    ),
    responses((status = 200, body = MembersAnswer), (status = 404, body = ErrorAnswer))
)]
pub(super) async fn segment_members(
    State(state): State<ApiState>,
    Reader(caller): Reader,
    id: Result<Path<String>, PathRejection>,
    params: Params,
) -> Result<Json<MembersAnswer>, ApiError> {
    let request = params.request()?;
    let limit = params.number("limit", 100, 1, 10_000)?;
    let offset = params.number("offset", 0, 0, u32::MAX)?;
    let ask = ask_of(&state, &caller, request).await?;
    let definition = found(&state, &caller, id).await?.definition;
    let rule = rule(&definition.rule, definition.subject)?;
    let page = (offset as usize, limit as usize);
    members(&state, &ask, (definition.subject, rule), page).await
}

/// Counts whom a rule would hold, and lists the first ten.
#[utoipa::path(
    post, path = "/api/analytics/segments/preview", tag = "saved", request_body = PreviewBody,
    responses((status = 200, body = MembersAnswer))
)]
pub(super) async fn preview_segment(
    State(state): State<ApiState>,
    Reader(caller): Reader,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<MembersAnswer>, ApiError> {
    let body = receive(&state, &caller, &headers, body, SMALL).await?;
    let room = body.room_for_all().await?;
    let asked: PreviewBody = body.read(fields::read).await?;
    drop((room, body));
    let subject = subject(asked.subject.as_deref())?;
    let rule = rule(&asked.rule, subject)?;
    let texts = [
        ("period", asked.period),
        ("from", asked.from),
        ("to", asked.to),
        ("asOf", asked.as_of),
        ("tz", asked.tz),
    ];
    let given = texts
        .into_iter()
        .filter_map(|(name, text)| Some((name, text?)));
    let ask = ask_of(&state, &caller, Params::of(given).request()?).await?;
    members(&state, &ask, (subject, rule), (0, 10)).await
}

/// Understands in which span and as of when members are asked for.
async fn ask_of(state: &ApiState, caller: &Caller, request: Request) -> Result<Ask, ApiError> {
    let request = request.compared_if_asked();
    state.query.ask(&request, &caller.workspace, "30d").await
}

async fn members(
    state: &ApiState,
    ask: &Ask,
    (subject, rule): (Subject, Rule),
    (offset, limit): (usize, usize),
) -> Result<Json<MembersAnswer>, ApiError> {
    let members = state.query.members(ask, subject, rule).await;
    let members = members.map_err(about_rule)?;
    let page: Vec<String> = members.iter().skip(offset).take(limit).cloned().collect();
    Ok(Json(MembersAnswer {
        subject: subject.name(),
        members: state.query.named(&ask.workspace, subject, page).await?,
        total: members.len(),
        meta: state.query.begin(ask).meta(DEFINITION),
    }))
}
