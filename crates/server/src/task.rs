//! Background tasks that end when the service ends.

use std::time::Duration;

use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// Starts tasks, and waits for them at the end.
#[derive(Debug, Clone, Default)]
pub struct Supervisor {
    tracker: TaskTracker,
    stop: CancellationToken,
}

impl Supervisor {
    /// Starts a task; it is given the signal that ends it.
    #[expect(clippy::disallowed_methods, reason = "the one place that starts tasks")]
    pub fn start<F>(&self, name: &'static str, task: impl FnOnce(CancellationToken) -> F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let work = task(self.stop.clone());
        let watched = self.tracker.track_future(work);
        tokio::spawn(async move {
            watched.await;
            tracing::debug!(task = name, "task.ended");
        });
    }

    /// Returns the signal that ends everything.
    pub fn signal(&self) -> CancellationToken {
        self.stop.clone()
    }

    /// Ends all tasks; returns whether they ended within `patience`.
    pub async fn end(&self, patience: Duration) -> bool {
        self.stop.cancel();
        self.tracker.close();
        tokio::time::timeout(patience, self.tracker.wait())
            .await
            .is_ok()
    }
}
