//! Values of ad-hoc statements: as JSON, or as text, where one value is itself and several are JSON.

use ::duckdb::types::{TimeUnit, Value};
use domain::time::Instant;
use jiff::{
    SignedDuration,
    civil::{Date, Time},
};
use serde_json::{Value as Json, json};

/// Returns a value as text; `None` for NULL.
pub(super) fn text(value: &Value) -> Option<String> {
    match json(value) {
        Json::Null => None,
        Json::String(text) => Some(text),
        other => Some(other.to_string()),
    }
}

/// Returns a value as JSON: instants by RFC 3339, several values as lists and objects.
pub(super) fn json(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Boolean(value) => json!(value),
        Value::TinyInt(value) => json!(value),
        Value::SmallInt(value) => json!(value),
        Value::Int(value) => json!(value),
        Value::BigInt(value) => json!(value),
        Value::UTinyInt(value) => json!(value),
        Value::USmallInt(value) => json!(value),
        Value::UInt(value) => json!(value),
        Value::UBigInt(value) => json!(value),
        Value::HugeInt(value) => whole(*value),
        Value::UHugeInt(value) => {
            i128::try_from(*value).map_or_else(|_| json!(value.to_string()), whole)
        }
        Value::Float(value) => real(f64::from(*value), &value.to_string()),
        Value::Double(value) => real(*value, &value.to_string()),
        Value::Decimal(value) => decimal(&value.to_string()),
        Value::Text(value) | Value::Enum(value) => json!(value),
        Value::Blob(bytes) | Value::Geometry(bytes) => json!(hex(bytes)),
        Value::Date32(days) => json!(date(*days).to_string()),
        Value::Time64(unit, at) => json!(time(*unit, *at).to_string()),
        Value::Timestamp(unit, at) => {
            let millis = unit.to_micros(*at).div_euclid(1_000);
            json!(Instant::from_millis(millis).to_string())
        }
        Value::Interval {
            months,
            days,
            nanos,
        } => json!({"months": months, "days": days, "nanos": nanos}),
        Value::List(values) | Value::Array(values) => values.iter().map(json).collect(),
        Value::Struct(fields) => fields
            .iter()
            .map(|(name, value)| (name.clone(), json(value)))
            .collect(),
        Value::Map(entries) => entries
            .iter()
            .map(|(key, value)| (text(key).unwrap_or_default(), json(value)))
            .collect(),
        Value::Union(value) => json(value),
        // Kinds that the engine may get.
        other => json!(format!("{other:?}")),
    }
}

/// JSON readers keep no more than 64 bits of a number.
fn whole(value: i128) -> Json {
    i64::try_from(value).map_or_else(|_| json!(value.to_string()), |value| json!(value))
}

/// A number, where a reader's 64 bits hold all of its digits.
fn decimal(text: &str) -> Json {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let number = text.parse().ok().filter(|_| digits <= f64::DIGITS as usize);
    number.map_or_else(|| json!(text), Json::Number)
}

/// JSON knows no infinity.
fn real(value: f64, text: &str) -> Json {
    if value.is_finite() {
        text.parse().map_or_else(|_| json!(value), Json::Number)
    } else {
        json!(text)
    }
}

fn date(days: i32) -> Date {
    // The engine knows days, and infinities, that no calendar has.
    let beyond = if days < 0 { Date::MIN } else { Date::MAX };
    jiff::Span::new().try_days(days).map_or(beyond, |span| {
        Date::constant(1970, 1, 1).saturating_add(span)
    })
}

fn time(unit: TimeUnit, at: i64) -> Time {
    Time::midnight().saturating_add(SignedDuration::from_micros(unit.to_micros(at)))
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a `String` cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
