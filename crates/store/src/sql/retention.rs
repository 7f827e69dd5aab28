//! Retention of sign-up cohorts, from the events themselves.
//!
//! 1. A person signs up with the sign-up event, else when the record says the account was made,
//!    else when first seen: by the record or by the first event, whichever is earlier.
//! 2. A cohort is everybody who signed up within one of the given spans; bots are left out.
//! 3. Active on day N is at least one event on the Nth local day after the day of sign-up.

use domain::{
    event::Kind,
    metric::Selection,
    time::{LocalClock, Range},
};

use super::{Dialect, Scope, Sql, all, dimension::local_day, metric::selected};

/// Returns the statement: for each cohort its position, its size, and for each of `days` how many
/// were active on that day, on it or later, and at least once from day 1 to it.
pub fn retention(
    cohorts: &[Range],
    days: [u32; 3],
    clock: &LocalClock,
    horizon: Range,
    scope: Scope,
    dialect: &dyn Dialect,
) -> Sql {
    let workspace = scope.workspace_ref;
    let people = || {
        let mut conditions = vec![scope.events_in(horizon), Sql::raw("NOT is_bot")];
        conditions.extend(selected(Selection::Activity));
        all(conditions)
    };
    let spans = cohorts.iter().enumerate().map(|(index, cohort)| {
        Sql::raw(format!("SELECT {index} AS cohort, "))
            .with(Sql::int(cohort.from().as_millis()))
            .then(" AS begins, ")
            .with(Sql::int(cohort.to().as_millis()))
            .then(" AS ends")
    });
    let mut columns = vec![dialect.count_distinct(Sql::raw("s.person_ref"), None)];
    for day in days {
        for condition in [
            format!("a.day = s.day + {day}"),
            format!("a.day >= s.day + {day}"),
            format!("a.day > s.day AND a.day <= s.day + {day}"),
        ] {
            columns
                .push(dialect.count_distinct(Sql::raw("a.person_ref"), Some(Sql::raw(condition))));
        }
    }
    let sign_up = Kind::SignedUp.code();
    Sql::raw("--sql\nWITH spans AS (")
        .with(Sql::join(spans, " UNION ALL "))
        .then("),\nactive AS (SELECT person_ref, ")
        .with(local_day("timestamp_ms", clock, dialect))
        .then(" AS day FROM event WHERE ")
        .with(people())
        .then(" GROUP BY 1, 2),\nseen AS (SELECT person_ref, min(timestamp_ms) AS first_ms, ")
        .with(dialect.min(Sql::raw("timestamp_ms"), Some(Sql::raw(format!("type_code = {sign_up}")))))
        .then(format!(
            " AS signed_ms FROM event WHERE workspace_ref = {workspace} AND person_ref IS NOT NULL GROUP BY 1),\n"
        ))
        .then("signed AS (SELECT p.person_ref, coalesce(v.signed_ms, p.created_ms, ")
        .then("CASE WHEN p.first_seen_ms IS NULL OR v.first_ms < p.first_seen_ms THEN v.first_ms ELSE p.first_seen_ms END) AS at_ms\n")
        .then("FROM person_now p LEFT JOIN seen v ON v.person_ref = p.person_ref\n")
        .then(format!("WHERE p.workspace_ref = {workspace} AND NOT p.is_bot),\n"))
        .then("starts AS (SELECT c.cohort, s.person_ref, ")
        .with(local_day("s.at_ms", clock, dialect))
        .then(" AS day FROM signed s JOIN spans c ON s.at_ms >= c.begins AND s.at_ms < c.ends)\n")
        .then("SELECT s.cohort, ")
        .with(Sql::join(columns, ", "))
        .then("\nFROM starts s LEFT JOIN active a ON a.person_ref = s.person_ref AND a.day > s.day\n")
        .then("GROUP BY s.cohort ORDER BY s.cohort")
}
