//! The store against its contract, with the real engine on a real disk.

mod examples;
mod meta;
mod support;
mod writes;
