//! Whether a value is out of the ordinary: by the calendar ([`calendar`]), or in a stream of measurements ([`stream`]).

pub mod calendar;
pub mod stream;
