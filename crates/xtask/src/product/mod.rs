//! The product under test: built, fed, started and asked as its users do it.

mod binary;
mod build;
mod client;
mod service;

pub(crate) use binary::{Binary, Imported};
pub(crate) use build::build;
pub(crate) use client::Client;
pub(crate) use service::Service;
