//! Metrics as SQL: the declarations of `domain::metric`, and nothing else, decide.

use domain::{
    event::Kind,
    metric::{Aggregate, Condition, Key, Metric, Part, Predicate, Quantity},
};
use engine::plan::Plan;

use super::{Dialect, Sql, all, dimension::local_day};

/// Returns the condition on the events that count; `None` when every event does.
pub(super) fn condition(predicate: Predicate) -> Option<Sql> {
    let conditions = predicate.conditions();
    (!conditions.is_empty()).then(|| all(conditions.iter().map(|condition| of(*condition))))
}

fn of(condition: Condition) -> Sql {
    match condition {
        Condition::Kind(wanted) => kinds(wanted),
        Condition::NotKind(kind) => Sql::raw(format!("type_code <> {}", kind.code())),
        Condition::MessageType(kind) => Sql::raw(format!("message_type = {}", kind.code())),
        Condition::NotMessageType(kind) => {
            let code = kind.code();
            Sql::raw(format!("message_type IS NULL OR message_type <> {code}"))
        }
        Condition::Has(Part::Person) => Sql::raw("person_ref IS NOT NULL"),
        Condition::Has(Part::Channel) => Sql::raw("channel_ref IS NOT NULL"),
        Condition::Has(Part::Thread) => Sql::raw("thread_key IS NOT NULL"),
        Condition::Has(Part::Text) => Sql::raw("words IS NOT NULL"),
        // Events of before the column was there have none.
        Condition::Reply => {
            let code = Kind::ThreadReply.code();
            Sql::raw(format!("type_code = {code} OR is_reply"))
        }
        Condition::Question => Sql::raw("is_question"),
    }
}

fn kinds(wanted: &[Kind]) -> Sql {
    let codes: Vec<String> = wanted.iter().map(|kind| kind.code().to_string()).collect();
    Sql::raw(format!("type_code IN ({})", codes.join(", ")))
}

/// Returns the expression that computes a metric, given all weights of events, ascending.
pub(super) fn aggregate(
    metric: Metric,
    plan: &Plan,
    weights: &[f64],
    dialect: &dyn Dialect,
) -> Sql {
    let definition = metric.definition();
    // What the whole statement already asks for need not be said again.
    let condition = if plan.predicate == definition.predicate {
        None
    } else {
        condition(definition.predicate)
    };
    let is_weighted = plan.query.is_weighted();
    let weight = if is_weighted { "weight" } else { "1e0" };
    match definition.aggregate {
        Aggregate::Count => dialect.sum(Sql::raw(weight), condition),
        Aggregate::Sum(Quantity::Words) => {
            dialect.sum(Sql::raw(format!("words * {weight}")), condition)
        }
        Aggregate::Sum(Quantity::Mentions) => {
            let count = dialect.length("mentions");
            dialect.sum(count.then(format!(" * {weight}")), condition)
        }
        Aggregate::Sum(Quantity::FileBytes) => {
            dialect.sum(Sql::raw(format!("file_bytes * {weight}")), condition)
        }
        Aggregate::Distinct(key) => {
            let value = match key {
                Key::Person => Sql::raw("person_ref"),
                Key::Channel => Sql::raw("channel_ref"),
                Key::Thread => Sql::raw("thread_key"),
                Key::Session => Sql::raw("session_key"),
                Key::LocalDay => local_day("timestamp_ms", &plan.clock, dialect),
            };
            if is_weighted && key.is_weighted() {
                weighted_distinct(&value, condition.as_ref(), weights, dialect)
            } else {
                dialect.count_distinct(value, condition)
            }
        }
        Aggregate::First => dialect.min(Sql::raw("timestamp_ms"), condition),
        Aggregate::Last => dialect.max(Sql::raw("timestamp_ms"), condition),
        Aggregate::Ratio(ratio) => {
            let part = |metric| aggregate(metric, plan, weights, dialect);
            let parts = ratio
                .parts
                .iter()
                .map(|(factor, metric)| Sql::raw(format!("{factor} * ")).with(part(*metric)));
            Sql::raw("(")
                .with(Sql::join(parts, " + "))
                .then(") / nullif(")
                .with(dialect.float(part(ratio.by)))
                .then(", 0)")
        }
    }
}

/// Returns the sum over different values of the least weight among their events.
///
/// It comes from plain counts: with the weights `w`, and `n` different values among the events of at most
/// each weight, it is the last `w × n` less `(next w − w) × n` of each weight before.
fn weighted_distinct(
    value: &Sql,
    condition: Option<&Sql>,
    weights: &[f64],
    dialect: &dyn Dialect,
) -> Sql {
    let whole = dialect.count_distinct(value.clone(), condition.cloned());
    // TRICKY: with an exponent a literal is a floating-point number to the last bit, and no decimal.
    let times = |factor: f64, count: Sql| Sql::raw(format!("{factor:e} * ")).with(count);
    let mut sum = match weights.last() {
        None => return whole,
        Some(weight) if weight.to_bits() == 1.0f64.to_bits() => return whole,
        Some(weight) => times(*weight, whole),
    };
    for pair in weights.windows(2) {
        let is_light = Sql::raw(format!("weight <= {:e}", pair[0]));
        let lighter = all(condition.cloned().into_iter().chain([is_light]));
        let count = dialect.count_distinct(value.clone(), Some(lighter));
        sum = sum.then(" - ").with(times(pair[1] - pair[0], count));
    }
    sum.grouped()
}
