//! HTTP: the whole API is in [`router`](router()), one file for each resource beside it.

mod body;
mod cached;
mod catalogue;
mod codes;
mod disabled;
mod error;
mod events;
mod export;
mod fields;
mod guard;
mod hasura;
mod health;
mod insights;
mod ledger;
mod name;
mod nearest;
mod openapi;
mod overview;
mod params;
mod records;
mod reports;
mod request;
mod router;
mod state;
mod track;
mod unknown;
mod users;

pub use body::Rooms;
pub use cached::AnswerCache;
pub use codes::{CODES, Code};
pub use disabled::disabled;
pub use health::VERSION;
pub use openapi::openapi;
pub use records::{ChannelBody, PersonBody, RecordsAnswer, RecordsBody};
pub use router::{Service, router};
pub use state::{ApiState, BodyLimits};
