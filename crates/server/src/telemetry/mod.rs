//! What the service says of itself: logs and counters.

mod counters;
mod log;

pub use counters::{InFlight, Telemetry};
pub use log::init_log;
