//! The mathematics of insights: series in, verdict out.
//!
//! Nothing here reads a file, a clock or randomness of its own; what needs draws takes a seed. A verdict that cannot be
//! given is a [`Reason`], never a number that looks like one. Each method names its source.
//!
//! | word | meaning |
//! |---|---|
//! | series | values of closed, equally long buckets of local time; `None` where a bucket is masked or missing |
//! | season | after how many buckets a series tends to repeat itself: 7 days, 168 hours |
//! | z | how many usual deviations a value is away from what was expected |
//! | budget | how many false alarms a series may give in a year |
#![warn(missing_docs)]
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::float_cmp,
    reason = "formulas keep the letters of their sources, and ranks are computed from lengths"
)]

pub mod anomaly;
pub mod attribution;
pub mod channel;
pub mod churn;
pub mod drivers;
pub mod experiment;
pub mod forecast;
pub mod people;
pub mod reason;
pub mod robust;
pub mod tail;
pub mod trend;
pub mod words;

mod solve;

pub use reason::{Reason, Unknown};
