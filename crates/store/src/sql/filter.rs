//! Filters as SQL.

use domain::{
    event::{EventType, MessageType},
    filter::{Field, Filter},
};

use super::{Dialect, Scope, Sql, all, any, list_column};

/// Returns the condition of a filter.
pub(crate) fn condition(filter: &Filter, scope: Scope, dialect: &dyn Dialect) -> Sql {
    match filter {
        Filter::All(parts) => all(parts.iter().map(|part| condition(part, scope, dialect))),
        Filter::Any(parts) => any(parts.iter().map(|part| condition(part, scope, dialect))),
        // TRICKY: NOT NULL is NULL, and an event without a channel is not in channel c1.
        Filter::Not(part) => Sql::raw("NOT coalesce(")
            .with(condition(part, scope, dialect))
            .then(", FALSE)"),
        Filter::Is(field, values) => is(field, values, scope, dialect),
        Filter::Among(field, values) => match field {
            Field::Channel => named("channel_ref", "channel", scope, dialect.listed(values)),
            Field::User => named(
                "person_ref",
                "counted_person",
                scope,
                dialect.listed(values),
            ),
            _ => is(field, values, scope, dialect),
        },
        // What was not looked up holds for nothing.
        Filter::Segment(_) => Sql::raw("FALSE"),
    }
}

fn is(field: &Field, values: &[String], scope: Scope, dialect: &dyn Dialect) -> Sql {
    let texts = || Sql::join(values.iter().map(Sql::text), ", ");
    match field {
        Field::Channel => named("channel_ref", "channel", scope, texts()),
        Field::User => named("person_ref", "counted_person", scope, texts()),
        Field::EventType => {
            let names = values.iter().map(|value| {
                EventType::parse(value).map_or_else(|| value.clone(), |kind| kind.name().to_owned())
            });
            let names = Sql::join(names.map(Sql::text), ", ");
            Sql::raw("type_code IN (SELECT code FROM event_type WHERE name IN (")
                .with(names)
                .then("))")
        }
        Field::MessageType => {
            let codes = MessageType::ALL
                .into_iter()
                .filter(|kind| values.iter().any(|value| value == kind.name()))
                .map(|kind| Sql::raw(format!("message_type = {}", kind.code())));
            any(codes)
        }
        Field::Term(list) => dialect.has_any(list_column(*list), texts()),
        Field::Property(name) => dialect
            .property(Sql::raw("properties"), name)
            .then(" IN (")
            .with(texts())
            .then(")"),
    }
}

fn named(column: &str, table: &str, scope: Scope, ids: Sql) -> Sql {
    let workspace = scope.workspace_ref;
    Sql::raw(format!(
        "{column} IN (SELECT ref FROM {table} WHERE workspace_ref = {workspace} AND id IN ("
    ))
    .with(ids)
    .then("))")
}
