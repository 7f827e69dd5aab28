//! Work that would keep an async thread from everybody else.

use std::{future::pending, panic::resume_unwind};

/// Work on more bytes than these is done apart: it may take milliseconds.
const LARGE: usize = 32 * 1024;

/// Does work on so many bytes: away from the async threads when that takes a while, else at once.
///
/// How much of it is done at a time is bounded by the memory there is for what it works on.
pub async fn apart<T: Send + 'static>(
    bytes: usize,
    work: impl FnOnce() -> T + Send + 'static,
) -> T {
    if bytes <= LARGE {
        return work();
    }
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => resume_unwind(panic),
            // The runtime ends, and with it whoever waits.
            Err(_cancelled) => pending().await,
        },
    }
}

#[cfg(test)]
mod tests {
    use std::{sync::mpsc, time::Duration};

    use futures::FutureExt as _;

    use super::*;

    // Of one thread, so that whatever keeps it keeps everybody.
    #[tokio::test(flavor = "current_thread")]
    async fn large_work_keeps_nobody_waiting() {
        let (answered, health) = mpsc::channel();
        let batch = apart(10 * 1024 * 1024, move || {
            health.recv_timeout(Duration::from_secs(20)).is_ok()
        });
        let health = async { answered.send(()).is_ok() };
        assert_eq!(tokio::join!(batch, health), (true, true));
    }

    #[tokio::test]
    async fn small_work_is_done_at_once() {
        let here = std::thread::current().id();
        let done = apart(LARGE, move || std::thread::current().id() == here);
        assert_eq!(done.now_or_never(), Some(true));
    }

    #[tokio::test]
    #[should_panic(expected = "out of luck")]
    async fn a_panic_is_passed_on() {
        apart(LARGE + 1, || panic!("out of luck")).await;
    }
}
