//! Addresses of databases, which may hold a password.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::{Describe, Kind, Refusal, Secrecy};

/// The address of a database with its credentials.
#[derive(Clone)]
pub struct ConnectionUrl {
    url: SecretString,
    shown: String,
    default_port: u16,
}

impl ConnectionUrl {
    /// Returns the address with its password.
    pub fn expose(&self) -> &str {
        self.url.expose_secret()
    }

    /// Returns the host and the port; `None` when the address names a socket file.
    pub fn host_and_port(&self) -> Option<(String, u16)> {
        let url = self.parsed()?;
        let host = url.host_str().filter(|host| !host.is_empty())?;
        let bare = host
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'));
        Some((
            bare.unwrap_or(host).to_owned(),
            url.port().unwrap_or(self.default_port),
        ))
    }

    /// Returns whether the connection is encrypted from its first byte.
    pub fn is_tls(&self) -> bool {
        self.expose().starts_with("rediss:")
    }

    /// Returns the user and the password as they are, without percent signs.
    pub fn credentials(&self) -> Option<(String, SecretString)> {
        let url = self.parsed()?;
        Some((decoded(url.username()), decoded(url.password()?).into()))
    }

    fn parsed(&self) -> Option<Url> {
        Url::parse(self.expose()).ok()
    }
}

impl fmt::Display for ConnectionUrl {
    /// Writes the address without its password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

impl fmt::Debug for ConnectionUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ConnectionUrl({})", self.shown)
    }
}

/// Addresses with one of some schemes.
pub struct ConnectionUrlKind {
    schemes: &'static [&'static str],
    default_port: u16,
    example: &'static str,
}

/// The address of a Postgres database.
pub const POSTGRES_URL: ConnectionUrlKind = ConnectionUrlKind {
    schemes: &["postgres", "postgresql"],
    default_port: 5432,
    example: "postgres://user:password@host:5432/database",
};

/// The address of a Redis server.
pub const REDIS_URL: ConnectionUrlKind = ConnectionUrlKind {
    schemes: &["redis", "rediss"],
    default_port: 6379,
    example: "redis://:password@host:6379/0",
};

impl Describe for ConnectionUrlKind {
    fn accepts(&self) -> String {
        format!("an address like `{}`", self.example)
    }

    fn secrecy(&self) -> Secrecy {
        Secrecy::Partly
    }
}

impl Kind for ConnectionUrlKind {
    type Value = ConnectionUrl;

    fn parse(&self, text: &str) -> Result<ConnectionUrl, Refusal> {
        let encode = || {
            Refusal::hint(
                "In user and password write `@` as `%40`, `/` as `%2F`, `#` as `%23`, `?` as \
                 `%3F`, `:` as `%3A` and `%` as `%25`.",
            )
        };
        let url = Url::parse(text).map_err(|_| encode())?;
        if !self.schemes.contains(&url.scheme()) {
            return Err(Refusal::hint(format!(
                "The scheme must be `{}`.",
                self.schemes.join("` or `")
            )));
        }
        if url.cannot_be_a_base() || url.fragment().is_some() || url.path().contains('@') {
            return Err(encode());
        }
        Ok(ConnectionUrl {
            shown: without_password(url),
            url: text.into(),
            default_port: self.default_port,
        })
    }

    fn show(&self, value: &ConnectionUrl) -> String {
        value.shown.clone()
    }
}

fn without_password(mut url: Url) -> String {
    // Fails only for addresses without a host, which have no password there either.
    let _ = url.set_password(None);
    if url.query().is_some() {
        let open: Vec<(String, String)> = url
            .query_pairs()
            .filter(|(name, _)| !name.to_ascii_lowercase().contains("pass"))
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect();
        url.set_query(None);
        if !open.is_empty() {
            url.query_pairs_mut().extend_pairs(open);
        }
    }
    url.into()
}

fn decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text)
        .decode_utf8_lossy()
        .into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_shown_without_its_password() {
        for (text, shown) in [
            ("postgres://u:hunter2@db:5433/x", "postgres://u@db:5433/x"),
            (
                "postgresql://db/x?user=u&password=hunter2&sslmode=disable",
                "postgresql://db/x?user=u&sslmode=disable",
            ),
            (
                "postgres:///x?host=/run/pg&sslpassword=hunter2",
                "postgres:///x?host=%2Frun%2Fpg",
            ),
        ] {
            let url = POSTGRES_URL.parse(text).unwrap();
            assert_eq!(POSTGRES_URL.show(&url), shown);
            assert_eq!(url.expose(), text);
            assert!(!format!("{url:?} {url}").contains("hunter2"));
        }
    }

    #[test]
    fn host_port_and_credentials() {
        let url = REDIS_URL.parse("redis://me:a%40b@[::1]/0").unwrap();
        assert_eq!(url.host_and_port(), Some(("::1".to_owned(), 6379)));
        let (user, password) = url.credentials().unwrap();
        assert_eq!((user.as_str(), password.expose_secret()), ("me", "a@b"));
        assert!(!url.is_tls() && REDIS_URL.parse("rediss://h").unwrap().is_tls());
        let socket = POSTGRES_URL.parse("postgres:///x?host=/run/pg").unwrap();
        assert_eq!(socket.host_and_port(), None);
        let url = POSTGRES_URL.parse("postgres://u@db/x").unwrap();
        assert_eq!(url.host_and_port(), Some(("db".to_owned(), 5432)));
        assert!(url.credentials().is_none());
    }

    #[test]
    fn a_refusal_says_how_to_write_a_password() {
        for bad in [
            "postgres://u:pa#ss@db/x",
            "postgres://u:p/q@db/x",
            "postgres://u:1/q@db/x",
            "db:5432",
        ] {
            assert!(POSTGRES_URL.parse(bad).unwrap_err().hint.is_some(), "{bad}");
        }
        let wrong = POSTGRES_URL.parse("mysql://u@db/x").unwrap_err();
        assert_eq!(
            wrong.hint.unwrap(),
            "The scheme must be `postgres` or `postgresql`."
        );
    }
}
