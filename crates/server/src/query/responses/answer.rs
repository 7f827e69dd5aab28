//! What response times are answered with.

use domain::time::{Grain, Instant};
use serde::Serialize;
use utoipa::ToSchema;

use super::{AnsweredShares, ResponseBy, ResponseNumbers, ResponseSummary};
use crate::query::Meta;

/// How long responses take, and how soon starters are answered.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ResponseTimesAnswer {
    /// All responses of the span, beside those of the span compared with.
    pub summary: ResponseSummary,
    /// The starters of the span.
    pub answered: AnsweredShares,
    /// The responses of each bucket.
    pub series: Vec<ResponseBucket>,
    /// Responses and starters by channel, hour or role: most responses first, and hours in their order.
    pub rows: Vec<ResponseRow>,
    /// How many rows there are without limit and offset.
    pub total: u64,
    /// What the rows are by.
    pub by: ResponseBy,
    /// Width of a bucket.
    #[schema(value_type = String, example = "day")]
    pub group_by: Grain,
    /// The period's name.
    pub period: String,
    /// What the answer is about.
    pub meta: Meta,
}

/// The responses given in a bucket of time.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ResponseBucket {
    /// Local day (first day of a week or month), or instant of an hour.
    #[schema(example = "2026-02-01")]
    pub date: String,
    /// First instant after the bucket.
    #[schema(value_type = String, format = DateTime)]
    pub end: Instant,
    /// Whether the span holds all of the bucket: not one that is not over at `asOf`.
    pub complete: bool,
    /// How long they took.
    #[serde(flatten)]
    pub numbers: ResponseNumbers,
    /// Those of the bucket that it is compared with; left out where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous: Option<ResponseNumbers>,
}

/// The responses given, and the conversations begun, in a channel, in an hour or by people of a role.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ResponseRow {
    /// Identifier of the channel, the local hour, or the role; `null` for threads of no known channel and
    /// for people without a role.
    #[schema(example = "14:00")]
    pub key: Option<String>,
    /// Name of the channel, where one is known; else the key.
    pub name: Option<String>,
    /// How long the responses took.
    #[serde(flatten)]
    pub numbers: ResponseNumbers,
    /// The starters.
    pub answered: AnsweredShares,
}
