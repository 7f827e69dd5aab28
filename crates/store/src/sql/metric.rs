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

/// Returns the expression that computes a metric.
pub(super) fn aggregate(metric: Metric, plan: &Plan, dialect: &dyn Dialect) -> Sql {
    let definition = metric.definition();
    // What the whole statement already asks for need not be said again.
    let condition = if plan.predicate == definition.predicate {
        None
    } else {
        condition(definition.predicate)
    };
    match definition.aggregate {
        Aggregate::Count => dialect.sum(Sql::raw("weight"), condition),
        Aggregate::Sum(Quantity::Words) => dialect.sum(Sql::raw("words * weight"), condition),
        Aggregate::Sum(Quantity::Mentions) => {
            dialect.sum(Sql::raw("len(mentions) * weight"), condition)
        }
        Aggregate::Sum(Quantity::FileBytes) => {
            dialect.sum(Sql::raw("file_bytes * weight"), condition)
        }
        Aggregate::Distinct(key) => {
            let value = match key {
                Key::Person => Sql::raw("person_ref"),
                Key::Channel => Sql::raw("channel_ref"),
                Key::Thread => Sql::raw("thread_key"),
                Key::Session => Sql::raw("session_key"),
                Key::LocalDay => local_day("timestamp_ms", &plan.clock, dialect),
            };
            dialect.count_distinct(value, condition)
        }
        Aggregate::First => dialect.min(Sql::raw("timestamp_ms"), condition),
        Aggregate::Last => dialect.max(Sql::raw("timestamp_ms"), condition),
        Aggregate::Ratio(ratio) => {
            let part = |metric| aggregate(metric, plan, dialect);
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
