//! Every way a request can fail: the one place with status codes.

use std::{sync::Arc, time::Duration};

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use engine::plan::PlanError;
use serde::Serialize;
use store::{QuotaError, StoreError, chain, meta::MetaError};
use utoipa::{
    ToSchema,
    openapi::schema::{Object, ObjectBuilder, Type},
};

use super::{
    body::ArrivalError,
    codes::{CODES, is_known},
    name::NameError,
};
use crate::{
    auth::{AuthError, Fault},
    ingest::{BodyError, DecodeError, IngestError},
    query::{AskError, QueryError},
    report::ReportError,
};

/// Why a request was not answered.
#[derive(Debug)]
pub enum ApiError {
    /// A parameter has a value that cannot be.
    Parameter {
        /// Which parameter.
        name: String,
        /// What is wrong with it, as a sentence.
        message: String,
    },
    /// A name in the request is not known, or stands twice.
    Name(NameError),
    /// The request's time, zone, grain or filter cannot be understood.
    Ask(AskError),
    /// The question makes no sense.
    Plan(PlanError),
    /// The body could not be read.
    Body(BodyError),
    /// The body was not taken as it came.
    Arrival(ArrivalError),
    /// The body was read, but holds no events.
    Decode(DecodeError),
    /// A JSON body does not have the expected shape.
    Shape(String),
    /// No event of the body was acceptable; the first reasons are listed.
    NothingValid(Vec<Refusal>),
    /// The caller may not.
    Auth(AuthError),
    /// A report cannot be what is asked for.
    Report(ReportError),
    /// A workspace has as many reports as it may have.
    TooManyReports(u32),
    /// Nothing is there.
    NotFound,
    /// Something is there, but not for this method.
    MethodNotAllowed,
    /// It comes with a later release.
    NotYet(&'static str),
    /// The service is switched off.
    Disabled,
    /// Too much is being worked on; later there will be room.
    Busy,
    /// The store failed.
    Store(StoreError),
    /// Settings or reports could not be read or written.
    Meta(MetaError),
    /// Something broke that should not.
    Internal(String),
    /// Several requests waited for one answer, and this is why there is none.
    Shared(Arc<ApiError>),
}

/// An event that was refused: its place in the body, and why.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Refusal {
    /// Place in the body, from 0.
    pub index: usize,
    /// Stable code of the reason.
    #[schema(example = "in_future")]
    pub code: &'static str,
    /// The reason as a sentence.
    pub message: String,
}

/// The body of every answer that is an error.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct ErrorAnswer {
    /// What went wrong.
    pub error: ErrorBody,
}

/// What went wrong.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct ErrorBody {
    /// Stable code, for programs.
    #[schema(schema_with = code_schema)]
    pub code: &'static str,
    /// A sentence, for people.
    pub message: String,
    /// More, where there is more to say.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub details: Option<serde_json::Value>,
    /// Names this request in the logs.
    pub request_id: String,
}

fn code_schema() -> Object {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some("Stable code, for programs."))
        .enum_values(Some(CODES.iter().map(|code| code.name)))
        .build()
}

impl ApiError {
    /// Returns the status, the stable code and the sentence.
    fn parts(&self) -> (StatusCode, &'static str, String) {
        use StatusCode as S;
        match self {
            Self::Parameter { name, message } => (
                S::BAD_REQUEST,
                "bad_parameter",
                format!("`{name}`: {message}"),
            ),
            Self::Name(error) => (S::BAD_REQUEST, error.code(), error.to_string()),
            Self::Ask(error) => (S::BAD_REQUEST, ask_code(error), error.to_string()),
            Self::Plan(error) => (S::BAD_REQUEST, "bad_query", error.to_string()),
            Self::Body(error) => body_parts(error),
            Self::Arrival(error) => arrival_parts(error),
            Self::Decode(error) => decode_parts(error),
            Self::Shape(message) => (S::BAD_REQUEST, "bad_shape", message.clone()),
            Self::NothingValid(refusals) => {
                let first = refusals.first().map_or_else(
                    || "there is no event in the body".to_owned(),
                    |refusal| refusal.message.clone(),
                );
                (
                    S::BAD_REQUEST,
                    "no_valid_event",
                    format!("no event was accepted: {first}"),
                )
            }
            Self::Auth(error) => (auth_status(error), error.code(), error.to_string()),
            Self::Report(error) => (S::BAD_REQUEST, "bad_report", error.to_string()),
            Self::TooManyReports(most) => (
                S::CONFLICT,
                "too_many_reports",
                format!("this workspace has the {most} reports that it may have: delete one first"),
            ),
            Self::Meta(_) => (
                S::SERVICE_UNAVAILABLE,
                "settings_unavailable",
                "the settings are not available; nothing of this request was stored".to_owned(),
            ),
            Self::NotFound => (
                S::NOT_FOUND,
                "not_found",
                "there is nothing here".to_owned(),
            ),
            Self::MethodNotAllowed => (
                S::METHOD_NOT_ALLOWED,
                "method_not_allowed",
                "this resource does not have that method".to_owned(),
            ),
            Self::NotYet(what) => (
                S::NOT_IMPLEMENTED,
                "not_implemented",
                format!("{what} comes with a later release"),
            ),
            Self::Disabled => (
                S::SERVICE_UNAVAILABLE,
                "disabled",
                "the service is switched off (ANALYTICS_ENABLED)".to_owned(),
            ),
            Self::Busy => (
                S::SERVICE_UNAVAILABLE,
                "busy",
                "too much is waiting to be written; nothing of this request was stored, try again"
                    .to_owned(),
            ),
            Self::Store(error) => store_parts(error),
            Self::Internal(_) => (
                S::INTERNAL_SERVER_ERROR,
                "internal",
                "something went wrong here; the log has more under the request id".to_owned(),
            ),
            Self::Shared(error) => error.parts(),
        }
    }

    fn details(&self) -> Option<serde_json::Value> {
        match self {
            Self::Parameter { name, .. } => Some(serde_json::json!({ "parameter": name })),
            Self::Name(error) => Some(error.details()),
            Self::Report(error) => Some(serde_json::json!({ "field": error.field() })),
            Self::NothingValid(refusals) => Some(serde_json::json!({
                "failed": refusals.len(),
                "invalidIndices": refusals.iter().map(|refusal| refusal.index).collect::<Vec<_>>(),
                "errors": refusals.iter().take(MOST_REFUSALS).collect::<Vec<_>>(),
            })),
            Self::Ask(_)
            | Self::Plan(_)
            | Self::Body(_)
            | Self::Arrival(_)
            | Self::Decode(_)
            | Self::Shape(_)
            | Self::Auth(_)
            | Self::TooManyReports(_)
            | Self::Meta(_)
            | Self::NotFound
            | Self::MethodNotAllowed
            | Self::NotYet(_)
            | Self::Disabled
            | Self::Busy
            | Self::Store(_)
            | Self::Internal(_) => None,
            Self::Shared(error) => error.details(),
        }
    }

    /// Returns how long to wait before the next request, where waiting helps.
    fn retry_after(&self, status: StatusCode) -> Option<Duration> {
        match self {
            Self::Auth(AuthError::TooManyFailures { retry_after }) => Some(*retry_after),
            Self::Store(StoreError::Quota(QuotaError::NewIds { wait, .. })) => Some(*wait),
            _ if status == StatusCode::SERVICE_UNAVAILABLE => Some(Duration::from_secs(1)),
            _ => None,
        }
    }

    /// Returns what the log says, beyond what the caller is told.
    fn cause(&self) -> Option<String> {
        match self {
            Self::Internal(cause) => Some(cause.clone()),
            Self::Store(error) => Some(chain(error)),
            Self::Meta(error) => Some(chain(error)),
            Self::Auth(error) => std::error::Error::source(error).map(chain),
            Self::Shared(error) => error.cause(),
            _ => None,
        }
    }
}

/// Reasons listed in an answer; the dead letters have all of them.
pub(super) const MOST_REFUSALS: usize = 100;

const fn auth_status(error: &AuthError) -> StatusCode {
    match error {
        AuthError::Invalid(Fault::Workspace) => StatusCode::BAD_REQUEST,
        AuthError::Missing | AuthError::Invalid(_) | AuthError::Expired | AuthError::KeyExpired => {
            StatusCode::UNAUTHORIZED
        }
        AuthError::TooManyFailures { .. } => StatusCode::TOO_MANY_REQUESTS,
        AuthError::Forbidden(_) | AuthError::Host => StatusCode::FORBIDDEN,
        AuthError::KeyStore(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}

fn ask_code(error: &AskError) -> &'static str {
    use domain::time::PeriodError;
    match error {
        AskError::Period(PeriodError::UnknownPeriod(_) | PeriodError::Both) => "bad_period",
        AskError::Period(PeriodError::Instant { .. }) => "bad_time",
        AskError::Period(PeriodError::Backwards { .. }) => "bad_range",
        AskError::Period(PeriodError::UnknownCompare(_)) => "bad_compare",
        AskError::Zone(_) => "bad_zone",
        AskError::Grain(_) => "bad_grain",
        AskError::TooManyBuckets { .. } => "too_many_buckets",
        AskError::Filter(_) => "bad_filter",
    }
}

fn body_parts(error: &BodyError) -> (StatusCode, &'static str, String) {
    let (status, code) = match error {
        BodyError::UnknownEncoding(_) => {
            (StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_encoding")
        }
        BodyError::Damaged(_) => (StatusCode::BAD_REQUEST, "bad_encoding"),
        BodyError::TooLarge(_) => (StatusCode::PAYLOAD_TOO_LARGE, "body_too_large"),
    };
    (status, code, error.to_string())
}

fn arrival_parts(error: &ArrivalError) -> (StatusCode, &'static str, String) {
    let (status, code) = match error {
        ArrivalError::Bytes(_) | ArrivalError::Values(_) => {
            (StatusCode::PAYLOAD_TOO_LARGE, "body_too_large")
        }
        ArrivalError::Late => (StatusCode::REQUEST_TIMEOUT, "body_too_slow"),
    };
    (status, code, error.to_string())
}

fn decode_parts(error: &DecodeError) -> (StatusCode, &'static str, String) {
    let (status, code) = match error {
        DecodeError::NotJson(_) => (StatusCode::BAD_REQUEST, "invalid_json"),
        DecodeError::NotEvents => (StatusCode::BAD_REQUEST, "not_events"),
        DecodeError::Beside(_) => (StatusCode::BAD_REQUEST, "unknown_field"),
        DecodeError::TooMany { .. } => (StatusCode::PAYLOAD_TOO_LARGE, "too_many_events"),
        DecodeError::TooLarge(_) => (StatusCode::PAYLOAD_TOO_LARGE, "body_too_large"),
    };
    (status, code, error.to_string())
}

fn quota_code(error: &QuotaError) -> (StatusCode, &'static str) {
    match error {
        QuotaError::NewIds { .. } => (StatusCode::TOO_MANY_REQUESTS, "too_many_new_ids"),
        QuotaError::Kinds(_) => (StatusCode::PAYLOAD_TOO_LARGE, "too_many_kinds"),
        QuotaError::Workspaces(_) | QuotaError::NoWorkspaceLeft => {
            (StatusCode::PAYLOAD_TOO_LARGE, "too_many_workspaces")
        }
    }
}

fn store_parts(error: &StoreError) -> (StatusCode, &'static str, String) {
    use StatusCode as S;
    match error {
        StoreError::Quota(quota) => {
            let (status, code) = quota_code(quota);
            let message = format!("{quota}; nothing of this request was stored");
            (status, code, message)
        }
        StoreError::DiskLow { .. } => (
            S::SERVICE_UNAVAILABLE,
            "disk_low",
            format!("{error}; make room, or lower ANALYTICS_MIN_FREE_DISK"),
        ),
        StoreError::Busy => ApiError::Busy.parts(),
        StoreError::Crowded => (
            S::SERVICE_UNAVAILABLE,
            "busy",
            format!("{error}: try again in a moment"),
        ),
        StoreError::Timeout(_) => (
            S::SERVICE_UNAVAILABLE,
            "query_timeout",
            format!("{error}; ask for a shorter span, or raise ANALYTICS_QUERY_TIMEOUT"),
        ),
        StoreError::TooMuch { .. } => (
            S::UNPROCESSABLE_ENTITY,
            "scan_too_large",
            format!("{error}; ask for a shorter span, or raise ANALYTICS_MAX_SCAN_ROWS"),
        ),
        StoreError::Memory => (
            S::UNPROCESSABLE_ENTITY,
            "query_memory",
            format!("{error}; ask for a shorter span, or raise ANALYTICS_STORE_MEMORY"),
        ),
        StoreError::DiskFull => (
            S::SERVICE_UNAVAILABLE,
            "disk_full",
            "the disk is full; nothing of this request was stored".to_owned(),
        ),
        StoreError::Stopped(_)
        | StoreError::Locked { .. }
        | StoreError::Corrupt { .. }
        | StoreError::TooNew { .. }
        | StoreError::Io { .. } => (
            S::SERVICE_UNAVAILABLE,
            "store_unavailable",
            "the store is not available; nothing of this request was stored".to_owned(),
        ),
        StoreError::Engine(_) => ApiError::Internal(String::new()).parts(),
    }
}

/// What `finish` needs to write the body, once it knows the request's id.
#[derive(Debug, Clone)]
pub(super) struct Unfinished {
    pub(super) code: &'static str,
    pub(super) message: String,
    pub(super) details: Option<serde_json::Value>,
    /// What the log says, beyond what the caller is told.
    pub(super) cause: Option<String>,
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let (status, code, message) = self.parts();
        debug_assert!(
            is_known(code, status.as_u16()),
            "{status} {code} is not documented"
        );
        let details = self.details();
        let cause = self.cause();
        let mut response = status.into_response();
        if let Some(wait) = self.retry_after(status) {
            let seconds = wait.as_secs_f64().ceil().max(1.0);
            if let Ok(value) = HeaderValue::from_str(&seconds.to_string()) {
                response.headers_mut().insert(header::RETRY_AFTER, value);
            }
        }
        if status == StatusCode::UNAUTHORIZED {
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response.extensions_mut().insert(Unfinished {
            code,
            message,
            details,
            cause,
        });
        response
    }
}

impl From<NameError> for ApiError {
    fn from(error: NameError) -> Self {
        Self::Name(error)
    }
}

impl From<AskError> for ApiError {
    fn from(error: AskError) -> Self {
        Self::Ask(error)
    }
}

impl From<BodyError> for ApiError {
    fn from(error: BodyError) -> Self {
        Self::Body(error)
    }
}

impl From<ArrivalError> for ApiError {
    fn from(error: ArrivalError) -> Self {
        Self::Arrival(error)
    }
}

impl From<DecodeError> for ApiError {
    fn from(error: DecodeError) -> Self {
        Self::Decode(error)
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<MetaError> for ApiError {
    fn from(error: MetaError) -> Self {
        Self::Meta(error)
    }
}

impl From<ReportError> for ApiError {
    fn from(error: ReportError) -> Self {
        Self::Report(error)
    }
}

impl From<QueryError> for ApiError {
    fn from(error: QueryError) -> Self {
        match error {
            QueryError::Plan(error) => Self::Plan(error),
            QueryError::Store(error) => Self::Store(error),
        }
    }
}

impl From<IngestError> for ApiError {
    fn from(error: IngestError) -> Self {
        match error {
            IngestError::Store(error) => Self::Store(error),
        }
    }
}

impl From<AuthError> for ApiError {
    fn from(error: AuthError) -> Self {
        Self::Auth(error)
    }
}
