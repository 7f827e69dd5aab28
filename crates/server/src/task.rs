//! Background tasks: restarted when they fail, and ended in order.
//!
//! 1. A task runs until it is asked to end. One that fails or panics before is logged, counted and
//!    shown in health, and starts again after a pause that doubles with every failure in a row.
//! 2. One that has run for a while since has recovered: health forgets it, and its next pause is
//!    short again.
//! 3. At the end tasks are ended one after the other, the one that was started last first.

use std::{any::Any, error::Error, panic::AssertUnwindSafe, pin::pin, sync::Arc, time::Duration};

use domain::{clock::Clock, text::counted};
use futures::{FutureExt as _, future::join_all};
use store::chain;
use tokio::{
    task::JoinHandle,
    time::{Instant, sleep, timeout, timeout_at},
};
use tokio_util::sync::CancellationToken;

use crate::telemetry::{Components, Telemetry};

/// Pause after the first failure.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// Longest pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// Time after which a task that runs again has recovered.
const STEADY: Duration = Duration::from_mins(1);

/// Why a task ended before it was asked to.
pub type TaskError = Box<dyn Error + Send + Sync>;

/// Starts tasks, restarts those that fail, and ends them.
pub struct Supervisor {
    watch: Watch,
    tasks: Vec<Task>,
}

struct Task {
    name: &'static str,
    stop: CancellationToken,
    done: JoinHandle<()>,
}

impl Supervisor {
    /// Returns a supervisor that tells of failures in these ways.
    pub fn new(clock: Arc<dyn Clock>, telemetry: Telemetry, components: Components) -> Self {
        let watch = Watch {
            clock,
            telemetry,
            components,
        };
        Self {
            watch,
            tasks: Vec::new(),
        }
    }

    /// Starts a task. `run` begins it, at first and after every failure, with the signal that ends it.
    #[expect(clippy::disallowed_methods, reason = "the one place that starts tasks")]
    pub fn start<F>(
        &mut self,
        name: &'static str,
        run: impl Fn(CancellationToken) -> F + Send + Sync + 'static,
    ) where
        F: Future<Output = Result<(), TaskError>> + Send + 'static,
    {
        let stop = CancellationToken::new();
        let watched = self.watch.clone().keep_running(name, run, stop.clone());
        let done = tokio::spawn(watched);
        self.tasks.push(Task { name, stop, done });
    }

    /// Ends the tasks, the last one first; returns whether all ended within `patience`. One that takes
    /// more than its part of it does not hold up those after it.
    pub async fn end(self, patience: Duration) -> bool {
        let deadline = Instant::now() + patience;
        let part = patience / u32::try_from(self.tasks.len().max(1)).unwrap_or(u32::MAX);
        let mut late = Vec::new();
        for Task {
            name,
            stop,
            mut done,
        } in self.tasks.into_iter().rev()
        {
            stop.cancel();
            if timeout(part, &mut done).await.is_err() {
                tracing::debug!(task = name, "task.late");
                late.push(done);
            }
        }
        timeout_at(deadline, join_all(late)).await.is_ok()
    }
}

/// Who is told of failures.
#[derive(Clone)]
struct Watch {
    clock: Arc<dyn Clock>,
    telemetry: Telemetry,
    components: Components,
}

impl Watch {
    async fn keep_running<F>(
        self,
        name: &'static str,
        run: impl Fn(CancellationToken) -> F + Send + Sync,
        stop: CancellationToken,
    ) where
        F: Future<Output = Result<(), TaskError>> + Send,
    {
        let (mut failures, mut pause) = (0_u32, FIRST_PAUSE);
        loop {
            let running = AssertUnwindSafe(async { run(stop.clone()).await }).catch_unwind();
            let mut running = pin!(running);
            let ended = match timeout(STEADY, &mut running).await {
                Ok(ended) => ended,
                Err(_still_running) => {
                    (failures, pause) = (0, FIRST_PAUSE);
                    if self.components.restore(name) {
                        tracing::info!(task = name, "task.recovered");
                    }
                    running.await
                }
            };
            let reason = match ended {
                Ok(Ok(())) => break,
                Ok(Err(error)) => chain(&*error),
                Err(panic) => format!("panic: {}", text_of(&*panic)),
            };
            failures = failures.saturating_add(1);
            self.failed(name, &reason, failures, pause);
            tokio::select! {
                () = stop.cancelled() => break,
                () = sleep(pause) => {}
            }
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
        tracing::debug!(task = name, "task.ended");
    }

    fn failed(&self, name: &'static str, reason: &str, failures: u32, pause: Duration) {
        self.telemetry.task_failed(name);
        let retry_seconds = pause.as_secs();
        tracing::error!(
            task = name,
            error = reason,
            failures,
            retry_seconds,
            "task.failed"
        );
        let times = counted(u64::from(failures), "time");
        let message = format!(
            "this background task has failed {times} in a row and restarts by itself; the log has more \
             under `task.failed`"
        );
        self.components.degrade(name, message, self.clock.now());
    }
}

/// Returns what a panic said.
fn text_of(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&'static str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no text")
}

#[cfg(test)]
mod tests {
    use std::sync::{Mutex, PoisonError};

    use domain::{clock::ManualClock, time::Instant as WallTime};
    use tokio::time::advance;

    use super::*;

    const NOON: WallTime = WallTime::from_millis(43_200_000);

    struct World {
        supervisor: Supervisor,
        components: Components,
        telemetry: Telemetry,
        /// What happened, with the seconds since the test began.
        told: Told,
    }

    #[derive(Clone)]
    struct Told(Arc<Mutex<Vec<(&'static str, u64)>>>, Instant);

    impl Told {
        fn tell(&self, what: &'static str) -> usize {
            let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            told.push((what, self.1.elapsed().as_secs()));
            told.len()
        }

        fn all(&self) -> Vec<(&'static str, u64)> {
            self.0
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .clone()
        }

        fn seconds(&self) -> Vec<u64> {
            self.all().into_iter().map(|(_, at)| at).collect()
        }
    }

    impl World {
        fn new() -> Self {
            let (components, telemetry) = (Components::default(), Telemetry::new("test"));
            let clock = Arc::new(ManualClock::at(NOON));
            Self {
                supervisor: Supervisor::new(clock, telemetry.clone(), components.clone()),
                components,
                telemetry,
                told: Told(Arc::default(), Instant::now()),
            }
        }

        /// Starts a task that fails `times` times, by an error or a panic, and then runs on.
        fn start_failing(&mut self, times: usize, panics: bool) {
            let told = self.told.clone();
            self.supervisor.start("gadget", move |stop| {
                let told = told.clone();
                async move {
                    if told.tell("started") > times {
                        stop.cancelled().await;
                        return Ok(());
                    }
                    assert!(!panics, "out of luck");
                    Err("out of luck".into())
                }
            });
        }

        fn message(&self) -> Option<String> {
            let degraded = self.components.degraded();
            let gadget = degraded.get("gadget")?;
            assert_eq!(gadget.since, NOON);
            Some(gadget.message.clone())
        }
    }

    /// Lets so much time pass that everything due in it happens.
    async fn pass(seconds: u64) {
        settle().await;
        for _ in 0..seconds {
            advance(Duration::from_secs(1)).await;
            settle().await;
        }
    }

    async fn settle() {
        for _ in 0..10 {
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_task_that_panics_is_counted_and_shown_and_starts_again_after_growing_pauses() {
        let mut world = World::new();
        world.start_failing(8, true);
        pass(20).await;
        assert_eq!(world.told.seconds(), [0, 1, 3, 7, 15]);
        let message = world.message().unwrap();
        assert!(message.contains("failed 5 times in a row"), "{message}");
        assert!(
            !message.contains("out of luck"),
            "health is public: {message}"
        );
        pass(130).await;
        assert_eq!(world.told.seconds(), [0, 1, 3, 7, 15, 31, 61, 91, 121]);
        let counted = world.telemetry.render();
        for line in [
            "# HELP analytics_task_failures_total ",
            "analytics_task_failures_total{plugin=\"analytics\",task=\"gadget\"} 8",
        ] {
            assert!(counted.contains(line), "{counted}");
        }
        // It has run for 29 s: it may fail again. After a minute it has recovered.
        assert!(world.message().is_some());
        pass(40).await;
        assert_eq!(world.message(), None);
        assert!(world.supervisor.end(Duration::from_secs(1)).await);
    }

    #[tokio::test(start_paused = true)]
    async fn a_task_that_has_recovered_starts_again_soon() {
        let mut world = World::new();
        let told = world.told.clone();
        world.supervisor.start("gadget", move |_stop| {
            let told = told.clone();
            async move {
                if told.tell("started") == 4 {
                    sleep(2 * STEADY).await;
                }
                Err("out of luck".into())
            }
        });
        pass(132).await;
        // After the two minutes of the fourth the pause is one second again.
        assert_eq!(world.told.seconds(), [0, 1, 3, 7, 128, 130]);
        let message = world.message().unwrap();
        assert!(message.contains("failed 3 times in a row"), "{message}");
    }

    #[tokio::test(start_paused = true)]
    async fn an_error_is_as_bad_as_a_panic() {
        let mut world = World::new();
        world.start_failing(1, false);
        pass(5).await;
        assert_eq!(world.told.seconds(), [0, 1]);
        let message = world.message().unwrap();
        assert!(message.contains("failed 1 time in a row"), "{message}");
    }

    #[tokio::test(start_paused = true)]
    async fn tasks_end_the_last_one_first_and_none_waits_for_one_that_hangs() {
        let mut world = World::new();
        for name in ["first", "second", "third"] {
            let told = world.told.clone();
            world.supervisor.start(name, move |stop| {
                let told = told.clone();
                async move {
                    stop.cancelled().await;
                    if name == "second" {
                        sleep(Duration::from_secs(100)).await;
                    }
                    told.tell(name);
                    Ok(())
                }
            });
        }
        assert!(!world.supervisor.end(Duration::from_secs(30)).await);
        assert_eq!(world.told.all(), [("third", 0), ("first", 10)]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_task_that_waits_to_start_again_ends_at_once() {
        let mut world = World::new();
        world.start_failing(20, true);
        pass(100).await;
        let starts = world.told.seconds().len();
        let asked = Instant::now();
        assert!(world.supervisor.end(Duration::from_secs(20)).await);
        assert_eq!(asked.elapsed(), Duration::ZERO);
        assert_eq!(world.told.seconds().len(), starts);
    }
}
