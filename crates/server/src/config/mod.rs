//! Every setting of the service: declared once, read once, refused in sentences.
//!
//! A setting is declared in its file under [`section`]; the typed [`Config`], the reading, the
//! [`reference()`] and [`print()`] all come from that declaration. [`load()`] puts environment over
//! file over default, collects everything that is wrong, and warns of what is probably not meant.
//! Nothing else in the service reads the environment.
//!
//! Secrets are [`secrecy::SecretString`]s: neither `Debug`, nor [`print()`], nor any sentence of a
//! [`Problem`] or [`Warning`] shows one.

mod file;
pub mod kind;
mod load;
mod print;
mod problem;
mod reader;
mod reference;
mod rules;
pub mod section;
pub mod setting;
mod value;

#[cfg(test)]
mod tests;

pub use kind::{ByteSize, ConnectionUrl, JwtKey, Roles, SampleRates};
pub use load::{environment, load, load_on};
pub use print::{print, without_effect};
pub use problem::{ConfigError, Problem, Warning};
pub use reader::{Place, Source, Sources};
pub use reference::reference;
pub use rules::{Rule, Verdict, rules};
pub use section::{
    Access, AuthMode, ClickHouse, Config, Connections, Database, Ingest, Insight, Log, LogFormat,
    LogLevel, MetadataIn, Pages, Privacy, Query, Redis, RedisServer, Reports, SECTIONS, Service,
    SmtpTls, Store, settings,
};
pub use setting::{Machine, Setting};
