//! Instants, ranges, grains and spines: local time that is exact over every clock change.

mod change;
mod day;
mod grain;
mod instant;
mod local;
mod local_days;
mod period;
mod previous;
mod range;
mod spine;
mod week_start;
mod window;

pub use day::{Day, DayClock, date_of, day_number, first_day_of, month_of};
pub use grain::Grain;
pub use instant::{Instant, ParseInstantError};
pub use local::{LocalClock, zone};
pub use local_days::LocalDays;
pub use period::{Calendar, Period};
pub use previous::{Compare, days_in, spans_before};
pub use range::Range;
pub use spine::{Bucket, spine};
pub use week_start::WeekStart;
pub use window::{PeriodError, Window, WindowRequest, whole_days};
