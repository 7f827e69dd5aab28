//! What `DuckDB` says in its own way.

use crate::sql::{Dialect, Sql};

/// `DuckDB`'s dialect.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct DuckDbDialect;

fn aggregate(function: &str, argument: Sql, condition: Option<Sql>) -> Sql {
    let call = Sql::raw(format!("{function}(")).with(argument).then(")");
    match condition {
        None => call,
        Some(condition) => call.then(" FILTER (WHERE ").with(condition).then(")"),
    }
}

/// Returns the JSON pointer of a first-level property, in which `~` and `/` are written `~0` and `~1`.
fn pointer(name: &str) -> String {
    format!("/{}", name.replace('~', "~0").replace('/', "~1"))
}

impl Dialect for DuckDbDialect {
    fn divide(&self, number: Sql, divisor: i64) -> Sql {
        Sql::raw("(").with(number).then(format!(" // {divisor})"))
    }

    fn remainder(&self, number: Sql, divisor: i64) -> Sql {
        Sql::raw("(").with(number).then(format!(" % {divisor})"))
    }

    fn month_of_day(&self, day: Sql) -> Sql {
        Sql::raw("datediff('month', DATE '1970-01-01', DATE '1970-01-01' + CAST(")
            .with(day)
            .then(" AS INTEGER))")
    }

    fn count_distinct(&self, value: Sql, condition: Option<Sql>) -> Sql {
        aggregate("count", Sql::raw("DISTINCT ").with(value), condition)
    }

    fn sum(&self, value: Sql, condition: Option<Sql>) -> Sql {
        Sql::raw("coalesce(")
            .with(aggregate("sum", value, condition))
            .then(", 0)")
    }

    fn min(&self, value: Sql, condition: Option<Sql>) -> Sql {
        aggregate("min", value, condition)
    }

    fn max(&self, value: Sql, condition: Option<Sql>) -> Sql {
        aggregate("max", value, condition)
    }

    fn made_first(&self, name: &'static str, rows: Sql) -> Sql {
        Sql::raw(format!("WITH {name} AS MATERIALIZED ("))
            .with(rows)
            .then(") ")
    }

    fn unnest(&self, list: Sql) -> Sql {
        Sql::raw("unnest(").with(list).then(")")
    }

    fn length(&self, list: &str) -> Sql {
        Sql::raw(format!("len({list})"))
    }

    fn has_any(&self, list: &str, texts: Sql) -> Sql {
        Sql::raw(format!("list_has_any({list}, ["))
            .with(texts)
            .then("])")
    }

    fn property(&self, json: Sql, name: &str) -> Sql {
        Sql::raw("json_extract_string(")
            .with(json)
            .then(", ")
            .with(Sql::text(pointer(name)))
            .then(")")
    }

    fn number(&self, json: Sql, name: &str) -> Sql {
        // A text is no number here, whatever it says.
        Sql::raw("CASE WHEN json_type(")
            .with(json.clone())
            .then(", ")
            .with(Sql::text(pointer(name)))
            .then(") IN ('BIGINT', 'UBIGINT', 'DOUBLE') THEN CAST(")
            .with(self.property(json, name))
            .then(" AS DOUBLE) END")
    }

    fn float(&self, number: Sql) -> Sql {
        Sql::raw("CAST(").with(number).then(" AS DOUBLE)")
    }

    fn round(&self, number: Sql) -> Sql {
        Sql::raw("round(").with(number).then(")")
    }

    fn listed(&self, texts: &[String]) -> Sql {
        Sql::raw("SELECT unnest(from_json(")
            .with(Sql::text(serde_json::json!(texts).to_string()))
            .then(", '[\"VARCHAR\"]'))")
    }

    fn greatest(&self, left: Sql, right: Sql) -> Sql {
        Sql::raw("greatest(")
            .with(left)
            .then(", ")
            .with(right)
            .then(")")
    }
}
