//! Questions without rows of people.

mod bots;
mod channels;
mod content;
mod dashboard;
mod filled;
mod growth;
mod lifecycle;
mod messages;
mod responses;
mod retention;
