//! What the service says of itself: logs and counters.

mod counters;
mod log;

pub use counters::Telemetry;
pub use log::init_log;
