//! What things mean: events, metrics, dimensions, time, filters and queries.
//!
//! No IO, no async, no clock, no randomness: everything here is a pure function of its arguments,
//! so it compiles in seconds and is tested by laws.
//!
//! | word | meaning |
//! |---|---|
//! | event | one thing that happened in the chat, counted once by its [`id::EventId`] |
//! | metric | a number with a definition, see [`metric::Metric`] |
//! | dimension | what a metric is split by, see [`dimension::Dimension`] |
//! | filter | which events count, see [`filter::Filter`] |
//! | range | half-open span of instants, see [`time::Range`] |
//! | spine | the exact list of buckets of a range in a zone, see [`time::spine`] |
//! | group | the different people behind a number, see [`privacy::Privacy`] |
//! | query | a validated question, see [`query::Query`] |
//! | amount | an exact sum of weights, see [`ratio::Amount`] |
//! | annotation | what happened at a time, beside its numbers, see [`annotation::Annotation`] |
//! | erasure | what names a person, and texts without it, see [`erasure::Traces`] |
//! | funnel | steps that people go through within a time, see [`funnel::Funnel`] |
//! | health part | what the score of platform health is made of, see [`health::HealthPart`] |
//! | report | which numbers of which span somebody wants, see [`report::Report`] |
#![warn(missing_docs)]

pub mod clock;
pub mod id;
pub mod json;
pub mod ratio;
pub mod text;
pub mod warning;

pub mod content;
pub mod event;

pub mod annotation;
pub mod compare;
pub mod engagement;
pub mod erasure;
pub mod record;
pub mod report;
pub mod time;

pub mod dimension;
pub mod filter;
pub mod funnel;
pub mod health;
pub mod metric;

pub mod privacy;
pub mod query;
pub mod segment;
pub mod view;
