//! Counters for Prometheus, under the names that nself's plugins share.

use std::{sync::Arc, time::Duration};

use metrics::{
    counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram,
    with_local_recorder,
};
use metrics_exporter_prometheus::{
    Matcher, PrometheusBuilder, PrometheusHandle, PrometheusRecorder,
};

/// Bounds of the request durations, in seconds.
const SECONDS: [f64; 12] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0,
];

/// Counts what happens; cheap to clone.
#[derive(Clone)]
pub struct Telemetry {
    recorder: Arc<PrometheusRecorder>,
    handle: PrometheusHandle,
}

impl Telemetry {
    /// Returns counters at zero; `version` names what is running.
    pub fn new(version: &'static str) -> Self {
        let durations = Matcher::Suffix("duration_seconds".to_owned());
        let recorder = PrometheusBuilder::new()
            .add_global_label("plugin", "analytics")
            .set_buckets_for_metric(durations, &SECONDS)
            .map_or_else(
                |_empty_buckets| PrometheusBuilder::new().build_recorder(),
                PrometheusBuilder::build_recorder,
            );
        let handle = recorder.handle();
        let telemetry = Self {
            recorder: Arc::new(recorder),
            handle,
        };
        telemetry.with(describe);
        telemetry.with(|| gauge!("nself_plugin_build_info", "version" => version).set(1.0));
        telemetry
    }

    fn with<T>(&self, count: impl FnOnce() -> T) -> T {
        with_local_recorder(self.recorder.as_ref(), count)
    }

    /// Counts a request as long as what is returned lives, also when nobody waits for the answer.
    pub fn request_begins(&self) -> InFlight {
        self.with(|| gauge!("nself_plugin_in_flight_requests").increment(1.0));
        InFlight(self.clone())
    }

    /// Counts a request that ended.
    pub fn request_ends(&self, route: &str, method: &str, status: u16, took: Duration) {
        let (route, method) = (route.to_owned(), method.to_owned());
        self.with(|| {
            histogram!("nself_plugin_request_duration_seconds", "route" => route.clone(), "method" => method.clone())
                .record(took.as_secs_f64());
            counter!("nself_plugin_requests_total", "route" => route, "method" => method, "status" => status.to_string())
                .increment(1);
        });
    }

    /// Counts an error by its code.
    pub fn error(&self, kind: &'static str) {
        self.with(|| counter!("nself_plugin_errors_total", "kind" => kind).increment(1));
    }

    /// Counts an answer by whether it was remembered or computed.
    pub fn answer(&self, remembered: bool) {
        let result = if remembered { "hit" } else { "miss" };
        self.with(|| {
            counter!("nself_plugin_cache_requests_total", "result" => result).increment(1);
        });
    }

    /// Says how many bytes the remembered answers fill.
    pub fn answers_fill(&self, bytes: u64) {
        self.with(|| gauge!("nself_plugin_cache_bytes").set(bytes as f64));
    }

    /// Counts events by what became of them.
    pub fn events<const N: usize>(&self, outcomes: [(&'static str, u64); N]) {
        self.with(|| {
            for (outcome, number) in outcomes {
                counter!("analytics_events_total", "outcome" => outcome).increment(number);
            }
        });
    }

    /// Tells how many days wait to be filled, and how many seconds the oldest of them has waited.
    pub fn days_waiting(&self, days: usize, oldest_seconds: f64) {
        self.with(|| {
            gauge!("analytics_ledger_dirty_days").set(days as f64);
            gauge!("analytics_ledger_oldest_dirty_seconds").set(oldest_seconds);
        });
    }

    /// Counts a day that was filled.
    pub fn day_filled(&self, events: u64, took: Duration) {
        self.with(|| {
            counter!("analytics_rollup_days_filled_total").increment(1);
            counter!("analytics_rollup_events_counted_total").increment(events);
            histogram!("analytics_rollup_fill_duration_seconds").record(took.as_secs_f64());
        });
    }

    /// Tells whether the server of the stream answers.
    pub fn stream_connected(&self, answers: bool) {
        self.with(|| gauge!("analytics_stream_connected").set(f64::from(u8::from(answers))));
    }

    /// Tells how many entries the stream has, how many nobody was given and how many are not acknowledged, and how
    /// many seconds ago the oldest of these was added.
    pub fn stream_load(&self, length: u64, lag: Option<u64>, pending: u64, oldest_seconds: f64) {
        self.with(|| {
            gauge!("analytics_stream_length").set(length as f64);
            if let Some(lag) = lag {
                gauge!("analytics_stream_lag").set(lag as f64);
            }
            gauge!("analytics_stream_pending").set(pending as f64);
            gauge!("analytics_stream_oldest_seconds").set(oldest_seconds);
        });
    }

    /// Counts entries of the stream by what became of them.
    pub fn stream_entries(&self, outcome: &'static str, number: u64) {
        self.with(|| {
            counter!("analytics_stream_entries_total", "outcome" => outcome).increment(number);
        });
    }

    /// Tells whether this instance leads.
    pub fn leads(&self, leads: bool) {
        self.with(|| gauge!("analytics_leader").set(f64::from(u8::from(leads))));
    }

    /// Counts a background task that failed and is restarted.
    pub fn task_failed(&self, task: &'static str) {
        self.with(|| counter!("analytics_task_failures_total", "task" => task).increment(1));
    }

    /// Counts and logs every panic of this process from now on, on whatever thread.
    pub fn count_panics(&self) {
        let telemetry = self.clone();
        std::panic::set_hook(Box::new(move |info| {
            telemetry.with(|| counter!("analytics_panics_total").increment(1));
            let at = info.location().map(ToString::to_string);
            let message = info.payload_as_str().unwrap_or("no text");
            tracing::error!(at, message, "panic");
        }));
    }

    /// Returns the counters in Prometheus's text form.
    pub fn render(&self) -> String {
        self.handle.run_upkeep();
        self.handle.render()
    }
}

/// Says what each of them means, as Prometheus shows it.
fn describe() {
    describe_gauge!(
        "nself_plugin_build_info",
        "Always 1; the label names the version that runs"
    );
    describe_gauge!(
        "nself_plugin_in_flight_requests",
        "Requests being answered now"
    );
    describe_histogram!(
        "nself_plugin_request_duration_seconds",
        "Time from a request to its answer, by route and method"
    );
    describe_counter!(
        "nself_plugin_requests_total",
        "Requests answered, by route, method and status"
    );
    describe_counter!(
        "nself_plugin_errors_total",
        "Requests refused or failed, by the code of the error"
    );
    describe_counter!(
        "nself_plugin_cache_requests_total",
        "Questions by whether their answer was remembered (hit) or computed (miss)"
    );
    describe_gauge!(
        "nself_plugin_cache_bytes",
        "Bytes that remembered answers take"
    );
    describe_counter!(
        "analytics_events_total",
        "Events that were sent, by what became of them"
    );
    describe_counter!(
        "analytics_task_failures_total",
        "Times that a background task failed or panicked and was restarted, by task"
    );
    describe_gauge!(
        "analytics_leader",
        "1 in the instance that fills days, removes what is old and reads the chat's database, 0 in others"
    );
    describe_counter!(
        "analytics_panics_total",
        "Panics, on whatever thread: each is a fault of this program"
    );
    describe_stream();
    describe_gauge!(
        "analytics_ledger_dirty_days",
        "Days with events that their rollups do not hold yet"
    );
    describe_gauge!(
        "analytics_ledger_oldest_dirty_seconds",
        "Seconds since the longest waiting of those days changed"
    );
    describe_counter!(
        "analytics_rollup_days_filled_total",
        "Days whose rollups were made"
    );
    describe_counter!(
        "analytics_rollup_events_counted_total",
        "Events counted to make them"
    );
    describe_histogram!(
        "analytics_rollup_fill_duration_seconds",
        "Time to make the rollups of a day"
    );
}

/// Says what those of the stream mean.
fn describe_stream() {
    describe_gauge!(
        "analytics_stream_connected",
        "1 while the Redis server of the stream answers, else 0"
    );
    describe_gauge!("analytics_stream_length", "Entries of the stream");
    describe_gauge!(
        "analytics_stream_lag",
        "Entries of the stream that no instance was given"
    );
    describe_gauge!(
        "analytics_stream_pending",
        "Entries of the stream that an instance was given and that are not acknowledged"
    );
    describe_gauge!(
        "analytics_stream_oldest_seconds",
        "Seconds since the oldest entry was added that is not acknowledged"
    );
    describe_counter!(
        "analytics_stream_entries_total",
        "Entries of the stream, by what became of them"
    );
}

/// A request that is being answered.
pub struct InFlight(Telemetry);

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0
            .with(|| gauge!("nself_plugin_in_flight_requests").decrement(1.0));
    }
}
