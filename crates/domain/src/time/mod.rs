//! Instants, ranges, grains and spines: local time that is exact over every clock change.

mod grain;
mod instant;
mod local;
mod period;
mod range;
mod spine;

pub use grain::Grain;
pub use instant::{Instant, ParseInstantError};
pub use local::{LocalClock, zone};
pub use period::{Compare, Period, PeriodError, Window, WindowRequest};
pub use range::Range;
pub use spine::{Bucket, spine};
