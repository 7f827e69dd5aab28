//! Metrics as SQL: the declarations of `domain::metric`, and nothing else, decide.

use domain::{
    engagement::{FILE_WEIGHT, MESSAGE_WEIGHT, REACTION_WEIGHT},
    event::{Kind, MessageType},
    metric::{Measure, Metric, Selection},
};

use engine::plan::Plan;

use super::{Dialect, Sql, all, dimension::local_day};

/// Returns the condition that selects a metric's events; `None` when every event is.
pub(super) fn selected(selection: Selection) -> Option<Sql> {
    let system = MessageType::System.code();
    let own_message = || Sql::raw(format!("message_type IS NULL OR message_type <> {system}"));
    match selection {
        Selection::All => None,
        Selection::Activity => Some(all([
            Sql::raw("person_ref IS NOT NULL"),
            Sql::raw(format!("type_code <> {}", Kind::System.code())),
            own_message(),
        ])),
        Selection::Messages => Some(all([
            kinds(&[Kind::MessageSent, Kind::ThreadReply]),
            own_message(),
        ])),
        Selection::Replies => Some(all([
            kinds(&[Kind::MessageSent, Kind::ThreadReply]),
            own_message(),
            Sql::raw("is_reply"),
        ])),
        Selection::ThreadedMessages => Some(all([
            kinds(&[Kind::MessageSent, Kind::ThreadReply]),
            own_message(),
            Sql::raw("thread_key IS NOT NULL"),
        ])),
        Selection::Engagement => Some(all([
            kinds(&[Kind::MessageSent, Kind::ThreadReply, Kind::ReactionAdded]),
            own_message(),
        ])),
        Selection::Kinds(wanted) => Some(kinds(wanted)),
    }
}

fn kinds(wanted: &[Kind]) -> Sql {
    let codes: Vec<String> = wanted.iter().map(|kind| kind.code().to_string()).collect();
    Sql::raw(format!("type_code IN ({})", codes.join(", ")))
}

/// Returns the aggregate that computes a metric.
pub(super) fn aggregate(metric: Metric, plan: &Plan, dialect: &dyn Dialect) -> Sql {
    let definition = metric.definition();
    // What the whole statement already selects need not be said again.
    let condition = if plan.selection == definition.selection {
        None
    } else {
        selected(definition.selection)
    };
    let column = |name: &str| Sql::raw(name);
    match definition.measure {
        Measure::Count => dialect.sum(column("weight"), condition),
        Measure::People => dialect.count_distinct(column("person_ref"), condition),
        Measure::Channels => dialect.count_distinct(column("channel_ref"), condition),
        Measure::Threads => dialect.count_distinct(column("thread_key"), condition),
        Measure::Sessions => dialect.count_distinct(column("session_key"), condition),
        Measure::LocalDays => {
            dialect.count_distinct(local_day("timestamp_ms", &plan.clock, dialect), condition)
        }
        Measure::Words => dialect.sum(column("words * weight"), condition),
        Measure::First => dialect.min(column("timestamp_ms"), condition),
        Measure::Last => dialect.max(column("timestamp_ms"), condition),
        Measure::Engagement => {
            let part = |metric| aggregate(metric, plan, dialect);
            Sql::raw(format!("({MESSAGE_WEIGHT} * "))
                .with(part(Metric::Messages))
                .then(format!(" + {REACTION_WEIGHT} * "))
                .with(part(Metric::Reactions))
                .then(format!(" + {FILE_WEIGHT} * "))
                .with(part(Metric::Files))
                .then(") / nullif(")
                .with(dialect.float(part(Metric::DaysActive)))
                .then(", 0)")
        }
    }
}
