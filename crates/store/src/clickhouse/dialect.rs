//! What ClickHouse says in its own way.

use crate::sql::{Dialect, Sql};

/// ClickHouse's dialect.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct ClickHouseDialect;

fn call(function: &str, arguments: impl IntoIterator<Item = Sql>) -> Sql {
    Sql::raw(format!("{function}("))
        .with(Sql::join(arguments, ", "))
        .then(")")
}

fn aggregate(function: &str, argument: Sql, condition: Option<Sql>) -> Sql {
    let call = call(function, [argument]);
    match condition {
        None => call,
        Some(condition) => call.then(" FILTER (WHERE ").with(condition).then(")"),
    }
}

fn kind_of(json: Sql, name: &str) -> Sql {
    call("JSONType", [json, Sql::text(name)])
}

impl Dialect for ClickHouseDialect {
    fn divide(&self, number: Sql, divisor: i64) -> Sql {
        call("intDiv", [number, Sql::raw(divisor.to_string())])
    }

    fn remainder(&self, number: Sql, divisor: i64) -> Sql {
        Sql::raw("(").with(number).then(format!(" % {divisor})"))
    }

    fn month_of_day(&self, day: Sql) -> Sql {
        Sql::raw(
            "dateDiff('month', toDate32('1970-01-01'), addDays(toDate32('1970-01-01'), toInt32(",
        )
        .with(day)
        .then(")))")
    }

    fn count_distinct(&self, value: Sql, condition: Option<Sql>) -> Sql {
        aggregate("uniqExact", value, condition)
    }

    fn sum(&self, value: Sql, condition: Option<Sql>) -> Sql {
        call(
            "coalesce",
            [aggregate("sum", value, condition), Sql::raw("0")],
        )
    }

    fn min(&self, value: Sql, condition: Option<Sql>) -> Sql {
        aggregate("min", value, condition)
    }

    fn max(&self, value: Sql, condition: Option<Sql>) -> Sql {
        aggregate("max", value, condition)
    }

    fn unnest(&self, list: Sql) -> Sql {
        call("arrayJoin", [list])
    }

    fn length(&self, list: &str) -> Sql {
        call("length", [Sql::raw(list)])
    }

    fn has_any(&self, list: &str, texts: Sql) -> Sql {
        call(
            "hasAny",
            [Sql::raw(list), Sql::raw("[").with(texts).then("]")],
        )
    }

    fn property(&self, json: Sql, name: &str) -> Sql {
        // What is there and null is as good as what is not there.
        Sql::raw("multiIf(")
            .with(kind_of(json.clone(), name))
            .then(" = 'String', ")
            .with(call("JSONExtractString", [json.clone(), Sql::text(name)]))
            .then(", ")
            .with(kind_of(json.clone(), name))
            .then(" = 'Null', NULL, ")
            .with(call("JSONExtractRaw", [json, Sql::text(name)]))
            .then(")")
    }

    fn number(&self, json: Sql, name: &str) -> Sql {
        // A text is no number here, whatever it says.
        Sql::raw("CASE WHEN ")
            .with(kind_of(json.clone(), name))
            .then(" IN ('Int64', 'UInt64', 'Double') THEN ")
            .with(call("JSONExtractFloat", [json, Sql::text(name)]))
            .then(" END")
    }

    fn float(&self, number: Sql) -> Sql {
        call("toFloat64", [number])
    }

    fn round(&self, number: Sql) -> Sql {
        // Its own rounding takes halves to the even number.
        let below = call("floor", [number.clone()]);
        below
            .clone()
            .then(" + if(")
            .with(number)
            .then(" - ")
            .with(below)
            .then(" >= 0.5, 1, 0)")
    }

    fn made_first(&self, name: &'static str, rows: Sql) -> Sql {
        Sql::raw(format!("WITH {name} AS (")).with(rows).then(") ")
    }

    fn listed(&self, texts: &[String]) -> Sql {
        Sql::raw("SELECT arrayJoin(JSONExtract(")
            .with(Sql::text(serde_json::json!(texts).to_string()))
            .then(", 'Array(String)'))")
    }

    fn greatest(&self, left: Sql, right: Sql) -> Sql {
        call("greatest", [left, right])
    }
}
