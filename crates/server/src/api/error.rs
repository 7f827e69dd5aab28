//! Every way a request can fail, and the code of each.

use std::{sync::Arc, time::Duration};

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{funnel::FunnelError, privacy::PrivacyError};
use engine::plan::PlanError;
use store::{QuotaError, SqlError, StoreError, chain, meta::MetaError};

pub(super) use super::refusal::{ErrorAnswer, ErrorBody, Refusal};
use super::{
    body::ArrivalError, codes::Code, erasures, merges::PeopleError, name::NameError,
    room::RoomError, saved::SavedError, semantic::CombinationError, sql,
};
use crate::{
    auth::AuthError,
    imports::ImportsError,
    ingest::{BodyError, DecodeError, IngestError},
    query::{AskError, QueryError, Unknown},
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
    /// It says more of people than it may.
    Private(PrivacyError),
    /// A metric has no meaning when split as asked.
    Combination(CombinationError),
    /// The body could not be read.
    Body(BodyError),
    /// The body was not taken as it came.
    Arrival(ArrivalError),
    /// There is no room for what the request holds.
    Room(RoomError),
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
    /// An annotation or the like cannot be kept, changed or found.
    Saved(SavedError),
    /// A history that is uploaded was refused.
    Import(ImportsError),
    /// Identifiers could not be made one person, or that be undone.
    People(PeopleError),
    /// A workspace has as many reports as it may have.
    TooManyReports(u32),
    /// A funnel cannot be what is asked for.
    Funnel(FunnelError),
    /// A workspace has as many funnels as it may have.
    TooManyFunnels(u32),
    /// There are more different paths than can be counted exactly.
    TooManyPaths(QueryError),
    /// The workspace has no such funnel.
    NoFunnel,
    /// No route has that path.
    NoRoute,
    /// The workspace has no such report.
    NoReport,
    /// There is nothing of that name; a sentence says what.
    NotThere(&'static str),
    /// Nobody who could be erased has that identifier.
    NobodyToErase,
    /// The workspace has no such channel or person.
    NotKnown(Unknown),
    /// Something is there, but not for this method.
    MethodNotAllowed,
    /// Address and headers are longer than they may be.
    HeadTooLarge,
    /// It comes with a later release.
    NotYet(&'static str),
    /// Nobody may ask in SQL.
    SqlDisabled,
    /// A statement was not answered.
    Sql(SqlError),
    /// The service is switched off.
    Disabled,
    /// Another instance has the role that answers this.
    OtherInstance(&'static str),
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

/// Returns that a workspace has as many of something as it may have.
fn full(what: &str, most: u32) -> String {
    format!("this workspace has the {most} {what} that it may have: delete one first")
}

/// Returns that this instance leaves to another what is asked.
fn no_role(role: &str) -> String {
    format!("this instance is no {role} (ANALYTICS_ROLES): ask one that is")
}

impl ApiError {
    /// Returns the stable code and the sentence.
    fn parts(&self) -> (Code, String) {
        let (code, sentence) = match self {
            Self::Parameter { name, message } => {
                return (Code::BadParameter, format!("`{name}`: {message}"));
            }
            Self::Name(error) => return (error.into(), error.to_string()),
            Self::Ask(error) => return (error.into(), error.to_string()),
            Self::Plan(error) => return (Code::BadQuery, error.to_string()),
            Self::Private(error) => return (error.into(), error.to_string()),
            Self::Combination(error) => return (Code::BadQuery, error.to_string()),
            Self::Body(error) => return (error.into(), error.to_string()),
            Self::Arrival(error) => return (error.into(), error.to_string()),
            Self::Room(error) => return (Code::Busy, error.to_string()),
            Self::Decode(error) => return (error.into(), error.to_string()),
            Self::Shape(message) => return (Code::BadShape, message.clone()),
            Self::NothingValid(refusals) => {
                let first = refusals
                    .first()
                    .map_or("there is no event in the body", |refusal| &refusal.message);
                return (
                    Code::NoValidEvent,
                    format!("no event was accepted: {first}"),
                );
            }
            Self::Auth(error) => return (error.into(), error.to_string()),
            Self::Report(error) => return (Code::BadReport, error.to_string()),
            Self::Saved(error) => return (error.code(), error.to_string()),
            Self::Import(error) => return (error.into(), error.to_string()),
            Self::People(error) => return (error.code(), error.to_string()),
            Self::TooManyReports(most) => return (Code::TooManyReports, full("reports", *most)),
            Self::Funnel(error) => return (Code::BadFunnel, error.to_string()),
            Self::TooManyFunnels(most) => return (Code::TooManyFunnels, full("funnels", *most)),
            Self::TooManyPaths(error) => return (Code::TooManyPaths, error.to_string()),
            Self::NotYet(what) => {
                return (
                    Code::NotImplemented,
                    format!("{what} comes with a later release"),
                );
            }
            Self::Store(error) => return store_parts(error),
            Self::Sql(error) => return sql::parts(error),
            Self::SqlDisabled => (Code::SqlDisabled, sql::DISABLED),
            Self::Shared(error) => return error.parts(),
            Self::Meta(_) => (
                Code::SettingsUnavailable,
                "the settings are not available; nothing of this request was stored",
            ),
            Self::NoRoute => (
                Code::NotFound,
                "no such route; see /api/analytics/openapi.json",
            ),
            Self::NoFunnel => (Code::NotFound, "no such funnel; see /api/analytics/funnels"),
            Self::NoReport => (Code::NotFound, "no such report; see /api/analytics/reports"),
            Self::NotThere(what) => (Code::NotFound, *what),
            Self::NobodyToErase => (Code::UserNotFound, erasures::NOBODY),
            Self::NotKnown(unknown) if unknown.field == "user" => {
                return (Code::UserNotFound, unknown.to_string());
            }
            Self::NotKnown(unknown) => return (Code::NotFound, unknown.to_string()),
            Self::HeadTooLarge => (
                Code::HeadTooLarge,
                "the address and the headers have more than 32 KiB; make the parameters shorter",
            ),
            Self::MethodNotAllowed => (
                Code::MethodNotAllowed,
                "this resource does not have that method",
            ),
            Self::Disabled => (
                Code::Disabled,
                "the service is switched off (ANALYTICS_ENABLED)",
            ),
            Self::OtherInstance(role) => return (Code::OtherInstance, no_role(role)),
            Self::Busy => (
                Code::Busy,
                "too much is waiting to be written; nothing of this request was stored, try again",
            ),
            Self::Internal(_) => (Code::Internal, BROKEN),
        };
        (code, sentence.to_owned())
    }

    fn details(&self) -> Option<serde_json::Value> {
        match self {
            Self::Parameter { name, .. } => Some(serde_json::json!({ "parameter": name })),
            Self::Name(error) => Some(error.details()),
            Self::Combination(error) => Some(error.details()),
            Self::NotKnown(unknown) => Some(serde_json::json!(unknown)),
            Self::Sql(error) => sql::details(error),
            Self::Saved(error) => error.details(),
            Self::People(error) => error.details(),
            Self::Report(error) => Some(serde_json::json!({ "field": error.field() })),
            Self::Funnel(error) => Some(serde_json::json!({ "field": error.field() })),
            Self::NothingValid(refusals) => Some(serde_json::json!({
                "failed": refusals.len(),
                "invalidIndices": refusals.iter().map(|refusal| refusal.index).collect::<Vec<_>>(),
                "errors": refusals.iter().take(MOST_REFUSALS).collect::<Vec<_>>(),
            })),
            Self::Ask(_)
            | Self::Plan(_)
            | Self::Private(_)
            | Self::Body(_)
            | Self::Arrival(_)
            | Self::Room(_)
            | Self::Decode(_)
            | Self::Shape(_)
            | Self::Auth(_)
            | Self::Import(_)
            | Self::TooManyReports(_)
            | Self::TooManyFunnels(_)
            | Self::TooManyPaths(_)
            | Self::NoFunnel
            | Self::NotThere(_)
            | Self::NobodyToErase
            | Self::Meta(_)
            | Self::NoRoute
            | Self::NoReport
            | Self::MethodNotAllowed
            | Self::HeadTooLarge
            | Self::NotYet(_)
            | Self::SqlDisabled
            | Self::Disabled
            | Self::OtherInstance(_)
            | Self::Busy
            | Self::Store(_)
            | Self::Internal(_) => None,
            Self::Shared(error) => error.details(),
        }
    }

    /// Returns how long to wait before the next request, where waiting helps.
    fn retry_after(&self, code: Code) -> Option<Duration> {
        match self {
            Self::Auth(AuthError::TooManyFailures { retry_after }) => Some(*retry_after),
            Self::Store(StoreError::Quota(QuotaError::NewIds { wait, .. })) => Some(*wait),
            _ if code.status() == StatusCode::SERVICE_UNAVAILABLE => Some(Duration::from_secs(1)),
            _ => None,
        }
    }

    /// Returns what the log says, beyond what the caller is told.
    fn cause(&self) -> Option<String> {
        match self {
            Self::Internal(cause) => Some(cause.clone()),
            Self::Store(error) | Self::Sql(SqlError::Store(error)) => Some(chain(error)),
            Self::Meta(error) => Some(chain(error)),
            Self::Auth(error) => std::error::Error::source(error).map(chain),
            Self::Shared(error) => error.cause(),
            _ => None,
        }
    }
}

/// Reasons listed in an answer; the dead letters have all of them.
pub(super) const MOST_REFUSALS: usize = 100;

/// What is said of a fault of the service itself; the log says more.
pub(super) const BROKEN: &str = "something went wrong here; the log has more under the request id";

/// Returns the code and the sentence of a failure of the store.
pub(super) fn store_parts(error: &StoreError) -> (Code, String) {
    match error {
        StoreError::Private(error) => (error.into(), error.to_string()),
        StoreError::Quota(quota) => (
            quota.into(),
            format!("{quota}; nothing of this request was stored"),
        ),
        StoreError::DiskLow { .. } => (
            Code::DiskLow,
            format!("{error}; make room, or lower ANALYTICS_MIN_FREE_DISK"),
        ),
        StoreError::NoRoomToRewrite { .. } => {
            (Code::DiskLow, format!("{error}; nothing was changed"))
        }
        StoreError::Busy => ApiError::Busy.parts(),
        StoreError::Crowded => (Code::Busy, format!("{error}: try again in a moment")),
        StoreError::Timeout(_) => (
            Code::QueryTimeout,
            format!("{error}; ask for a shorter span, or raise ANALYTICS_QUERY_TIMEOUT"),
        ),
        StoreError::TooMuch { .. } => (
            Code::ScanTooLarge,
            format!("{error}; ask for a shorter span, or raise ANALYTICS_MAX_SCAN_ROWS"),
        ),
        StoreError::Memory => (
            Code::QueryMemory,
            format!("{error}; ask for a shorter span, or raise ANALYTICS_STORE_MEMORY"),
        ),
        StoreError::DiskFull => (
            Code::DiskFull,
            "the disk is full; nothing of this request was stored".to_owned(),
        ),
        StoreError::Stopped(_)
        | StoreError::Locked { .. }
        | StoreError::Corrupt { .. }
        | StoreError::TooNew { .. }
        | StoreError::Io { .. } => (
            Code::StoreUnavailable,
            "the store is not available; nothing of this request was stored".to_owned(),
        ),
        StoreError::Engine(_) => (Code::Internal, BROKEN.to_owned()),
    }
}

/// What `finish` needs to write the body, once it knows the request's id.
#[derive(Debug, Clone)]
pub(super) struct Unfinished {
    pub(super) code: Code,
    pub(super) message: String,
    pub(super) details: Option<serde_json::Value>,
    /// What the log says, beyond what the caller is told.
    pub(super) cause: Option<String>,
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let (code, message) = self.parts();
        let status = code.status();
        let details = self.details();
        let cause = self.cause();
        let mut response = status.into_response();
        if let Some(wait) = self.retry_after(code) {
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

macro_rules! made_of {
    ($($error:ty => $variant:ident),+ $(,)?) => {
        $(impl From<$error> for ApiError {
            fn from(error: $error) -> Self {
                Self::$variant(error)
            }
        })+
    };
}

made_of! {
    NameError => Name,
    CombinationError => Combination,
    AskError => Ask,
    BodyError => Body,
    ArrivalError => Arrival,
    RoomError => Room,
    DecodeError => Decode,
    StoreError => Store,
    MetaError => Meta,
    ReportError => Report,
    SavedError => Saved,
    PeopleError => People,
    FunnelError => Funnel,
    AuthError => Auth,
}

impl From<QueryError> for ApiError {
    fn from(error: QueryError) -> Self {
        match error {
            QueryError::Plan(error) => Self::Plan(error),
            QueryError::Store(error) => Self::Store(error),
            QueryError::Ask(error) => Self::Ask(error),
            QueryError::TooManyPaths(_) => Self::TooManyPaths(error),
            QueryError::TooMany { parameter, advice } => Self::Parameter {
                name: parameter.to_owned(),
                message: advice,
            },
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
