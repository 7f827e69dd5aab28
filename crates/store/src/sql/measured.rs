//! Numbers of events, and what arrived, as SQL.

use domain::{
    dimension::Dimension,
    query::Population,
    time::{Grain, LocalClock, Range},
};
use engine::measured::{ArrivalScan, EventNumber, KeptNumber, LARGEST, ValueScan};
use jiff::tz::TimeZone;

use super::{Dialect, Scope, Sql, all, dimension::group_key, filter, metric};

/// Returns the statement that counts events by bucket and by number: the bucket as its number, the number,
/// and how many.
pub(crate) fn values(scan: &ValueScan, scope: Scope, dialect: &dyn Dialect) -> Sql {
    let mut conditions = vec![scope.events_in(scan.range)];
    conditions.extend(metric::condition(scan.predicate));
    if scan.population == Population::People {
        conditions.push(Sql::raw("NOT is_bot"));
    }
    if !scan.filter.is_everything() {
        conditions.push(filter::condition(&scan.filter, scope, dialect));
    }
    let weight = if scan.is_weighted() { "weight" } else { "1e0" };
    Sql::raw("--sql\nSELECT bucket, value, sum(weight) FROM (SELECT ")
        .with(bucket(scan.range, scan.grain, &scan.zone, dialect))
        .then(" AS bucket, ")
        .with(number(scan.number, dialect))
        .then(format!(" AS value, {weight} AS weight FROM event WHERE "))
        .with(all(conditions))
        .then(") WHERE value IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2")
}

/// Returns the number of an event that a rollup keeps; NULL for those that have none.
pub(crate) fn kept_number(kept: &KeptNumber, dialect: &dyn Dialect) -> Sql {
    let number = number(kept.number, dialect);
    match metric::condition(kept.predicate) {
        None => number,
        Some(condition) => Sql::raw("CASE WHEN ")
            .with(condition)
            .then(" THEN ")
            .with(number)
            .then(" END"),
    }
}

/// Returns the whole number of an event; NULL where it has none.
fn number(number: EventNumber, dialect: &dyn Dialect) -> Sql {
    match number {
        EventNumber::Lag { most } => {
            let happened = dialect.divide(Sql::raw("timestamp_ms"), 1_000);
            let lag = Sql::raw("received_s - ").with(happened);
            let lag = dialect.greatest(lag, Sql::raw("0"));
            let beyond = most + 1;
            Sql::raw("CASE WHEN ")
                .with(lag.clone())
                .then(format!(" > {most} THEN {beyond} ELSE "))
                .with(lag)
                .then(" END")
        }
        EventNumber::Property(names) => {
            let properties = names
                .iter()
                .map(|name| dialect.number(Sql::raw("properties"), name));
            // The first one counts, whatever it is: a number that makes no sense is not passed over.
            let first = Sql::raw("coalesce(")
                .with(Sql::join(properties, ", "))
                .then(", NULL)");
            Sql::raw("CASE WHEN ")
                .with(first.clone())
                .then(format!(" BETWEEN 0 AND {LARGEST:e} THEN CAST("))
                .with(dialect.round(first))
                .then(" AS BIGINT) END")
        }
    }
}

/// Returns the number of the bucket that `timestamp_ms` lies in.
fn bucket(range: Range, grain: Grain, zone: &TimeZone, dialect: &dyn Dialect) -> Sql {
    let clock = LocalClock::new(range, zone);
    group_key(Dimension::Time(grain), &clock, dialect)
}

/// Returns the first whole second that lies in a span, and the first after it.
fn seconds(range: Range) -> [i64; 2] {
    [range.from(), range.to()].map(|end| {
        let millis = end.as_millis();
        millis.div_euclid(1_000) + i64::from(millis.rem_euclid(1_000) > 0)
    })
}

fn arrived_in(scope: Scope, range: Range) -> Sql {
    let [from, to] = seconds(range);
    Sql::raw(format!(
        "workspace_ref = {} AND received_s >= ",
        scope.workspace_ref
    ))
    .with(Sql::int(from))
    .then(" AND received_s < ")
    .with(Sql::int(to))
}

/// Returns the statement that counts the events that arrived in a span.
pub(crate) fn count_arrived(scope: Scope, range: Range) -> Sql {
    Sql::raw("--sql\nSELECT count(*) FROM event WHERE ").with(arrived_in(scope, range))
}

/// Returns the statement that counts the events that arrived in a span, by bucket.
pub(crate) fn accepted(scan: &ArrivalScan, scope: Scope, dialect: &dyn Dialect) -> Sql {
    Sql::raw("--sql\nSELECT ")
        .with(bucket(scan.range, scan.grain, &scan.zone, dialect))
        .then(
            " AS bucket, sum(weight) \
             FROM (SELECT received_s * 1000 AS timestamp_ms, weight FROM event WHERE ",
        )
        .with(arrived_in(scope, scan.range))
        .then(") GROUP BY 1")
}

/// Returns the statement that counts the dead letters that arrived in a span, by bucket.
pub(crate) fn refused(scan: &ArrivalScan, dialect: &dyn Dialect) -> Sql {
    Sql::raw("--sql\nSELECT ")
        .with(bucket(scan.range, scan.grain, &scan.zone, dialect))
        .then(
            " AS bucket, count(*) \
             FROM (SELECT received_ms AS timestamp_ms FROM dead_letter WHERE workspace_id = ",
        )
        .with(Sql::text(scan.workspace.as_str()))
        .then(" AND received_ms >= ")
        .with(Sql::int(scan.range.from().as_millis()))
        .then(" AND received_ms < ")
        .with(Sql::int(scan.range.to().as_millis()))
        .then(") GROUP BY 1")
}
