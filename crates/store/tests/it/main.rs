//! The store against its contract, with the real engine on a real disk.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test that cannot go on fails, and says what it drew"
)]

mod at_once;
mod blocks;
mod bots;
mod clickhouse_server;
mod clickhouse_sql;
mod conformance;
mod erase;
mod examples;
mod law;
mod listing;
mod memory;
mod merges;
mod names;
mod read_only;
mod retention;
mod rollups;
mod settings;
mod statements;
mod support;
mod writes;
