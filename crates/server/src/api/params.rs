//! Parameters of a request.
//!
//! The reference declares what each operation takes, and is what requests are held against: a
//! parameter that it does not name is refused, and none is ever ignored. Names that begin with `_`
//! are let through, as those who defeat caches add them. Values are read by hand, so that every
//! refusal is a sentence.

use std::{
    collections::{HashMap, HashSet},
    convert::Infallible,
    str::FromStr,
    sync::Arc,
};

use axum::{
    extract::{FromRequestParts, MatchedPath, Request as HttpRequest, State},
    http::{Method, Uri, request::Parts},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use domain::time::{Period, WeekStart};
use utoipa::{
    IntoParams,
    openapi::{
        OpenApi, RefOr,
        path::{Operation, Parameter, ParameterIn},
        schema::{Object, ObjectBuilder, Type},
    },
};

use super::{error::ApiError, name::NameError};
use crate::query::Request;

/// Longest value of a parameter, in bytes.
const MAX_LENGTH: usize = 4_096;

/// Which parameters each operation takes, as the reference says.
pub(super) struct Declared(HashMap<String, Operations>);

/// The parameters of the operations of a path, by method.
type Operations = Vec<(Method, Vec<String>)>;

impl Declared {
    /// Reads them out of the reference.
    pub(super) fn of(reference: &OpenApi) -> Self {
        let names = |operation: &Operation| {
            let parameters = operation.parameters.iter().flatten();
            let name = |one: &RefOr<Parameter>| match one {
                RefOr::T(one) if one.parameter_in == ParameterIn::Query => Some(one.name.clone()),
                RefOr::T(_) | RefOr::Ref(_) => None,
            };
            parameters.filter_map(name).collect::<Vec<_>>()
        };
        let paths = reference.paths.paths.iter().map(|(path, item)| {
            let operations = [
                (Method::GET, &item.get),
                (Method::HEAD, &item.get),
                (Method::POST, &item.post),
                (Method::PUT, &item.put),
                (Method::DELETE, &item.delete),
            ];
            let operations = operations
                .into_iter()
                .filter_map(|(method, operation)| Some((method, names(operation.as_ref()?))));
            (path.clone(), operations.collect())
        });
        Self(paths.collect())
    }

    /// Returns what an operation takes; `None` for a path that has no such method.
    fn taken(&self, path: &str, method: &Method) -> Option<&[String]> {
        let operations = self.0.get(path)?;
        let mut found = operations.iter().filter(|(known, _)| known == method);
        found.next().map(|(_, names)| names.as_slice())
    }

    fn check(&self, path: &str, method: &Method, uri: &Uri) -> Result<(), ApiError> {
        let Some(taken) = self.taken(path, method) else {
            return Ok(());
        };
        let mut seen = HashSet::new();
        let names = pairs(uri).map(|(name, _)| name);
        for name in names.filter(|name| !name.starts_with('_')) {
            if !taken.contains(&name) {
                return Err(NameError::UnknownParameter {
                    name: shortened(&name),
                    path: path.to_owned(),
                    known: taken.to_vec(),
                }
                .into());
            }
            if !seen.insert(name.clone()) {
                return Err(NameError::RepeatedParameter(name).into());
            }
        }
        Ok(())
    }
}

/// Refuses what the reference does not declare, and what stands twice.
pub(super) async fn only_declared(
    State(declared): State<Arc<Declared>>,
    request: HttpRequest,
    next: Next,
) -> Response {
    let path = request.extensions().get::<MatchedPath>();
    let checked = path.map_or(Ok(()), |path| {
        declared.check(path.as_str(), request.method(), request.uri())
    });
    match checked {
        Ok(()) => next.run(request).await,
        Err(refused) => refused.into_response(),
    }
}

fn pairs(uri: &Uri) -> impl Iterator<Item = (String, String)> {
    let query = uri.query().unwrap_or_default();
    url::form_urlencoded::parse(query.as_bytes()).into_owned()
}

/// A value of a parameter with its names; refusals name the first.
pub(super) type Named<T> = (T, &'static [&'static str]);

/// The values of a switch.
pub(super) const SWITCH: [Named<bool>; 2] = [
    (true, &["true", "1", "yes"]),
    (false, &["false", "0", "no"]),
];
/// Whether the events are asked, whatever rollups could answer.
const SOURCE: [Named<bool>; 2] = [(true, &["raw"]), (false, &["auto"])];
/// Whether rows come smallest first.
const ORDER: [Named<bool>; 2] = [(true, &["asc"]), (false, &["desc"])];

/// The day that weeks begin with.
const WEEK_STARTS: [Named<WeekStart>; 3] = [
    (WeekStart::Monday, &["monday"]),
    (WeekStart::Sunday, &["sunday"]),
    (WeekStart::Saturday, &["saturday"]),
];

/// The parameters of a request by name.
#[derive(Debug, Clone, Default)]
pub(super) struct Params(HashMap<String, String>);

impl<S: Send + Sync> FromRequestParts<S> for Params {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        Ok(Self::in_address(&parts.uri))
    }
}

/// Returns the value of that name.
fn chosen<T: Copy>(name: &'static str, text: &str, values: &[Named<T>]) -> Result<T, ApiError> {
    let found = values.iter().find(|(_, names)| names.contains(&text));
    found.map(|(value, _)| *value).ok_or_else(|| {
        let known: Vec<&str> = values.iter().map(|(_, names)| names[0]).collect();
        let known = match known.split_last() {
            Some((last, others)) if !others.is_empty() => {
                format!("{} and {last}", others.join(", "))
            }
            _ => known.concat(),
        };
        let shown = shortened(text);
        wrong(name, format!("`{shown}` is not known; known are {known}"))
    })
}

/// Returns the refusal of a parameter's value.
pub(super) fn wrong(name: &'static str, message: impl Into<String>) -> ApiError {
    ApiError::Parameter {
        name: name.to_owned(),
        message: message.into(),
    }
}

/// Returns as much of a caller's text as a sentence repeats.
pub(super) fn shortened(text: &str) -> String {
    text.chars().take(64).collect()
}

impl Params {
    /// Returns parameters that did not stand in an address.
    pub(super) fn of(pairs: impl IntoIterator<Item = (&'static str, String)>) -> Self {
        let pairs = pairs.into_iter();
        Self(
            pairs
                .map(|(name, value)| (name.to_owned(), value))
                .collect(),
        )
    }

    /// Returns the parameters in an address.
    pub(super) fn in_address(uri: &Uri) -> Self {
        Self(pairs(uri).collect())
    }

    /// Returns a text; an empty one counts as absent, as clients pass on every parameter they know.
    pub(super) fn text(&self, name: &'static str) -> Result<Option<&str>, ApiError> {
        let text = self.0.get(name).map(|text| text.trim());
        match text.filter(|text| !text.is_empty()) {
            Some(text) if text.len() > MAX_LENGTH => {
                Err(wrong(name, format!("longer than {MAX_LENGTH} bytes")))
            }
            Some(text) if text.contains('\0') => Err(wrong(name, "holds a NUL character")),
            text => Ok(text),
        }
    }

    fn owned(&self, name: &'static str) -> Result<Option<String>, ApiError> {
        Ok(self.text(name)?.map(str::to_owned))
    }

    /// Returns a switch; off where the request does not say.
    pub(super) fn flag(&self, name: &'static str) -> Result<bool, ApiError> {
        self.flag_or(name, false)
    }

    /// Returns a switch; `default` where the request does not say.
    pub(super) fn flag_or(&self, name: &'static str, default: bool) -> Result<bool, ApiError> {
        Ok(self.choice(name, &SWITCH)?.unwrap_or(default))
    }

    /// Returns a whole number between `low` and `high`.
    pub(super) fn number(
        &self,
        name: &'static str,
        default: u32,
        low: u32,
        high: u32,
    ) -> Result<u32, ApiError> {
        let Some(text) = self.text(name)? else {
            return Ok(default);
        };
        u32::from_str(text)
            .ok()
            .filter(|number| (low..=high).contains(number))
            .ok_or_else(|| wrong(name, format!("must be a whole number from {low} to {high}")))
    }

    /// Returns one of several values.
    pub(super) fn choice<T: Copy>(
        &self,
        name: &'static str,
        values: &[Named<T>],
    ) -> Result<Option<T>, ApiError> {
        let text = self.text(name)?;
        text.map(|text| chosen(name, text, values)).transpose()
    }

    /// Returns several of some values, separated by commas; none where the request does not say.
    pub(super) fn choices<T: Copy>(
        &self,
        name: &'static str,
        values: &[Named<T>],
    ) -> Result<Vec<T>, ApiError> {
        let Some(text) = self.text(name)? else {
            return Ok(Vec::new());
        };
        let parts = text.split(',').map(str::trim);
        parts.map(|part| chosen(name, part, values)).collect()
    }

    /// Returns whether rows are to come smallest first; `default` where the request does not say.
    pub(super) fn ascending(&self, default: bool) -> Result<bool, ApiError> {
        Ok(self.choice("order", &ORDER)?.unwrap_or(default))
    }

    /// Returns what questions have in common. What an operation does not declare is not here: it was
    /// refused.
    pub(super) fn request(&self) -> Result<Request, ApiError> {
        Ok(Request {
            period: self.owned("period")?,
            from: self.owned("from")?,
            to: self.owned("to")?,
            as_of: self.owned("asOf")?,
            tz: self.owned("tz")?,
            compare: self.owned("compare")?,
            group_by: self.owned("groupBy")?,
            week_start: self.choice("weekStart", &WEEK_STARTS)?,
            channel_id: self.owned("channelId")?,
            user_id: self.owned("userId")?,
            filter: self.owned("filter")?,
            segment: self.owned("segment")?,
            include_bots: self.flag("includeBots")?,
            explain: self.flag("explain")?,
            from_events: self.choice("source", &SOURCE)?.unwrap_or(false),
        })
    }
}

/// The span that a question is about.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
#[expect(
    dead_code,
    reason = "describes parameters for the reference; `Params` reads them"
)]
pub(super) struct SpanParams {
    /// `Nd` is the N local calendar days that end with today, today included; `6mo` and `12mo` are
    /// this calendar month and the 5 or 11 before; `24h` the 24 hours before now; `all` everything. Presets such as
    /// `thisMonth` follow the calendar. Instead of it, give `from` and `to`.
    #[param(schema_with = period_schema)]
    period: Option<String>,
    /// First instant (RFC 3339) or local day, instead of a period; default is the first event.
    #[param(example = "2026-02-01")]
    from: Option<String>,
    /// Instant or local day after the last one, instead of a period; default is now.
    #[param(example = "2026-03-01")]
    to: Option<String>,
    /// The present for this answer (RFC 3339, or a local day), which makes it reproducible: every span
    /// ends here; default is now.
    as_of: Option<String>,
    /// IANA time zone of days and hours; default is the reporting time zone.
    #[param(example = "Europe/Berlin")]
    tz: Option<String>,
    /// The day that weeks begin with, in presets, buckets and cohorts: `monday`, `sunday` or `saturday`;
    /// default is `ANALYTICS_WEEK_START`. Charts by weekday begin with it, too, where it is given.
    #[param(example = "sunday")]
    week_start: Option<String>,
}

/// What an answer is compared with.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(
    dead_code,
    reason = "describes a parameter for the reference; `Params` reads it"
)]
pub(super) struct CompareParams {
    /// `previous` (default: the same span directly before, and for calendar presets the same part of
    /// the unit before), `weekday` (whole weeks before), `year` (a year before), `none`, or `from..to`.
    /// `all` has nothing before it.
    compare: Option<String>,
}

/// What an answer is compared with, where nothing is unless asked.
pub(super) const COMPARE_IF_ASKED: &str = "`previous`, `weekday`, `year`, `none` (default) or `from..to`: puts `trends` beside the values, each as it is now and as it was";

/// Width of the buckets of charts.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
#[expect(
    dead_code,
    reason = "describes a parameter for the reference; `Params` reads it"
)]
pub(super) struct GroupByParams {
    /// Width of the buckets of charts: `hour`, `day` (default, wider over decades), `week`, `month`.
    group_by: Option<String>,
}

/// Which events count, and how the answer is explained.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
#[expect(
    dead_code,
    reason = "describes parameters for the reference; `Params` reads them"
)]
pub(super) struct ScopeParams {
    /// Only this channel. One that nobody knows is named in `meta.unknown`.
    channel_id: Option<String>,
    /// Only this person. One that nobody knows is named in `meta.unknown`.
    user_id: Option<String>,
    /// Which events count: conditions such as `channel is c1,c2`, joined by `and`, `or`, `not` and
    /// parentheses. Fields are `channel`, `user`, `type` (kind of event), `message` (what a message
    /// carries), `property.<name>` and the kinds of terms (`topic`, `emoji`, `hashtag` …); values are words or stand in double quotes, several are
    /// separated by commas. `not` binds closest, then `and`, then `or`.
    #[param(example = "channel is c1,c2 and not type is page_view")]
    filter: Option<String>,
    /// Only the people, or the channels, that this saved segment holds. In a filter it is written
    /// `segment:<id>`.
    segment: Option<String>,
    /// Count bots as well. Lists of events have those of bots too unless this is `false`.
    include_bots: Option<bool>,
}

/// Which events count, where the question itself says of which channels.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
#[expect(
    dead_code,
    reason = "describes parameters for the reference; `Params` reads them"
)]
pub(super) struct WithinChannelParams {
    /// Only this person. One that nobody knows is named in `meta.unknown`.
    user_id: Option<String>,
    /// Which events count, as in lists of channels.
    #[param(example = "message is image and not type is thread_reply")]
    filter: Option<String>,
    /// Count bots as well.
    include_bots: Option<bool>,
}

/// How an answer came about.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(
    dead_code,
    reason = "describes a parameter for the reference; `Params` reads it"
)]
pub(super) struct ExplainParams {
    /// Say how each number came about: definition, SQL, rows scanned.
    explain: Option<bool>,
}

fn period_schema() -> Object {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .enum_values(Some(Period::names()))
        .build()
}
