//! The HTTP API as its clients meet it. Modules mirror `src/api`; the rest is what they share.

mod chat;
mod difference;
pub(crate) mod refusal;
mod shape;

mod annotations;
mod cached;
mod client;
mod disabled;
mod erasures;
mod events;
mod export;
mod funnels;
mod guard;
mod health;
mod ledger;
mod merges;
mod meta;
mod openapi;
mod overview;
mod params;
mod people;
mod private;
mod product;
mod records;
mod reports;
mod request;
mod router;
mod segments;
mod semantic;
mod sessions;
mod setup;
mod source;
mod sql;
mod tables;
mod track;
mod users;
mod views;
mod workspaces;

use difference::assert_same;
