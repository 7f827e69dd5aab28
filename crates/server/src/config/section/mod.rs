//! The declarations: one file per section, one line of it per fact about a setting.
//!
//! `section!` makes of them the typed struct, the list of [`Setting`]s that parsing, reference and
//! print go through, and the two functions that read and show each field with its kind. So a
//! setting is added by adding its lines here and nowhere else.

use super::{reader::Reader, setting::Setting};

/// A section of the configuration.
pub struct Declaration {
    /// Its heading.
    pub title: &'static str,
    /// What it is about, in sentences.
    pub(super) intro: &'static str,
    /// Its settings.
    pub settings: &'static [Setting],
}

impl Declaration {
    /// Returns what it is about, in sentences.
    pub fn intro(&self) -> &'static str {
        self.intro.trim_start()
    }
}

/// Declares a section:
///
/// ```text
/// field: Type = KIND, "NAME" or "FALLBACK", default "text", later "what has to come first";
/// ```
///
/// `derived "words" function` takes the place of `default` where the text depends on something.
macro_rules! section {
    (@preset) => { $crate::config::setting::Preset::Unset };
    (@preset default $text:literal) => { $crate::config::setting::Preset::Text($text) };
    (@preset derived $words:literal $compute:path) => {
        $crate::config::setting::Preset::Derived { words: $words, compute: $compute }
    };
    (@later) => { None };
    (@later $thing:literal) => { Some($thing) };
    (
        $(#[doc = $intro:literal])+
        pub struct $Section:ident = $title:literal {
            $(
                $(#[doc = $doc:literal])+
                $field:ident: $type:ty = $kind:expr, $name:literal $(or $fallback:literal)*
                    $(, default $default:literal)?
                    $(, derived $words:literal $compute:path)?
                    $(, later $later:literal)?;
            )+
        }
    ) => {
        $(#[doc = $intro])+
        #[derive(Debug, Clone)]
        pub struct $Section {
            $(
                $(#[doc = $doc])+
                #[doc = concat!("\n\nRead from `", $name, "`.")]
                pub $field: $type,
            )+
        }

        impl $Section {
            pub(in crate::config) const DECLARATION: $crate::config::section::Declaration =
                $crate::config::section::Declaration {
                    title: $title,
                    intro: concat!($($intro),+),
                    settings: &[
                        $($crate::config::setting::Setting {
                            name: $name,
                            fallbacks: &[$($fallback),*],
                            preset: section!(
                                @preset $(default $default)? $(derived $words $compute)?
                            ),
                            kind: &$kind,
                            later: section!(@later $($later)?),
                            doc: concat!($($doc),+),
                        }),+
                    ],
                };

            pub(in crate::config) fn read(
                reader: &mut $crate::config::reader::Reader<'_>,
            ) -> Option<Self> {
                // Every field is read before the first missing one ends it: all problems at once.
                $(let $field = reader.read($name, &$kind);)+
                Some(Self { $($field: $field?),+ })
            }

            pub(in crate::config) fn show(&self) -> Vec<String> {
                vec![$($crate::config::kind::Kind::show(&$kind, &self.$field)),+]
            }
        }
    };
}

mod access;
mod clickhouse;
mod connections;
mod database;
mod ingest;
mod insight;
mod log;
mod pages;
mod privacy;
mod query;
mod redis;
mod reports;
mod service;
mod store;

pub use access::{Access, AuthMode};
pub use clickhouse::ClickHouse;
pub use connections::Connections;
pub use database::{Database, MetadataIn};
pub use ingest::Ingest;
pub use insight::Insight;
pub use log::{Log, LogFormat, LogLevel};
pub use pages::Pages;
pub use privacy::Privacy;
pub use query::Query;
pub use redis::{Redis, RedisServer};
pub use reports::{Reports, SmtpTls};
pub use service::Service;
pub use store::Store;

/// Declares which sections there are, in the order of the reference.
macro_rules! sections {
    ($($(#[$doc:meta])* $field:ident: $Section:ident,)+) => {
        /// Every setting of the service, as it holds.
        #[derive(Debug, Clone)]
        pub struct Config {
            $($(#[$doc])* pub $field: $Section,)+
            /// Where each setting came from.
            pub sources: super::Sources,
        }

        /// Every section with its settings, in the order of the reference.
        pub const SECTIONS: &[Declaration] = &[$($Section::DECLARATION),+];

        impl Config {
            pub(super) fn read(reader: &mut Reader<'_>) -> Option<Self> {
                $(let $field = $Section::read(reader);)+
                Some(Self { $($field: $field?,)+ sources: reader.sources() })
            }

            /// Returns each setting with a text of its value that may be shown, section by section.
            pub fn shown(&self) -> impl Iterator<Item = (&'static Setting, String)> {
                let texts = [$(self.$field.show()),+].into_iter().flatten();
                settings().zip(texts)
            }
        }
    };
}

sections! {
    /// Where the service listens and what it may use of the machine.
    service: Service,
    /// How many connections there may be, and how long each may keep the service waiting.
    connections: Connections,
    /// How events come in.
    ingest: Ingest,
    /// How long events are kept, and how often days are filled.
    store: Store,
    /// How questions are answered.
    query: Query,
    /// What is found without being asked for.
    insight: Insight,
    /// What becomes of reports.
    reports: Reports,
    /// What is kept and shown of people.
    privacy: Privacy,
    /// Who is answered.
    access: Access,
    /// The pages that administrators look at.
    pages: Pages,
    /// Where the chat's history and our own records are.
    database: Database,
    /// The server to keep events in instead of the embedded store.
    clickhouse: ClickHouse,
    /// The stream of events.
    redis: Redis,
    /// What the service says while it runs.
    log: Log,
}

/// Returns every setting, in the order of the reference.
pub fn settings() -> impl Iterator<Item = &'static Setting> {
    SECTIONS.iter().flat_map(|section| section.settings)
}

/// Returns the setting of that name.
pub fn setting(name: &str) -> Option<&'static Setting> {
    settings().find(|setting| setting.name == name)
}
