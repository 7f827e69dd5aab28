//! What fits into what: memory, queues, batches and ports.

use std::time::Duration;

use super::{Rule, Verdict, when};
use crate::config::Config;

/// Rules about what fits into what.
pub(super) const RULES: &[Rule] = &[
    Rule {
        verdict: Verdict::Refuse,
        about: &["ANALYTICS_STORE_MEMORY", "ANALYTICS_MEMORY"],
        doc: "the store may use all the memory there is",
        check: |config| {
            let (store, all) = (config.store.memory, config.service.memory);
            when(store >= all, || {
                format!(
                    "ANALYTICS_STORE_MEMORY is {store}, which leaves nothing of ANALYTICS_MEMORY \
                     ({all}) to the rest: half of it is a good share."
                )
            })
        },
    },
    Rule {
        verdict: Verdict::Refuse,
        about: &["ANALYTICS_CACHE_MEMORY", "ANALYTICS_MEMORY"],
        doc: "remembered answers may fill all the memory there is",
        check: |config| {
            let (cache, all) = (config.query.cache_memory, config.service.memory);
            when(cache >= all, || {
                format!(
                    "ANALYTICS_CACHE_MEMORY is {cache}, which leaves nothing of ANALYTICS_MEMORY \
                     ({all}) to the rest: a 32nd part of it is a good share."
                )
            })
        },
    },
    Rule {
        verdict: Verdict::Refuse,
        about: &["ANALYTICS_MAX_BODY", "ANALYTICS_MEMORY"],
        doc: "one request may fill all the memory there is",
        check: |config| {
            let (body, all) = (config.ingest.max_body, config.service.memory);
            when(body >= all, || {
                format!(
                    "ANALYTICS_MAX_BODY is {body}, so one request could fill all of \
                     ANALYTICS_MEMORY ({all}): set it lower."
                )
            })
        },
    },
    Rule {
        verdict: Verdict::Refuse,
        about: &["ANALYTICS_MAX_BATCH", "ANALYTICS_QUEUE_EVENTS"],
        doc: "a request that is allowed would never fit the queue",
        check: |config| does_not_fit("ANALYTICS_MAX_BATCH", config.ingest.max_batch, config),
    },
    Rule {
        verdict: Verdict::Refuse,
        about: &["ANALYTICS_BATCH_SIZE", "ANALYTICS_QUEUE_EVENTS"],
        doc: "a batch would never be full",
        check: |config| does_not_fit("ANALYTICS_BATCH_SIZE", config.ingest.batch_size, config),
    },
    Rule {
        verdict: Verdict::Warn,
        about: &["ANALYTICS_FLUSH_INTERVAL"],
        doc: "batches wait for less than 100 milliseconds",
        check: |config| {
            let interval = config.ingest.flush_interval;
            when(interval < Duration::from_millis(100), || {
                format!(
                    "ANALYTICS_FLUSH_INTERVAL is {} milliseconds, which makes many small writes: \
                     for seconds write them like `30s`.",
                    interval.as_millis()
                )
            })
        },
    },
    Rule {
        verdict: Verdict::Refuse,
        about: &["ANALYTICS_REDIS_CLAIM_AFTER", "ANALYTICS_FLUSH_INTERVAL"],
        doc: "entries of the stream are taken over from an instance that still fills its batch",
        check: |config| {
            let (claim, flush) = (config.redis.claim_after, config.ingest.flush_interval);
            let is_used = config.redis.server().is_some() && config.redis.stream.is_some();
            when(is_used && claim <= flush, || {
                format!(
                    "ANALYTICS_REDIS_CLAIM_AFTER is {} seconds, no more than ANALYTICS_FLUSH_INTERVAL \
                     ({} seconds): raise the one or lower the other.",
                    claim.as_secs_f64(),
                    flush.as_secs_f64()
                )
            })
        },
    },
    Rule {
        verdict: Verdict::Warn,
        about: &["ANALYTICS_PORT"],
        doc: "the system chooses the port",
        check: |config| {
            when(config.service.port == 0, || {
                "ANALYTICS_PORT is 0: the system chooses another port at every start, which only \
                 tests can use."
                    .to_owned()
            })
        },
    },
];

fn does_not_fit(name: &str, events: usize, config: &Config) -> Vec<String> {
    let queue = config.ingest.queue_events;
    when(events > queue, || {
        format!(
            "{name} is {events}, more than the {queue} events that may wait \
             (ANALYTICS_QUEUE_EVENTS): lower the one or raise the other."
        )
    })
}
