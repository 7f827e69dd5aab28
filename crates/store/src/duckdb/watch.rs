//! Questions that have to end: their time is up, or whoever asked has left.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use ::duckdb::InterruptHandle;
use tokio::{sync::oneshot, time::sleep};

/// Time between two interruptions: each ends one statement, and a question may be several.
const AGAIN: Duration = Duration::from_millis(20);

/// What may interrupt a question, as long as it runs.
struct Question {
    handle: Arc<InterruptHandle>,
    runs: Mutex<bool>,
    timed_out: AtomicBool,
}

/// The side of whoever runs the question: when this is dropped, it has ended.
pub(super) struct Running {
    question: Arc<Question>,
    _ended: oneshot::Sender<()>,
}

/// The side of whoever asked: when this is dropped, they have left.
pub(super) struct Asking {
    question: Arc<Question>,
    _gone: oneshot::Sender<()>,
}

impl Drop for Running {
    fn drop(&mut self) {
        // From here on the connection may be another question's.
        *self.question.lock() = false;
    }
}

impl Question {
    fn lock(&self) -> std::sync::MutexGuard<'_, bool> {
        self.runs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn interrupt(&self) {
        let runs = self.lock();
        if *runs {
            self.handle.interrupt();
        }
    }
}

impl Asking {
    /// Returns whether the question was ended because its time was up.
    pub(super) fn timed_out(&self) -> bool {
        self.question.timed_out.load(Ordering::Relaxed)
    }
}

/// Watches over a question: interrupts it when `timeout` has passed, or when who asked has left,
/// whatever they are waiting for at that moment.
#[expect(
    clippy::disallowed_methods,
    reason = "ends with the question that it watches over"
)]
pub(super) fn watch(handle: Arc<InterruptHandle>, timeout: Option<Duration>) -> (Running, Asking) {
    let question = Arc::new(Question {
        handle,
        runs: Mutex::new(true),
        timed_out: AtomicBool::new(false),
    });
    let (ended, mut has_ended) = oneshot::channel();
    let (gone, is_gone) = oneshot::channel();
    let watched = Arc::clone(&question);
    tokio::spawn(async move {
        tokio::select! {
            _ = &mut has_ended => return,
            _ = is_gone => {}
            () = sleep(timeout.unwrap_or(Duration::MAX)) => {
                watched.timed_out.store(true, Ordering::Relaxed);
            }
        }
        loop {
            watched.interrupt();
            tokio::select! {
                _ = &mut has_ended => return,
                () = sleep(AGAIN) => {}
            }
        }
    });
    let running = Running {
        question: Arc::clone(&question),
        _ended: ended,
    };
    let asking = Asking {
        question,
        _gone: gone,
    };
    (running, asking)
}
