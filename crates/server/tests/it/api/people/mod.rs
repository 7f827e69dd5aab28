//! Questions about people: lists, one person, life with the chat, habits and features.

mod features;
mod habits;
mod history;
mod lists;
mod newcomers;
mod person;
