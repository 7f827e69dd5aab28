//! Whether a value is out of the ordinary, by the calendar.

pub mod calendar;
