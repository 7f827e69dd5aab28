//! How far a feed was read, kept with the settings.

use domain::{id::Key64, time::Instant};
use store::meta::{MetaError, MetaStore};
use uuid::Uuid;

use super::Settings;
use crate::source::Moment;

/// A place in a feed: everything up to it was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Cursor {
    pub(super) time: Moment,
    pub(super) id: Uuid,
}

impl Cursor {
    /// Returns the place before every row of that time.
    pub(super) const fn before(time: Moment) -> Self {
        Self {
            time,
            id: Uuid::nil(),
        }
    }

    /// Returns its time as the rest of the service knows it.
    pub(super) fn instant(self) -> Instant {
        self.time.into()
    }

    fn text(self) -> String {
        format!("{} {}", self.time.as_micros(), self.id)
    }

    fn parse(text: &str) -> Option<Self> {
        let (micros, id) = text.split_once(' ')?;
        Some(Self {
            time: Moment::from_micros(micros.parse().ok()?),
            id: id.parse().ok()?,
        })
    }
}

/// Returns what tells the cursors of one database and schema from those of another.
pub(super) fn scope(settings: &Settings, schema: &str) -> String {
    Key64::of(&format!("{}/{schema}", settings.url)).to_string()
}

/// Where one cursor is kept.
#[derive(Debug, Clone)]
pub(super) struct Kept {
    name: String,
}

impl Kept {
    /// Returns the place of the cursor of `purpose` for a feed and an account.
    pub(super) fn new(purpose: &str, scope: &str, feed: &str, account: Option<&str>) -> Self {
        let account = account.unwrap_or("*");
        Self {
            name: format!("source.{purpose}.{scope}.{feed}.{account}"),
        }
    }

    pub(super) async fn load(&self, meta: &dyn MetaStore) -> Result<Option<Cursor>, MetaError> {
        let text = meta.setting(&self.name).await?;
        Ok(text.and_then(|text| Cursor::parse(&text)))
    }

    pub(super) async fn store(&self, meta: &dyn MetaStore, at: Cursor) -> Result<(), MetaError> {
        meta.put_setting(&self.name, &at.text()).await
    }

    pub(super) async fn remove(&self, meta: &dyn MetaStore) -> Result<(), MetaError> {
        meta.remove_setting(&self.name).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_as_it_was_written() {
        let cursor = Cursor {
            time: Moment::from_micros(1_770_000_000_123_456),
            id: Uuid::from_u128(7),
        };
        assert_eq!(Cursor::parse(&cursor.text()), Some(cursor));
        assert_eq!(Cursor::parse("x"), None);
        assert!(Cursor::before(cursor.time) < cursor);
    }
}
