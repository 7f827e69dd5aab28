//! The service as its users meet it: the real binary, a real store, real HTTP.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::too_many_lines,
    reason = "a test that cannot go on fails, and a table of cases is as long as it is"
)]

mod api;
mod attack;
mod cli;
mod fuzz;
mod import;
mod packaging;
mod pages;
mod postgres;
mod redis_stream;
mod serial;
mod settings_database;
mod smoke;
mod support;
mod uploads;
