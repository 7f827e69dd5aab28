//! A memory of answers on a clock that is moved by hand.

mod ages;
mod keys;
mod replies;
mod sharing;

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use domain::{
    clock::ManualClock,
    id::WorkspaceId,
    time::{Instant, WeekStart},
};
use engine::plan::Source;
use serde::Serialize;
use serde_json::Value;
use store::{Changes, Reads};

use super::{
    AnswerCache, Lasting,
    cache::{Basis, Given},
};
use crate::{
    api::error::ApiError,
    query::{Answer, Meta},
};

/// A memory, its clock, and how often something was computed.
struct World {
    cache: AnswerCache,
    clock: Arc<ManualClock>,
    computed: AtomicU64,
    workspace: WorkspaceId,
    /// How many changes there were, and which was the last that concerns the answers.
    changes: AtomicU64,
    last_change: AtomicU64,
}

impl Changes for World {
    fn version(&self) -> u64 {
        self.changes.load(Ordering::SeqCst)
    }

    fn last_change(&self, _: &WorkspaceId, reads: &Reads) -> u64 {
        assert_eq!(*reads, Reads::default());
        self.last_change.load(Ordering::SeqCst)
    }
}

/// An answer that is a number and some text.
#[derive(Serialize)]
struct Counted {
    number: u64,
    text: String,
    meta: Meta,
}

impl Answer for Counted {
    fn meta(&mut self) -> &mut Meta {
        &mut self.meta
    }
}

impl Counted {
    fn new(number: u64, bytes: usize) -> Self {
        let instant = Instant::from_millis(0);
        let meta = Meta {
            request_id: String::new(),
            as_of: instant,
            timezone: "UTC".to_owned(),
            week_start: WeekStart::Monday,
            from: instant,
            to: instant,
            future: false,
            previous_from: None,
            previous_to: None,
            source: Source::Raw,
            timing: None,
            ledger: None,
            cached: false,
            approximate: false,
            privacy: None,
            unknown: Vec::new(),
            merged: Vec::new(),
            annotations: Vec::new(),
            definition: String::new(),
            fields: std::collections::BTreeMap::new(),
        };
        let text = "x".repeat(bytes);
        Self { number, text, meta }
    }
}

impl World {
    /// A memory of 1 MiB.
    fn new(most_age: Duration) -> Self {
        let clock = Arc::new(ManualClock::at(Instant::from_millis(0)));
        Self {
            cache: AnswerCache::new(1 << 20, most_age, Arc::clone(&clock) as _),
            clock,
            computed: AtomicU64::new(0),
            workspace: WorkspaceId::default(),
            changes: AtomicU64::new(0),
            last_change: AtomicU64::new(0),
        }
    }

    /// Something changes.
    fn change(&self, concerns_answers: bool) {
        let number = self.changes.fetch_add(1, Ordering::SeqCst) + 1;
        if concerns_answers {
            self.last_change.store(number, Ordering::SeqCst);
        }
    }

    fn basis(&self) -> Basis<'_> {
        Basis {
            changes: self,
            workspace: &self.workspace,
        }
    }

    async fn give(
        &self,
        key: &str,
        lasting: Lasting,
        compute: impl Future<Output = Result<Counted, ApiError>>,
    ) -> Result<Given, ApiError> {
        let compute = async { Ok((compute.await?, Reads::default())) };
        self.cache.give(key, lasting, &self.basis(), compute).await
    }

    fn at(&self, millis: i64) {
        self.clock.set(Instant::from_millis(millis));
    }

    /// Asks, and answers how often something was computed before, with so many bytes more.
    async fn ask_long(&self, key: &str, lasting: Lasting, bytes: usize) -> Told {
        let compute = async {
            let number = self.computed.fetch_add(1, Ordering::SeqCst);
            tokio::task::yield_now().await;
            Ok(Counted::new(number, bytes))
        };
        Told::by(&self.give(key, lasting, compute).await.unwrap())
    }

    async fn ask(&self, lasting: Lasting) -> (u64, bool) {
        let told = self.ask_long("key", lasting, 0).await;
        (told.number, told.remembered)
    }

    async fn fail(&self) -> ApiError {
        self.fail_with(|| ApiError::NotYet("this")).await
    }

    async fn fail_with(&self, failure: fn() -> ApiError) -> ApiError {
        let compute = async {
            self.computed.fetch_add(1, Ordering::SeqCst);
            tokio::task::yield_now().await;
            Err::<Counted, _>(failure())
        };
        let failed = self.give("key", Lasting::Always, compute).await;
        failed.err().unwrap()
    }
}

/// What an answer tells.
#[derive(Debug, PartialEq, Eq)]
struct Told {
    number: u64,
    remembered: bool,
    tag: String,
}

impl Told {
    fn by(given: &Given) -> Self {
        let body: Value = serde_json::from_slice(&given.body.of_request("id")).unwrap();
        // The body says the same as the header.
        assert_eq!(body["meta"]["cached"], given.remembered);
        Self {
            number: body["number"].as_u64().unwrap(),
            remembered: given.remembered,
            tag: given.tag.to_str().unwrap().to_owned(),
        }
    }
}
