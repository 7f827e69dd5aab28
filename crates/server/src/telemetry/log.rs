//! Logs: JSON for machines, text for people.

use tracing_subscriber::{EnvFilter, layer::SubscriberExt as _, util::SubscriberInitExt as _};

/// Starts to write logs to standard error. Later calls change nothing.
///
/// `level` is a level's name, or a filter such as `info,store=debug`.
pub fn init_log(level: &str, json: bool) {
    let filter = EnvFilter::try_new(level).unwrap_or_else(|_invalid| EnvFilter::new("info"));
    let registry = tracing_subscriber::registry().with(filter);
    let started = if json {
        let layer = tracing_subscriber::fmt::layer()
            .json()
            .flatten_event(true)
            .with_current_span(false)
            .with_span_list(false)
            .with_writer(std::io::stderr);
        registry.with(layer).try_init()
    } else {
        let layer = tracing_subscriber::fmt::layer()
            .compact()
            .with_writer(std::io::stderr);
        registry.with(layer).try_init()
    };
    if started.is_err() {
        tracing::debug!("logs were started already");
    }
}
