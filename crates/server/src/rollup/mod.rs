//! Keeping the rollups complete.
//!
//! Answers are exact whatever has been filled: a day that is not complete costs more to ask, that is
//! all. So filling may wait, be broken off and begun again at any time.

mod batches;
mod due;
mod filler;

pub use filler::{Filled, Filler, LastFilled, Round};
