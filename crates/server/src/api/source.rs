//! `source=raw`: the events themselves are asked, and the answer says how long both ways took.

use std::time::{Duration, Instant};

use serde_json::Value;
use utoipa::{
    Modify,
    openapi::{
        OpenApi, RefOr, Required,
        path::{Operation, ParameterBuilder, ParameterIn},
        schema::{ObjectBuilder, Type},
    },
};

use super::error::ApiError;
use crate::query::{Answer, Timing};

/// What the parameter does.
const MEANING: &str = "`raw` asks the events, whatever rollups could answer, and says in `meta.timing` \
                       how long both ways take and whether the answers are the same; `auto` (default) \
                       takes what is there";

/// Computes an answer both ways, one after the other, and returns the one from the events.
pub(super) async fn prove<A: Answer>(
    by_rollups: impl Future<Output = Result<A, ApiError>>,
    by_events: impl Future<Output = Result<A, ApiError>>,
) -> Result<A, ApiError> {
    let (mut usual, usual_time) = timed(by_rollups).await?;
    let (mut raw, raw_time) = timed(by_events).await?;
    let equal = numbers(&mut usual)? == numbers(&mut raw)?;
    raw.meta().timing = Some(Timing {
        rollup_ms: millis(usual_time),
        raw_ms: millis(raw_time),
        equal,
    });
    Ok(raw)
}

async fn timed<A>(
    answer: impl Future<Output = Result<A, ApiError>>,
) -> Result<(A, Duration), ApiError> {
    let begun = Instant::now();
    let answer = answer.await?;
    Ok((answer, begun.elapsed()))
}

/// Returns milliseconds with three decimals.
fn millis(time: Duration) -> f64 {
    time.as_micros() as f64 / 1_000.0
}

/// Returns an answer without what tells where it came from.
fn numbers(answer: &mut impl Answer) -> Result<Value, ApiError> {
    let mut value =
        serde_json::to_value(&*answer).map_err(|error| ApiError::Internal(error.to_string()))?;
    if let Some(fields) = value.as_object_mut() {
        fields.retain(|name, _| name != "meta" && name != "explain");
    }
    Ok(value)
}

/// Declares the parameter for every question whose answer is remembered: these are asked of the store
/// through one place.
pub(super) struct Declaration;

impl Declaration {
    fn declare(operation: &mut Operation) {
        let parameters = operation.parameters.get_or_insert_default();
        let is_remembered = parameters.iter().any(|one| match one {
            RefOr::T(one) => one.parameter_in == ParameterIn::Header && one.name == "If-None-Match",
            RefOr::Ref(_) => false,
        });
        if is_remembered {
            let parameter = ParameterBuilder::new()
                .name("source")
                .parameter_in(ParameterIn::Query)
                .required(Required::False)
                .description(Some(MEANING))
                .schema(Some(
                    ObjectBuilder::new()
                        .schema_type(Type::String)
                        .enum_values(Some(["auto", "raw"])),
                ));
            parameters.push(parameter.build().into());
        }
    }
}

impl Modify for Declaration {
    fn modify(&self, reference: &mut OpenApi) {
        let items = reference.paths.paths.values_mut();
        items
            .filter_map(|item| item.get.as_mut())
            .for_each(Self::declare);
    }
}
