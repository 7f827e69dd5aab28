//! What may be asked: a JSON object whose fields mean what parameters of the same names mean.

use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::{
    api::{
        error::ApiError,
        params::{Params, wrong},
    },
    query::SemanticRequest,
};

/// A question: these metrics, split by those dimensions, over that span. Fields that are `null` or
/// empty are the same as none.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::api) struct QueryBody {
    /// Names of metrics, 1 to 10, each once; see `/api/analytics/metrics`.
    #[serde(default)]
    #[schema(value_type = Vec<String>, required = true, example = json!(["messages", "posters"]))]
    pub metrics: Value,
    /// Names of dimensions, at most 3 together with time, each once; see `/api/analytics/dimensions`.
    /// Without them and without `groupBy` there are totals only.
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>, example = json!(["channel"]))]
    pub dimensions: Value,
    /// Splits by buckets of local time: `hour`, `day`, `week` or `month`. Every bucket of the span is
    /// there, in a row for each channel, person or other key that has any; counts of nothing are 0.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "day")]
    pub group_by: Value,
    /// A metric that is asked for, a dimension, or `time`; with `-` before it the largest come first.
    /// Ties go by time and keys. The default is `time` where there are buckets, and else the first
    /// metric, largest first.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "-messages")]
    pub order_by: Value,
    /// 1 to 10000; default is 100, and 1000 where there are buckets.
    #[serde(default)]
    #[schema(value_type = Option<u32>)]
    pub limit: Value,
    /// Rows passed over.
    #[serde(default)]
    #[schema(value_type = Option<u32>)]
    pub offset: Value,
    /// Name of a period, such as `7d`, `thisMonth` or `all`; default is `30d`.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "30d")]
    pub period: Value,
    /// First instant (RFC 3339) or local day, instead of a period.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "2026-02-01")]
    pub from: Value,
    /// Instant or local day after the last one, instead of a period.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "2026-03-01")]
    pub to: Value,
    /// The present for this answer; default is now.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub as_of: Value,
    /// IANA time zone of days and hours; default is the reporting time zone.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "Europe/Berlin")]
    pub tz: Value,
    /// The day that weeks begin with: `monday`, `sunday` or `saturday`; default is `ANALYTICS_WEEK_START`.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "sunday")]
    pub week_start: Value,
    /// `previous`, `weekday`, `year`, `none` (default) or `from..to`: puts `previous`, `change` and
    /// `changePercent` beside all values.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "previous")]
    pub compare: Value,
    /// Which events count, in the language of `filter` everywhere.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "channel is c1,c2 and not type is page_view")]
    pub filter: Value,
    /// Only the people, or the channels, that this saved segment holds.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub segment: Value,
    /// Only this channel.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub channel_id: Value,
    /// Only this person.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub user_id: Value,
    /// Count bots as well.
    #[serde(default)]
    #[schema(value_type = Option<bool>)]
    pub include_bots: Value,
    /// Say how each number came about: definition, SQL, rows scanned.
    #[serde(default)]
    #[schema(value_type = Option<bool>)]
    pub explain: Value,
    /// `raw` asks the events, whatever rollups could answer, and says in `meta.timing` how long both ways
    /// take; `auto` (default) does not.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "auto")]
    pub source: Value,
    /// Gives one table of the answer as a file: `csv`, `ndjson` or `excel`; `json` gives the answer.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "csv")]
    pub format: Value,
    /// Which table: `rows` (default) or `totals`.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "rows")]
    pub table: Value,
}

/// Returns the question of parameters whose lists are separated by commas.
pub(in crate::api) fn of_lists(params: &Params) -> Result<SemanticRequest, ApiError> {
    let list = |name| -> Result<Value, ApiError> {
        let names = params.text(name)?.unwrap_or_default().split(',');
        let names = names.map(str::trim).filter(|name| !name.is_empty());
        Ok(names.collect())
    };
    let lists = serde_json::json!({"metrics": list("metrics")?, "dimensions": list("dimensions")?});
    let body: QueryBody =
        serde_json::from_value(lists).map_err(|error| ApiError::Shape(error.to_string()))?;
    body.request(params)
}

impl QueryBody {
    /// Returns what is no list as parameters, which it is read as from then on.
    pub(super) fn params(&self) -> Result<Params, ApiError> {
        let texts = [
            ("groupBy", &self.group_by),
            ("orderBy", &self.order_by),
            ("period", &self.period),
            ("from", &self.from),
            ("to", &self.to),
            ("asOf", &self.as_of),
            ("tz", &self.tz),
            ("weekStart", &self.week_start),
            ("compare", &self.compare),
            ("filter", &self.filter),
            ("segment", &self.segment),
            ("channelId", &self.channel_id),
            ("userId", &self.user_id),
            ("source", &self.source),
            ("format", &self.format),
            ("table", &self.table),
        ];
        let mut pairs = Vec::new();
        for (name, value) in texts {
            match value {
                Value::Null => {}
                Value::String(text) => pairs.push((name, text.clone())),
                _ => return Err(wrong(name, "must be a text")),
            }
        }
        for (name, value) in [("limit", &self.limit), ("offset", &self.offset)] {
            match value {
                Value::Null => {}
                Value::Number(number) => pairs.push((name, number.to_string())),
                _ => return Err(wrong(name, "must be a whole number, without quotes")),
            }
        }
        for (name, value) in [
            ("includeBots", &self.include_bots),
            ("explain", &self.explain),
        ] {
            match value {
                Value::Null => {}
                Value::Bool(on) => pairs.push((name, on.to_string())),
                _ => return Err(wrong(name, "must be true or false, without quotes")),
            }
        }
        Ok(Params::of(pairs))
    }
}
