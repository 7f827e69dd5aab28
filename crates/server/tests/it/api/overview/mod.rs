//! Questions without rows of people.

mod bots;
mod channels;
mod condensed;
mod content;
mod dashboard;
mod growth;
mod lifecycle;
mod messages;
mod retention;
