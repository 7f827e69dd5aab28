//! A store that the engine gave up is opened anew.
//!
//! When the engine cannot finish a checkpoint, for want of room above all, it gives the whole store
//! up: every call fails from then on. What was committed is in its log, so opening the store anew
//! brings everything back, and only what is asked meanwhile fails. The same is done when the writer
//! panics. A store that was written anew is opened in the same way, only that whoever asks waits.

use std::{panic::AssertUnwindSafe, time::Duration};

use tokio::sync::mpsc::{Receiver, error::TryRecvError};

use super::{
    erase::Copied,
    open::{OpenOptions, connect},
    reader::Readers,
    writer::{Ended, Job, Shared, Writer, answer},
};
use crate::{RewrittenFile, StoreError, chain};

/// Time between two attempts to open.
const REST: Duration = Duration::from_secs(2);
/// Time between two looks at what waits, while the store is closed.
const LOOK_INTERVAL: Duration = Duration::from_millis(50);

/// Writes what comes until the end is asked for or the last sender is gone.
pub(super) fn write(
    mut writer: Writer,
    mut jobs: Receiver<Job>,
    readers: &Readers,
    options: &OpenOptions,
    shared: &Shared,
) {
    loop {
        let reason = match run(writer, &mut jobs) {
            Ended::Closed => return,
            Ended::Copied(copied, reply) => match put_in_place(copied, readers, options, shared) {
                Ok((opened, files)) => {
                    answer(reply, files);
                    writer = opened;
                    continue;
                }
                Err(error) => {
                    let reason = StoreError::Stopped(chain(&error));
                    answer(reply, Err(error));
                    reason
                }
            },
            Ended::GivenUp(reason) => reason,
        };
        tracing::error!(
            error = chain(&reason),
            "store.given_up: the engine closed the store, which is opened anew"
        );
        while !readers.shut() {
            if !refuse_for(LOOK_INTERVAL, &mut jobs, &reason) {
                return;
            }
        }
        writer = loop {
            match reopen(readers, options, shared) {
                Ok(writer) => break writer,
                Err(error) => {
                    tracing::error!(error = chain(&error), "store.reopen failed");
                    if !refuse_for(REST, &mut jobs, &error) {
                        return;
                    }
                }
            }
        };
        writer.put_off_checkpoint();
        tracing::warn!("store.reopened");
    }
}

/// Writes until the engine gives the store up, or something panics: what is in memory may then be half
/// done, and is read anew like everything else.
fn run(writer: Writer, jobs: &mut Receiver<Job>) -> Ended {
    let ran = std::panic::catch_unwind(AssertUnwindSafe(|| writer.run(jobs)));
    ran.unwrap_or_else(|_panic| {
        Ended::GivenUp(StoreError::Stopped(
            "the writer panicked; see the log".to_owned(),
        ))
    })
}

/// Opens the store from a file that was written anew, or from the old one where that cannot be closed; with
/// the writer is returned what became of it.
fn put_in_place(
    copied: Copied,
    readers: &Readers,
    options: &OpenOptions,
    shared: &Shared,
) -> Result<(Writer, Result<Vec<RewrittenFile>, StoreError>), StoreError> {
    let files = if readers.rest() {
        copied.put_in_place()
    } else {
        // A new connection is to the same file, as long as a question has one.
        Err(StoreError::Busy)
    };
    let writer = reopen(readers, options, shared)?;
    Ok((writer, files))
}

fn reopen(readers: &Readers, options: &OpenOptions, shared: &Shared) -> Result<Writer, StoreError> {
    let connection = connect(&options.file(), options)?;
    readers.reopen(&connection)?;
    Writer::new(connection, options, shared.clone())
}

/// Refuses what comes, for as long as the store is closed for this reason; returns false at the end.
fn refuse_for(time: Duration, jobs: &mut Receiver<Job>, reason: &StoreError) -> bool {
    let error = match reason {
        StoreError::DiskFull => StoreError::DiskFull,
        // Whatever it is, it is not the caller's fault, and trying again may help.
        other => StoreError::Stopped(chain(other)),
    };
    for _ in 0..time.as_millis() / LOOK_INTERVAL.as_millis() {
        match jobs.try_recv() {
            Ok(job) => {
                if job.refuse(&error) {
                    return false;
                }
            }
            Err(TryRecvError::Empty) => std::thread::sleep(LOOK_INTERVAL),
            Err(TryRecvError::Disconnected) => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use std::pin::pin;

    use domain::time::Instant;
    use tokio::time::{sleep, timeout};

    use super::*;
    use crate::{EventLog as _, EventStore as _, duckdb::DuckDbStore};

    const SOON: Duration = Duration::from_secs(20);

    async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
        let waiting = async {
            while !holds().await {
                sleep(Duration::from_millis(5)).await;
            }
        };
        timeout(SOON, waiting).await.expect(what);
    }

    fn is_stopped<T>(answer: &Result<T, StoreError>) -> bool {
        matches!(answer, Err(StoreError::Stopped(_)))
    }

    #[tokio::test]
    async fn a_writer_that_panics_is_noticed_and_the_store_is_opened_anew() {
        let folder = tempfile::tempdir().unwrap();
        let store = DuckDbStore::open(&OpenOptions::new(folder.path())).unwrap();
        // A question under way keeps the store closed until it has ended.
        let (end, ended) = std::sync::mpsc::channel::<()>();
        let mut question = pin!(store.readers.run_long(move |_| Ok(ended.recv().is_ok())));
        assert!(
            timeout(Duration::from_millis(50), &mut question)
                .await
                .is_err()
        );
        let broken = store
            .ask::<()>(|reply| {
                Job::Run(Box::new(move || assert!(reply.is_closed(), "out of luck")))
            })
            .await;
        assert!(is_stopped(&broken), "{broken:?}");
        let ping = async || is_stopped(&store.ping().await);
        until("health does not notice", ping).await;
        let long_ago = Instant::from_millis(0);
        let written = timeout(SOON, store.delete_before(long_ago)).await.unwrap();
        let Err(StoreError::Stopped(reason)) = written else {
            panic!("{written:?}");
        };
        assert!(reason.contains("the writer panicked"), "{reason}");
        assert!(is_stopped(&store.aged(long_ago).await));
        end.send(()).unwrap();
        assert!(question.await.unwrap());
        let ping = async || store.ping().await.is_ok();
        until("the store is not opened anew", ping).await;
        until("the writer does not go on", async || {
            store.delete_before(long_ago).await.is_ok()
        })
        .await;
        assert!(store.aged(long_ago).await.unwrap().is_none());
        store.close().await.unwrap();
    }
}
