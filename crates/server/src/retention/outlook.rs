//! What a start would do to what is stored, said without starting and without changing anything.

use std::path::Path;

use domain::time::Instant;
use store::{
    StoreError,
    duckdb::{OpenOptions, aged_in},
    meta::Place,
};

use super::{
    Kept, RetentionError, Waiting,
    remembered::{KEPT, WAITING, read_kept},
    verdict::verdict,
};

/// What a start would do to what is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outlook {
    /// The retention that the store lives under, where that is known.
    pub remembered: Option<Kept>,
    /// What waits for consent: of the running service, or of the next start.
    pub waiting: Option<Waiting>,
    /// Whether another process has the store: the service runs.
    pub in_use: bool,
}

impl Outlook {
    /// Looks at the data folder of a service with these settings.
    pub async fn look(
        folder: &Path,
        settings: Place<'_>,
        wanted: Kept,
        confirmed: Option<Kept>,
        now: Instant,
    ) -> Result<Self, RetentionError> {
        let settings = settings.peek(&[KEPT, WAITING]).await?;
        let text = |place: usize| settings.get(place).and_then(Option::as_deref);
        let remembered = text(0).and_then(read_kept);
        let announced = text(1).and_then(Waiting::read);
        let calm = Self {
            remembered,
            waiting: None,
            in_use: false,
        };
        let keeps_as_much = remembered.is_some_and(|remembered| wanted >= remembered);
        if announced.is_none() && keeps_as_much {
            return Ok(calm);
        }
        let (options, before) = (OpenOptions::new(folder), wanted.oldest(now).unwrap_or(now));
        let aged = tokio::task::spawn_blocking(move || aged_in(&options, before))
            .await
            .map_err(|error| StoreError::Stopped(error.to_string()))?;
        match aged {
            Ok(aged) => Ok(Self {
                waiting: verdict(wanted, remembered, confirmed, aged, now),
                ..calm
            }),
            // The service that has the store has said what it waits for.
            Err(StoreError::Locked { .. }) => Ok(Self {
                waiting: announced,
                in_use: true,
                ..calm
            }),
            Err(error) => Err(error.into()),
        }
    }
}
