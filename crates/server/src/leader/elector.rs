//! Takes the lock of the leader, and looks whether it is still held.

use std::time::Duration;

use store::{
    chain,
    meta::{LeaderLock, MetaError},
};
use tokio_util::sync::CancellationToken;

use super::{LeaderStage, Leadership};
use crate::{
    config::ConnectionUrl,
    telemetry::{Components, Telemetry},
};

/// The part that is told of.
const NAME: &str = "leader";

/// Time between two looks.
const INTERVAL: Duration = Duration::from_secs(2);

/// Takes part in the choice of the leader.
pub struct Elector {
    /// The settings database.
    pub address: ConnectionUrl,
    /// What others see of this instance: its host and port.
    pub name: String,
    /// Whether the events are in this instance's own store, so that no other does anything for it.
    pub has_own_store: bool,
    /// What is told of it.
    pub leadership: Leadership,
    /// Where it is counted.
    pub telemetry: Telemetry,
    /// Where it is said when work is not done.
    pub components: Components,
}

impl Elector {
    /// Takes part until the end is asked for, and then gives the lock back.
    pub async fn run(&self, stop: CancellationToken) {
        let mut lock = None;
        while !stop.is_cancelled() {
            // A look that has begun is ended: it waits for at most three seconds.
            match self.look(&mut lock).await {
                Ok((true, _)) => self.found(LeaderStage::Leading, None, None),
                Ok((false, leader)) => self.found(LeaderStage::Following, leader, None),
                Err(error) => {
                    // With the connection goes the lock.
                    lock = None;
                    self.found(LeaderStage::Away, None, Some(&chain(&error)));
                }
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(INTERVAL) => {}
            }
        }
        self.found(LeaderStage::Starting, None, None);
        if let Some(lock) = lock
            && let Err(error) = lock.release().await
        {
            tracing::debug!(error = chain(&error), "leader.not_released");
        }
    }

    /// Returns whether this instance leads, and who does else.
    async fn look(
        &self,
        lock: &mut Option<LeaderLock>,
    ) -> Result<(bool, Option<String>), MetaError> {
        let lock = match lock {
            Some(lock) => lock,
            None => lock.insert(LeaderLock::connect(self.address.expose(), &self.name).await?),
        };
        if lock.take().await? {
            return Ok((true, None));
        }
        Ok((false, lock.holder().await?))
    }

    fn found(&self, stage: LeaderStage, leader: Option<String>, problem: Option<&str>) {
        self.telemetry.leads(stage.leads());
        let lacking = match stage {
            LeaderStage::Following if self.has_own_store => Some(
                "another instance leads, so days of the embedded store of this one are not filled and nothing \
                 old is removed from it: give each embedded store settings of its own",
            ),
            LeaderStage::Away => Some(
                "the settings database does not answer, so what is done once for all instances is not done",
            ),
            _ => None,
        };
        match lacking {
            Some(lacking) => {
                let now = self.leadership.clock.now();
                self.components.degrade(NAME, lacking.to_owned(), now);
            }
            None => drop(self.components.restore(NAME)),
        }
        let known = leader.clone();
        if self
            .leadership
            .found(stage, leader, problem.map(str::to_owned))
        {
            match stage {
                LeaderStage::Away => tracing::warn!(
                    problem,
                    "leader.unknown: the settings database does not answer"
                ),
                stage => tracing::info!(leader = known, "leader.{}", stage.name()),
            }
        }
    }
}
