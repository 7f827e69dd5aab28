//! A store that the engine gave up is opened anew.
//!
//! When the engine cannot finish a checkpoint, for want of room above all, it gives the whole store
//! up: every call fails from then on. What was committed is in its log, so opening the store anew
//! brings everything back, and only what is asked meanwhile fails.

use std::{panic::AssertUnwindSafe, time::Duration};

use tokio::sync::mpsc::{Receiver, error::TryRecvError};

use super::{
    open::{OpenOptions, connect},
    reader::Readers,
    writer::{Job, Shared, Writer},
};
use crate::{StoreError, chain};

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
    while let Some(reason) = run(writer, &mut jobs) {
        tracing::error!(
            error = chain(&reason),
            "store.given_up: the engine closed the store, which is opened anew"
        );
        readers.shut();
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
fn run(writer: Writer, jobs: &mut Receiver<Job>) -> Option<StoreError> {
    let ran = std::panic::catch_unwind(AssertUnwindSafe(|| writer.run(jobs)));
    ran.unwrap_or_else(|_panic| {
        let reason = "the writer panicked; see the log";
        Some(StoreError::Engine(reason.into()))
    })
}

fn reopen(readers: &Readers, options: &OpenOptions, shared: &Shared) -> Result<Writer, StoreError> {
    let connection = connect(&options.file(), options)?;
    readers.reopen(&connection)?;
    Writer::new(connection, options, shared.clone())
}

/// Refuses what comes; returns false at the end.
fn refuse_for(time: Duration, jobs: &mut Receiver<Job>, error: &StoreError) -> bool {
    for _ in 0..time.as_millis() / LOOK_INTERVAL.as_millis() {
        match jobs.try_recv() {
            Ok(job) => {
                if job.refuse(error) {
                    return false;
                }
            }
            Err(TryRecvError::Empty) => std::thread::sleep(LOOK_INTERVAL),
            Err(TryRecvError::Disconnected) => return false,
        }
    }
    true
}
