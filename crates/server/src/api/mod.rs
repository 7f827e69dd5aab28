//! HTTP: the whole API is in [`router`](router()), one file for each resource beside it.

mod body;
mod cached;
mod catalogue;
mod disabled;
mod error;
mod events;
mod export;
mod guard;
mod hasura;
mod health;
mod insights;
mod ledger;
mod openapi;
mod overview;
mod params;
mod records;
mod reports;
mod request;
mod router;
mod state;
mod track;
mod users;

pub use body::Rooms;
pub use cached::AnswerCache;
pub use disabled::disabled;
pub use error::CODES;
pub use health::VERSION;
pub use openapi::openapi;
pub use records::{ChannelBody, PersonBody, RecordsAnswer, RecordsBody};
pub use router::{Service, router};
pub use state::{ApiState, BodyLimits};
