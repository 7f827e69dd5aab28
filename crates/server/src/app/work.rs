//! What is to be done once for all instances that share the settings: by the one that leads.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use crate::{
    leader::Leadership,
    report::Reports,
    retention::Retention,
    rollup::Filler,
    source::postgres,
    task::{Supervisor, TaskError},
};

/// What the leader does.
pub(super) struct Work {
    /// Removes what is old.
    pub retention: Arc<Retention>,
    /// Fills days.
    pub filler: Arc<Filler>,
    /// Reads the chat's database, where one is set.
    pub sync: Option<Arc<postgres::Sync>>,
    /// Makes reports.
    pub reporter: Arc<Reports>,
}

impl Work {
    /// Starts what is done whenever this instance leads. A task for the leader is a line here.
    pub(super) fn start(self, supervisor: &mut Supervisor, leadership: &Leadership) {
        let Self {
            retention,
            filler,
            sync,
            reporter,
        } = self;
        start(supervisor, leadership, "retention", move |stop| {
            let retention = Arc::clone(&retention);
            async move { Ok(retention.run(stop).await?) }
        });
        start(supervisor, leadership, "rollup", move |stop| {
            let filler = Arc::clone(&filler);
            async move { Ok(filler.run(stop).await?) }
        });
        start(supervisor, leadership, "reports", move |stop| {
            let reporter = Arc::clone(&reporter);
            async move { Ok(reporter.run(stop).await?) }
        });
        if let Some(sync) = sync {
            start(supervisor, leadership, "source", move |stop| {
                let sync = Arc::clone(&sync);
                async move {
                    sync.run(stop).await;
                    Ok(())
                }
            });
        }
    }
}

/// Starts a task that runs while this instance leads.
fn start<F>(
    supervisor: &mut Supervisor,
    leadership: &Leadership,
    name: &'static str,
    run: impl Fn(CancellationToken) -> F + Send + Sync + 'static,
) where
    F: Future<Output = Result<(), TaskError>> + Send + 'static,
{
    let (leadership, run) = (leadership.clone(), Arc::new(run));
    supervisor.start(name, move |stop| {
        let (leadership, run) = (leadership.clone(), Arc::clone(&run));
        async move { leadership.while_leading(stop, |stop| run(stop)).await }
    });
}
