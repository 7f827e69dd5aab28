//! Parameters of a request, read by hand so that every refusal is a sentence.

use std::{collections::HashMap, convert::Infallible, str::FromStr};

use axum::{extract::FromRequestParts, http::request::Parts};
use utoipa::IntoParams;

use super::error::ApiError;
use crate::query::Request;

/// Longest value of a parameter, in bytes.
const MAX_LENGTH: usize = 4_096;

/// The parameters of a request by name; the last one of a name holds.
#[derive(Debug, Clone, Default)]
pub(super) struct Params(HashMap<String, String>);

impl<S: Send + Sync> FromRequestParts<S> for Params {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        let query = parts.uri.query().unwrap_or_default();
        Ok(Self(
            url::form_urlencoded::parse(query.as_bytes())
                .into_owned()
                .collect(),
        ))
    }
}

fn wrong(name: &'static str, message: impl Into<String>) -> ApiError {
    ApiError::Parameter {
        name,
        message: message.into(),
    }
}

impl Params {
    /// Returns a text; an empty one counts as absent.
    pub(super) fn text(&self, name: &'static str) -> Result<Option<&str>, ApiError> {
        match self
            .0
            .get(name)
            .map(|text| text.trim())
            .filter(|text| !text.is_empty())
        {
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

    /// Returns a switch.
    pub(super) fn flag(&self, name: &'static str) -> Result<bool, ApiError> {
        match self.text(name)? {
            None | Some("false" | "0" | "no") => Ok(false),
            Some("true" | "1" | "yes") => Ok(true),
            Some(_) => Err(wrong(name, "must be true or false")),
        }
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
    pub(super) fn choice<T>(
        &self,
        name: &'static str,
        parse: impl FnOnce(&str) -> Option<T>,
        known: &str,
    ) -> Result<Option<T>, ApiError> {
        let Some(text) = self.text(name)? else {
            return Ok(None);
        };
        parse(text).map(Some).ok_or_else(|| {
            let shown: String = text.chars().take(64).collect();
            wrong(name, format!("`{shown}` is not known; known are {known}"))
        })
    }

    /// Returns whether rows are to come smallest first; `default` where the request does not say.
    pub(super) fn ascending(&self, default: bool) -> Result<bool, ApiError> {
        let order = |text: &str| match text {
            "asc" => Some(true),
            "desc" => Some(false),
            _ => None,
        };
        Ok(self
            .choice("order", order, "asc and desc")?
            .unwrap_or(default))
    }

    /// Returns what every question has.
    pub(super) fn request(&self) -> Result<Request, ApiError> {
        Ok(Request {
            period: self.owned("period")?,
            from: self.owned("from")?,
            to: self.owned("to")?,
            as_of: self.owned("asOf")?,
            tz: self.owned("tz")?,
            compare: self.owned("compare")?,
            group_by: self.owned("groupBy")?,
            channel_id: self.owned("channelId")?,
            user_id: self.owned("userId")?,
            filter: self.owned("filter")?,
            include_bots: self.flag("includeBots")?,
            explain: self.flag("explain")?,
        })
    }
}

/// The parameters that every question takes.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
#[expect(
    dead_code,
    reason = "describes parameters for the reference; `Params` reads them"
)]
pub(super) struct CommonParams {
    /// `1d`, `7d`, `30d`, `90d`, `365d`, `all`, `24h`, `1y`, or a preset such as `thisMonth`.
    period: Option<String>,
    /// First instant (RFC 3339) or local day, instead of a period.
    from: Option<String>,
    /// Instant or local day after the last one.
    to: Option<String>,
    /// The present for this answer; default is now.
    as_of: Option<String>,
    /// IANA time zone of days and hours; default is the reporting time zone.
    tz: Option<String>,
    /// `previous` (default), `year`, `none`, or `from..to`.
    compare: Option<String>,
    /// Width of the buckets of charts: `hour`, `day` (default, wider over decades), `week`, `month`.
    group_by: Option<String>,
    /// Only this channel.
    channel_id: Option<String>,
    /// Only this person.
    user_id: Option<String>,
    /// Which events count, such as `channel is c1,c2 and not type is page_view`.
    filter: Option<String>,
    /// Count bots as well.
    include_bots: Option<bool>,
    /// Say how each number came about: definition, SQL, rows scanned.
    explain: Option<bool>,
}
