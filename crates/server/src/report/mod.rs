//! Reports: what is asked for, understood. Making and sending them comes with the report engine.

mod define;

pub use define::{ReportError, Wanted, define};
