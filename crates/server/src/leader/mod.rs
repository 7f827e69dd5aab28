//! Which of several instances does what is to be done once: filling days, removing what is old, reading
//! the chat's database.
//!
//! 1. Without a settings database that instances share, this one leads.
//! 2. With one, the instance leads whose connection holds a lock there. Every two seconds it asks whether it
//!    still does; one that hears nothing for three seconds leads no longer, and ends its work.
//! 3. The server gives the lock on when the connection ends: at once where a process died, and after ten
//!    seconds without a sign of life where the network did. The others try every two seconds.
//!
//! So another leads within fifteen seconds, and never two at once, but for an instance that stands still
//! between two of its looks: what the leader does can therefore be done twice without harm.

mod elector;
mod status;

use std::{sync::Arc, time::Duration};

use domain::{clock::Clock, time::Instant};
use tokio::{pin, sync::watch, time::timeout};
use tokio_util::sync::CancellationToken;

pub use self::{
    elector::Elector,
    status::{LeaderStage, LeaderStatus},
};

/// Time that work gets to end when another is to do it.
const PATIENCE: Duration = Duration::from_secs(2);

/// Whether this instance leads, for all who share it.
#[derive(Clone)]
pub struct Leadership {
    state: Arc<watch::Sender<LeaderStatus>>,
    clock: Arc<dyn Clock>,
}

impl Leadership {
    /// Returns that of an instance that shares its settings with no other.
    pub fn alone(clock: Arc<dyn Clock>) -> Self {
        Self::beginning(LeaderStage::Alone, clock)
    }

    /// Returns that of an instance which has not asked yet.
    pub fn unknown(clock: Arc<dyn Clock>) -> Self {
        Self::beginning(LeaderStage::Starting, clock)
    }

    /// Returns that of an instance which has no part in the work.
    pub fn apart(clock: Arc<dyn Clock>) -> Self {
        Self::beginning(LeaderStage::Apart, clock)
    }

    fn beginning(stage: LeaderStage, clock: Arc<dyn Clock>) -> Self {
        let status = LeaderStatus {
            stage,
            since: clock.now(),
            leader: None,
            problem: None,
        };
        Self {
            state: Arc::new(watch::Sender::new(status)),
            clock,
        }
    }

    /// Returns what is known.
    pub fn get(&self) -> LeaderStatus {
        self.state.borrow().clone()
    }

    /// Returns whether this instance leads.
    pub fn leads(&self) -> bool {
        self.state.borrow().stage.leads()
    }

    /// Notes what was found; returns whether the stage is another than before.
    fn found(&self, stage: LeaderStage, leader: Option<String>, problem: Option<String>) -> bool {
        let now: Instant = self.clock.now();
        let mut is_other = false;
        self.state.send_modify(|state| {
            is_other = state.stage != stage;
            if is_other {
                (state.stage, state.since) = (stage, now);
            }
            (state.leader, state.problem) = (leader, problem);
        });
        is_other
    }

    /// Does `work` whenever this instance leads, until the end is asked for or it fails. It gets a signal
    /// of its own, and a moment to end after that when another instance is to do it.
    pub async fn while_leading<F, E>(
        &self,
        stop: CancellationToken,
        work: impl Fn(CancellationToken) -> F,
    ) -> Result<(), E>
    where
        F: Future<Output = Result<(), E>>,
    {
        let mut state = self.state.subscribe();
        loop {
            tokio::select! {
                () = stop.cancelled() => return Ok(()),
                // The sender lives as long as this does.
                _leads = state.wait_for(|state| state.stage.leads()) => {}
            }
            let lost = stop.child_token();
            let working = work(lost.clone());
            pin!(working);
            tokio::select! {
                ended = &mut working => return ended,
                _lost = state.wait_for(|state| !state.stage.leads()) => {}
            }
            lost.cancel();
            if let Ok(ended) = timeout(PATIENCE, working).await {
                ended?;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use domain::clock::ManualClock;

    use super::*;

    fn clock() -> Arc<dyn Clock> {
        Arc::new(ManualClock::at(Instant::from_millis(0)))
    }

    #[tokio::test(start_paused = true)]
    async fn work_is_done_while_leading_and_ends_with_it() {
        let leadership = Leadership::unknown(clock());
        let (begun, ended) = (AtomicU32::new(0), AtomicU32::new(0));
        let stop = CancellationToken::new();
        let work = leadership.while_leading(stop.clone(), |stop| {
            begun.fetch_add(1, Ordering::Relaxed);
            let ended = &ended;
            async move {
                stop.cancelled().await;
                ended.fetch_add(1, Ordering::Relaxed);
                Ok::<(), std::io::Error>(())
            }
        });
        let counts = || (begun.load(Ordering::Relaxed), ended.load(Ordering::Relaxed));
        let changes = async {
            for (stage, expected) in [
                (LeaderStage::Following, (0, 0)),
                (LeaderStage::Leading, (1, 0)),
                (LeaderStage::Away, (1, 1)),
                (LeaderStage::Leading, (2, 1)),
            ] {
                leadership.found(stage, None, None);
                tokio::time::sleep(Duration::from_secs(1)).await;
                assert_eq!(counts(), expected, "{stage:?}");
            }
            stop.cancel();
        };
        let (done, ()) = tokio::join!(work, changes);
        done.unwrap();
        assert_eq!(counts(), (2, 2));
    }

    #[tokio::test(start_paused = true)]
    async fn work_that_does_not_end_is_left() {
        let leadership = Leadership::unknown(clock());
        let begun = AtomicU32::new(0);
        let stop = CancellationToken::new();
        let work = leadership.while_leading(stop.clone(), |_deaf| {
            begun.fetch_add(1, Ordering::Relaxed);
            std::future::pending::<Result<(), std::io::Error>>()
        });
        let changes = async {
            for stage in [
                LeaderStage::Leading,
                LeaderStage::Following,
                LeaderStage::Leading,
            ] {
                leadership.found(stage, None, None);
                tokio::time::sleep(PATIENCE * 2).await;
            }
            assert_eq!(begun.load(Ordering::Relaxed), 2);
        };
        tokio::select! {
            _ended = work => panic!("it never ends"),
            () = changes => {}
        }
    }

    #[tokio::test]
    async fn who_is_alone_leads_and_a_failure_is_told() {
        let leadership = Leadership::alone(clock());
        assert!(leadership.leads());
        let failed = leadership.while_leading(CancellationToken::new(), |_| async {
            Err::<(), _>(std::io::Error::other("full"))
        });
        assert_eq!(failed.await.unwrap_err().to_string(), "full");
    }
}
