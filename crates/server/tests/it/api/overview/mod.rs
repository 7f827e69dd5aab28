//! Questions without rows of people.

mod bots;
mod care;
mod changes;
mod channel;
mod channels;
mod channels_law;
mod content;
mod dashboard;
mod filled;
mod growth;
mod lifecycle;
mod messages;
mod platform_health;
mod realtime;
mod responses;
mod retention;
mod terms;
