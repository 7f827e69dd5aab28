//! Kinds of values: each turns a text into a value, a value into a text, and says what it accepts.
//!
//! A kind knows nothing of names, files or defaults; the reader puts its refusals into
//! sentences. A refusal never repeats the text, whatever the kind: any variable may hold a secret or
//! an address with a password by mistake.

mod choice;
mod jwt;
mod network;
mod page;
mod roles;
mod sample;
mod secret;
mod size;
mod span;
mod stream_key;
mod text;
mod url;
mod weights;
mod whole;
mod zone;

pub use choice::{Choice, FLAG};
pub use jwt::{JWT_KEY, JwtKey};
pub use network::{LISTEN_ADDRESS, NETWORKS, ORIGINS, origin};
pub use page::{ANCESTORS, WEB_ORIGIN};
pub use roles::{ROLES, Roles};
pub use sample::{SAMPLE, SampleRates};
pub use secret::{SECRET, SHOWN_SECRET};
pub use size::{ByteSize, Size};
pub use span::{Span, Unit};
pub use stream_key::STREAM_KEY;
pub use text::{BANNED, FOLDER, HOST, HOSTS, IDENTIFIER, LOGIN, SENDER, TEXT};
pub use url::{ConnectionUrl, POSTGRES_URL, REDIS_URL};
pub use weights::HEALTH_WEIGHTS;
pub use whole::whole;
pub use zone::ZONE;

/// Why a text was refused, beside what would have been accepted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Refusal {
    /// One more sentence that helps with this text.
    pub hint: Option<String>,
}

impl Refusal {
    /// Returns a refusal with a sentence that helps.
    pub fn hint(sentence: impl Into<String>) -> Self {
        Self {
            hint: Some(sentence.into()),
        }
    }
}

/// What can be said of a kind without a value.
pub trait Describe: Sync {
    /// Returns what is accepted, as the end of "must be …".
    fn accepts(&self) -> String;

    /// Returns whether a value is a secret, of which nothing is shown but that it is set.
    fn is_secret(&self) -> bool {
        false
    }
}

/// Reads and shows the values of a setting.
pub trait Kind: Describe {
    /// What a text becomes.
    type Value;

    /// Returns the value of a text that is not empty.
    fn parse(&self, text: &str) -> Result<Self::Value, Refusal>;

    /// Returns the value that stands for "not set", if there is one.
    fn absent(&self) -> Option<Self::Value> {
        None
    }

    /// Returns a text that may be shown, and that parses to the same value unless it is secret.
    fn show(&self, value: &Self::Value) -> String;
}

/// A kind whose value may be missing.
pub struct Maybe<K>(pub K);

impl<K: Describe> Describe for Maybe<K> {
    fn accepts(&self) -> String {
        self.0.accepts()
    }

    fn is_secret(&self) -> bool {
        self.0.is_secret()
    }
}

impl<K: Kind> Kind for Maybe<K> {
    type Value = Option<K::Value>;

    fn parse(&self, text: &str) -> Result<Self::Value, Refusal> {
        self.0.parse(text).map(Some)
    }

    fn absent(&self) -> Option<Self::Value> {
        Some(None)
    }

    fn show(&self, value: &Self::Value) -> String {
        value
            .as_ref()
            .map(|value| self.0.show(value))
            .unwrap_or_default()
    }
}

/// Returns the parts of a list that is separated by commas.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty())
}
