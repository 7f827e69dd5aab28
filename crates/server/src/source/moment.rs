//! A point in time as Postgres keeps it, to the microsecond.

use domain::time::Instant;
use jiff::{Timestamp, civil, tz::TimeZone};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use sqlx::{
    Decode, Encode, Postgres, Type,
    encode::IsNull,
    error::BoxDynError,
    postgres::{PgArgumentBuffer, PgTypeInfo, PgValueRef, types::Oid},
};

/// Microseconds from 1970-01-01, where ours begins, to 2000-01-01, where Postgres' does.
const EPOCH: i64 = 946_684_800_000_000;
/// Postgres' own number of the type `timestamptz`.
const TIMESTAMPTZ: Oid = Oid(1184);

/// A point in time: microseconds since 1970-01-01T00:00:00Z.
///
/// A cursor has to be as fine as the column it points into: at milliseconds it would skip rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Moment(i64);

impl Moment {
    /// Returns the moment `micros` after the Unix epoch.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Returns microseconds since the Unix epoch.
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// Returns milliseconds since the Unix epoch, rounded down.
    pub const fn as_millis(self) -> i64 {
        self.0.div_euclid(1_000)
    }

    /// Returns the moment moved by `seconds`, which may be negative.
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1_000_000)))
    }
}

impl From<Instant> for Moment {
    fn from(instant: Instant) -> Self {
        Self(instant.as_millis().saturating_mul(1_000))
    }
}

impl From<Moment> for Instant {
    fn from(moment: Moment) -> Self {
        Self::from_millis(moment.as_millis())
    }
}

impl Type<Postgres> for Moment {
    fn type_info() -> PgTypeInfo {
        PgTypeInfo::with_oid(TIMESTAMPTZ)
    }
}

impl Decode<'_, Postgres> for Moment {
    fn decode(value: PgValueRef<'_>) -> Result<Self, BoxDynError> {
        let since_2000 = <i64 as Decode<'_, Postgres>>::decode(value)?;
        // `infinity` is the largest number there is, and stays it.
        Ok(Self(since_2000.saturating_add(EPOCH)))
    }
}

impl Encode<'_, Postgres> for Moment {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        let since_2000 = self.0.saturating_sub(EPOCH);
        <i64 as Encode<'_, Postgres>>::encode_by_ref(&since_2000, buffer)
    }
}

impl<'de> Deserialize<'de> for Moment {
    /// Reads RFC 3339, as Hasura writes a `timestamptz`; without an offset it is UTC.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let timestamp = text.parse::<Timestamp>().or_else(|_no_offset| {
            let civil: civil::DateTime = text.parse()?;
            Ok::<_, jiff::Error>(civil.to_zoned(TimeZone::UTC)?.timestamp())
        });
        timestamp
            .map(|timestamp| Self(timestamp.as_microsecond()))
            .map_err(D::Error::custom)
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let timestamp = Timestamp::from_microsecond(self.0).unwrap_or(Timestamp::MAX);
        serializer.collect_str(&timestamp)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn microseconds_survive_every_way() {
        let read = |text: &str| serde_json::from_value::<Moment>(text.into()).unwrap();
        let moment = read("2026-02-01T10:00:00.123456+00:00");
        assert_eq!(moment.as_micros() % 1_000_000, 123_456);
        assert_eq!(moment, read("2026-02-01T11:00:00.123456+01:00"));
        assert_eq!(moment, read("2026-02-01T10:00:00.123456"));
        let written = serde_json::to_value(moment).unwrap();
        assert_eq!(serde_json::from_value::<Moment>(written).unwrap(), moment);
        assert!(serde_json::from_value::<Moment>("yesterday".into()).is_err());
    }
}
