//! What the service says of itself: logs, counters, and which components are degraded.

mod components;
mod counters;
mod log;

pub use components::{Components, Degradation};
pub use counters::{InFlight, Telemetry};
pub use log::init_log;
