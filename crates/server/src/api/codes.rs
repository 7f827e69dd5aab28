//! Every code that an error may have: programs tell errors apart by it, so a code keeps its meaning.
//!
//! A code is declared once, below: its comment is what the reference says of it.

use axum::http::StatusCode;
use domain::{privacy::PrivacyError, time::PeriodError};
use serde::{Serialize, Serializer};
use store::QuotaError;

use super::{body::ArrivalError, name::NameError};
use crate::{
    auth::{AuthError, Denial, Fault},
    ingest::{BodyError, DecodeError},
    query::AskError,
};

macro_rules! codes {
    ($($(#[doc = $meaning:literal])+ $code:ident = $name:literal, $status:ident;)+) => {
        /// A code of an error, which gives its status.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Code {
            $($(#[doc = $meaning])+ $code,)+
        }

        impl Code {
            /// Every code, in the order of the reference.
            pub const ALL: &[Self] = &[$(Self::$code),+];

            /// Returns the name that programs may rely on.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$code => $name),+ }
            }

            /// Returns the status that it comes with.
            pub const fn status(self) -> StatusCode {
                match self { $(Self::$code => StatusCode::$status),+ }
            }

            /// Returns what it means and what to do.
            pub fn meaning(self) -> &'static str {
                match self { $(Self::$code => concat!($($meaning),+).trim_start()),+ }
            }
        }
    };
}

codes! {
    /// A parameter has a value that cannot be; `details.parameter` names it
    BadParameter = "bad_parameter", BAD_REQUEST;
    /// The resource takes no such parameter; `details.nearest` is what was probably meant,
    /// `details.known` what there is
    UnknownParameter = "unknown_parameter", BAD_REQUEST;
    /// A parameter is given more than once: give it once
    RepeatedParameter = "repeated_parameter", BAD_REQUEST;
    /// `period` names no period, or stands beside `from` or `to`
    BadPeriod = "bad_period", BAD_REQUEST;
    /// An instant or a day cannot be read: give RFC 3339 or `2026-02-01`
    BadTime = "bad_time", BAD_REQUEST;
    /// `from` does not lie before `to`
    BadRange = "bad_range", BAD_REQUEST;
    /// `compare` is none of `previous`, `weekday`, `year`, `none`, `from..to`
    BadCompare = "bad_compare", BAD_REQUEST;
    /// `tz` is not an IANA time zone
    BadZone = "bad_zone", BAD_REQUEST;
    /// `groupBy` is none of `hour`, `day`, `week`, `month`
    BadGrain = "bad_grain", BAD_REQUEST;
    /// `filter` cannot be read; the message says where
    BadFilter = "bad_filter", BAD_REQUEST;
    /// A chart would have too many points: ask for a wider `groupBy` or a shorter span
    TooManyBuckets = "too_many_buckets", BAD_REQUEST;
    /// The question has no meaning, such as a score split by emoji
    BadQuery = "bad_query", BAD_REQUEST;
    /// The SQL is no single `SELECT` over the documented tables, or cannot be run; the message says why
    BadSql = "bad_sql", BAD_REQUEST;
    /// Nobody may ask in SQL here: `ANALYTICS_SQL=true` allows it to administrators
    SqlDisabled = "sql_disabled", FORBIDDEN;
    /// `ANALYTICS_PRIVACY_MODE=aggregate`: the question is about single persons, or about groups that could be
    /// made so small; the message says what to leave out
    PrivacyAggregate = "privacy_aggregate", FORBIDDEN;
    /// `ANALYTICS_PRIVACY_MODE=pseudonymous`: the answer would show more of people than their pseudonyms
    PrivacyPseudonymous = "privacy_pseudonymous", FORBIDDEN;
    /// `Content-Encoding` is none of identity, gzip and zstd
    UnsupportedEncoding = "unsupported_encoding", UNSUPPORTED_MEDIA_TYPE;
    /// The body is not packed as `Content-Encoding` says
    BadEncoding = "bad_encoding", BAD_REQUEST;
    /// The body is larger than `ANALYTICS_MAX_BODY`: send less at once
    BodyTooLarge = "body_too_large", PAYLOAD_TOO_LARGE;
    /// The body did not arrive in time (`ANALYTICS_BODY_TIMEOUT`): send it faster, or in parts
    BodyTooSlow = "body_too_slow", REQUEST_TIMEOUT;
    /// The body is not JSON
    InvalidJson = "invalid_json", BAD_REQUEST;
    /// The body is neither an event nor a list of events
    NotEvents = "not_events", BAD_REQUEST;
    /// The body holds more events than `ANALYTICS_MAX_BATCH`: send fewer at once
    TooManyEvents = "too_many_events", PAYLOAD_TOO_LARGE;
    /// The body has a field of the wrong kind, or lacks one
    BadShape = "bad_shape", BAD_REQUEST;
    /// The body has a field that is not read; `details.nearest` is what was probably meant,
    /// `details.known` what there is
    UnknownField = "unknown_field", BAD_REQUEST;
    /// Every event was refused; `details.errors` says why
    NoValidEvent = "no_valid_event", BAD_REQUEST;
    /// No credential was sent
    CredentialMissing = "credential_missing", UNAUTHORIZED;
    /// In trusted-network mode, a `Host` that is not one of `ANALYTICS_ALLOWED_HOSTS`, or a page of
    /// another site
    HostNotAllowed = "host_not_allowed", FORBIDDEN;
    /// A header with a credential stands twice
    CredentialRepeated = "credential_repeated", UNAUTHORIZED;
    /// `Authorization` has a scheme other than Bearer
    CredentialUnsupported = "credential_unsupported", UNAUTHORIZED;
    /// The token is not one of this chat
    TokenInvalid = "token_invalid", UNAUTHORIZED;
    /// The token has expired: sign in again
    TokenExpired = "token_expired", UNAUTHORIZED;
    /// Too many wrong credentials came from this address: wait `Retry-After` seconds
    TooManyFailures = "too_many_failures", TOO_MANY_REQUESTS;
    /// The secret is not the one of this installation
    SecretInvalid = "secret_invalid", UNAUTHORIZED;
    /// The key cannot be one, for example because it was cut
    KeyMalformed = "key_malformed", UNAUTHORIZED;
    /// The key is not known, or was revoked
    KeyUnknown = "key_unknown", UNAUTHORIZED;
    /// The key has expired: make a new one
    KeyExpired = "key_expired", UNAUTHORIZED;
    /// The link was used already, is older than ten minutes, or was not copied exactly
    CodeInvalid = "code_invalid", UNAUTHORIZED;
    /// The link to a page is not known: it was revoked, or not copied exactly
    ShareUnknown = "share_unknown", UNAUTHORIZED;
    /// The link to a page has expired: ask for another one
    ShareExpired = "share_expired", UNAUTHORIZED;
    /// The link is for one page with fixed filters, and this is no part of it
    ShareForbidden = "share_forbidden", FORBIDDEN;
    /// The session is over: sign in again
    SessionOver = "session_over", UNAUTHORIZED;
    /// The request changes something, and does not show the session's token in `X-CSRF-Token`
    CsrfRefused = "csrf_refused", FORBIDDEN;
    /// Signing in works on the pages only: below `/admin/analytics/api`, from a page of the same origin
    SignInElsewhere = "sign_in_elsewhere", FORBIDDEN;
    /// `X-Source-Account-ID` cannot name a workspace
    WorkspaceInvalid = "workspace_invalid", BAD_REQUEST;
    /// The credential is for another workspace
    WorkspaceForbidden = "workspace_forbidden", FORBIDDEN;
    /// The credential may not do this; the message says what it may
    AccessForbidden = "access_forbidden", FORBIDDEN;
    /// The key is not for events of this kind
    KindForbidden = "kind_forbidden", FORBIDDEN;
    /// The key is not for pages of this origin
    OriginForbidden = "origin_forbidden", FORBIDDEN;
    /// Keys cannot be checked now: try again
    KeyStoreUnavailable = "key_store_unavailable", SERVICE_UNAVAILABLE;
    /// Another import is under way: wait for it, or cancel it
    ImportUnderWay = "import_under_way", CONFLICT;
    /// The file is larger than `ANALYTICS_MAX_UPLOAD`
    UploadTooLarge = "upload_too_large", PAYLOAD_TOO_LARGE;
    /// Only an import that is counted can be started
    ImportNotCounted = "import_not_counted", CONFLICT;
    /// The history begins before what `ANALYTICS_RETENTION_DAYS` keeps: raise that, or say `skipOld=true`
    ImportTooOld = "import_too_old", CONFLICT;
    /// The import was cancelled while it arrived
    ImportCancelled = "import_cancelled", CONFLICT;
    /// A report cannot be what is asked for; `details.field` names the field
    BadReport = "bad_report", BAD_REQUEST;
    /// The workspace has as many reports as it may have: delete one
    TooManyReports = "too_many_reports", CONFLICT;
    /// An annotation cannot be what is asked for; `details.field` names the field
    BadAnnotation = "bad_annotation", BAD_REQUEST;
    /// The workspace has as many annotations as it may have: delete one
    TooManyAnnotations = "too_many_annotations", CONFLICT;
    /// A segment cannot be what is asked for, or is a part of itself; `details.field` names the field
    BadSegment = "bad_segment", BAD_REQUEST;
    /// There is no segment with that identity, or it is one of people where channels are asked for
    UnknownSegment = "unknown_segment", BAD_REQUEST;
    /// The workspace has as many segments as it may have: delete one
    TooManySegments = "too_many_segments", CONFLICT;
    /// Other segments name the segment; `details.usedBy` says which
    SegmentInUse = "segment_in_use", CONFLICT;
    /// A view cannot be what is asked for; `details.field` names the field
    BadView = "bad_view", BAD_REQUEST;
    /// The workspace has as many views as it may have: delete one
    TooManyViews = "too_many_views", CONFLICT;
    /// A key cannot be what is asked for; `details.field` names the field
    BadKey = "bad_key", BAD_REQUEST;
    /// There are as many keys as there may be: revoke one
    TooManyKeys = "too_many_keys", CONFLICT;
    /// A link to a page cannot be what is asked for; `details.field` names the field
    BadShare = "bad_share", BAD_REQUEST;
    /// The workspace has as many links to pages as it may have: revoke one
    TooManyShares = "too_many_shares", CONFLICT;
    /// Identifiers cannot be one person as asked; `details.field` names the field
    BadMerge = "bad_merge", BAD_REQUEST;
    /// The person that an identifier is to be merged into counts as that identifier: undo that merge first
    MergeCycle = "merge_cycle", CONFLICT;
    /// The identifier was merged into `details.into` already: undo that merge first
    MergedElsewhere = "merged_elsewhere", CONFLICT;
    /// The workspace has as many merges as it may have: undo one
    TooManyMerges = "too_many_merges", CONFLICT;
    /// It was changed since the version that `If-Match` names: read it again
    Changed = "changed", PRECONDITION_FAILED;
    /// A funnel cannot be what is asked for; `details.field` names the field
    BadFunnel = "bad_funnel", BAD_REQUEST;
    /// The workspace has as many funnels as it may have: delete one
    TooManyFunnels = "too_many_funnels", CONFLICT;
    /// Settings, reports and funnels cannot be reached now: try again
    SettingsUnavailable = "settings_unavailable", SERVICE_UNAVAILABLE;
    /// There is no such route or resource; `/api/analytics/openapi.json` lists the routes
    NotFound = "not_found", NOT_FOUND;
    /// Nobody has that identifier; `details.nearest` are people that have one like it
    UserNotFound = "user_not_found", NOT_FOUND;
    /// The resource does not have that method; `Allow` names those it has
    MethodNotAllowed = "method_not_allowed", METHOD_NOT_ALLOWED;
    /// The address and the headers are too long: make the parameters shorter
    HeadTooLarge = "head_too_large", REQUEST_HEADER_FIELDS_TOO_LARGE;
    /// It comes with a later release
    NotImplemented = "not_implemented", NOT_IMPLEMENTED;
    /// The service is switched off (`ANALYTICS_ENABLED`)
    Disabled = "disabled", SERVICE_UNAVAILABLE;
    /// Another instance answers this: this one leaves it out (`ANALYTICS_ROLES`)
    OtherInstance = "other_instance", MISDIRECTED_REQUEST;
    /// Too much is waiting: try again after `Retry-After` seconds
    Busy = "busy", SERVICE_UNAVAILABLE;
    /// The answer took longer than `ANALYTICS_QUERY_TIMEOUT`: ask for a shorter span
    QueryTimeout = "query_timeout", SERVICE_UNAVAILABLE;
    /// The question would read more rows than `ANALYTICS_MAX_SCAN_ROWS`: ask for a shorter span
    ScanTooLarge = "scan_too_large", UNPROCESSABLE_ENTITY;
    /// The question needs more memory than `ANALYTICS_STORE_MEMORY`: ask for a shorter span
    QueryMemory = "query_memory", UNPROCESSABLE_ENTITY;
    /// Sessions have more different paths than are counted exactly: ask for a shorter span, or for fewer
    /// kinds of events with `filter`
    TooManyPaths = "too_many_paths", UNPROCESSABLE_ENTITY;
    /// The disk is full: nothing of the request was stored
    DiskFull = "disk_full", SERVICE_UNAVAILABLE;
    /// The disk is almost full (`ANALYTICS_MIN_FREE_DISK`), or has no room to write the store anew:
    /// nothing of the request was stored
    DiskLow = "disk_low", SERVICE_UNAVAILABLE;
    /// The sender named more new people, channels or messages than it may: try again later
    TooManyNewIds = "too_many_new_ids", TOO_MANY_REQUESTS;
    /// One request names more new people, channels or messages than are ever taken at once: send fewer
    TooManyNewIdsAtOnce = "too_many_new_ids_at_once", PAYLOAD_TOO_LARGE;
    /// The workspace has as many kinds of events of its own as it may have
    TooManyKinds = "too_many_kinds", PAYLOAD_TOO_LARGE;
    /// There are as many workspaces as there may be
    TooManyWorkspaces = "too_many_workspaces", PAYLOAD_TOO_LARGE;
    /// The store does not answer: nothing of the request was stored
    StoreUnavailable = "store_unavailable", SERVICE_UNAVAILABLE;
    /// Something broke; the log has more under `request_id`
    Internal = "internal", INTERNAL_SERVER_ERROR;
}

impl Code {
    /// Returns the code with a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.name() == name)
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl From<&NameError> for Code {
    fn from(error: &NameError) -> Self {
        match error {
            NameError::UnknownParameter { .. } => Self::UnknownParameter,
            NameError::RepeatedParameter(_) => Self::RepeatedParameter,
            NameError::UnknownValue { .. } => Self::BadParameter,
            NameError::UnknownField { .. } => Self::UnknownField,
        }
    }
}

impl From<&AuthError> for Code {
    fn from(error: &AuthError) -> Self {
        match error {
            AuthError::Missing => Self::CredentialMissing,
            AuthError::Host => Self::HostNotAllowed,
            AuthError::Invalid(fault) => match fault {
                Fault::Repeated => Self::CredentialRepeated,
                Fault::Scheme => Self::CredentialUnsupported,
                Fault::Token(_) => Self::TokenInvalid,
                Fault::PluginSecret | Fault::HasuraAdminSecret => Self::SecretInvalid,
                Fault::MalformedKey => Self::KeyMalformed,
                Fault::UnknownKey => Self::KeyUnknown,
                Fault::Code => Self::CodeInvalid,
                Fault::UnknownLink => Self::ShareUnknown,
                Fault::Workspace => Self::WorkspaceInvalid,
            },
            AuthError::Expired => Self::TokenExpired,
            AuthError::KeyExpired => Self::KeyExpired,
            AuthError::LinkExpired => Self::ShareExpired,
            AuthError::SessionOver => Self::SessionOver,
            AuthError::Csrf => Self::CsrfRefused,
            AuthError::Elsewhere => Self::SignInElsewhere,
            AuthError::TooManyFailures { .. } => Self::TooManyFailures,
            AuthError::Forbidden(denial) => match denial {
                Denial::Access { .. } | Denial::Nobody | Denial::PathKey | Denial::Address => {
                    Self::AccessForbidden
                }
                Denial::Workspace | Denial::EveryWorkspace => Self::WorkspaceForbidden,
                Denial::Kind { .. } => Self::KindForbidden,
                Denial::Origin => Self::OriginForbidden,
            },
            AuthError::KeyStore(_) => Self::KeyStoreUnavailable,
        }
    }
}

impl From<&AskError> for Code {
    fn from(error: &AskError) -> Self {
        match error {
            AskError::Period(PeriodError::UnknownPeriod(_) | PeriodError::Both) => Self::BadPeriod,
            AskError::Period(PeriodError::Instant { .. }) => Self::BadTime,
            AskError::Period(PeriodError::Backwards { .. }) => Self::BadRange,
            AskError::Period(PeriodError::UnknownCompare(_)) => Self::BadCompare,
            AskError::Zone(_) => Self::BadZone,
            AskError::Grain(_) | AskError::GrainOfDays(_) => Self::BadGrain,
            AskError::TooManyBuckets { .. } => Self::TooManyBuckets,
            AskError::Filter(_) => Self::BadFilter,
            AskError::UnknownSegment(_) | AskError::SegmentOf(..) => Self::UnknownSegment,
            AskError::SegmentLoop(_) | AskError::TooManyDeeds(_) => Self::BadSegment,
            AskError::Private(error) => error.into(),
            AskError::Shared(_) => Self::ShareForbidden,
        }
    }
}

impl From<&PrivacyError> for Code {
    fn from(error: &PrivacyError) -> Self {
        if error.is_of_pseudonyms() {
            Self::PrivacyPseudonymous
        } else {
            Self::PrivacyAggregate
        }
    }
}

impl From<&BodyError> for Code {
    fn from(error: &BodyError) -> Self {
        match error {
            BodyError::UnknownEncoding(_) => Self::UnsupportedEncoding,
            BodyError::Damaged(_) => Self::BadEncoding,
            BodyError::TooLarge(_) => Self::BodyTooLarge,
        }
    }
}

impl From<&ArrivalError> for Code {
    fn from(error: &ArrivalError) -> Self {
        match error {
            ArrivalError::Bytes(_) | ArrivalError::Values(_) => Self::BodyTooLarge,
            ArrivalError::Late => Self::BodyTooSlow,
        }
    }
}

impl From<&DecodeError> for Code {
    fn from(error: &DecodeError) -> Self {
        match error {
            DecodeError::NotJson(_) => Self::InvalidJson,
            DecodeError::NotEvents => Self::NotEvents,
            DecodeError::Beside(_) => Self::UnknownField,
            DecodeError::TooMany { .. } => Self::TooManyEvents,
            DecodeError::TooLarge(_) => Self::BodyTooLarge,
        }
    }
}

impl From<&QuotaError> for Code {
    fn from(error: &QuotaError) -> Self {
        match error {
            QuotaError::NewIds { .. } => Self::TooManyNewIds,
            QuotaError::NewIdsAtOnce { .. } => Self::TooManyNewIdsAtOnce,
            QuotaError::Kinds(_) => Self::TooManyKinds,
            QuotaError::Workspaces(_) | QuotaError::NoWorkspaceLeft => Self::TooManyWorkspaces,
        }
    }
}
