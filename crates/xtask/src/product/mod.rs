//! The product under test: built, fed, started and asked as its users do it.

mod binary;
mod build;
mod client;
mod postgres;
mod service;

pub(crate) use binary::{Binary, Imported};
pub(crate) use build::build;
pub(crate) use client::Client;
pub(crate) use postgres::{CHAT_TABLES, Postgres, said};
pub(crate) use service::Service;
