//! Questions without rows of people.

mod channels;
mod condensed;
mod content;
mod dashboard;
mod growth;
mod messages;
mod retention;
