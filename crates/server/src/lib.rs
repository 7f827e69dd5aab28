//! The service: one binary, from what arrives to what is answered.
//!
//! Modules in the order of the data's way; what may use what is checked by `cargo xtask layers`.

pub mod blocking;
pub mod client;
pub mod config;
pub mod sheet;
pub mod task;
pub mod telemetry;
pub mod ui;

pub mod auth;
pub mod listen;

pub mod backup;
pub mod erasure;
pub mod importer;
pub mod imports;
pub mod ingest;
pub mod leader;
pub mod retention;
pub mod rollup;
pub mod source;
pub mod stream;

pub mod doctor;

pub mod query;

pub mod report;

pub mod api;

pub mod app;
pub mod cli;
