//! Questions without rows of people.

mod bots;
mod changes;
mod channels;
mod content;
mod dashboard;
mod filled;
mod growth;
mod lifecycle;
mod messages;
mod realtime;
mod responses;
mod retention;
