//! Addresses of databases, which may hold a password.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::{Describe, Kind, Refusal};

/// The address of a database with its credentials.
///
/// Written out it is shown without user, password and every parameter that is not known to be
/// harmless.
#[derive(Clone)]
pub struct ConnectionUrl {
    url: SecretString,
    shown: String,
    ignored: Vec<String>,
    default_port: u16,
}

impl ConnectionUrl {
    /// Returns the address with its password, without the parameters that mean nothing here.
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

    /// Returns the number of a database of Redis that the address ends in; `None` where it ends in none.
    pub fn database_number(&self) -> Option<u32> {
        self.path()?.parse().ok()
    }

    /// Returns whether the address ends in something that is no number of a database.
    pub fn has_odd_database(&self) -> bool {
        self.path().is_some_and(|path| path.parse::<u32>().is_err())
    }

    /// Returns what stands behind the host, without slashes around it.
    fn path(&self) -> Option<String> {
        let path = self.parsed()?.path().trim_matches('/').to_owned();
        (!path.is_empty()).then_some(path)
    }

    /// Returns the names of the parameters that mean nothing here.
    pub fn ignored(&self) -> &[String] {
        &self.ignored
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
    /// Parameters with a meaning; the client would log the values of others.
    known: &'static [&'static str],
}

/// Parameters whose values are no secrets, whatever they hold.
const HARMLESS: [&str; 9] = [
    "host",
    "hostaddr",
    "port",
    "dbname",
    "sslmode",
    "ssl-mode",
    "sslrootcert",
    "ssl-root-cert",
    "ssl-ca",
];

/// The address of a Postgres database.
pub const POSTGRES_URL: ConnectionUrlKind = ConnectionUrlKind {
    schemes: &["postgres", "postgresql"],
    default_port: 5432,
    example: "postgres://user:password@host:5432/database",
    known: &[
        "host",
        "hostaddr",
        "port",
        "dbname",
        "user",
        "password",
        "sslmode",
        "ssl-mode",
        "sslrootcert",
        "ssl-root-cert",
        "ssl-ca",
        "sslcert",
        "ssl-cert",
        "sslkey",
        "ssl-key",
        "options",
        "application_name",
        "statement-cache-capacity",
    ],
};

/// The address of a Redis server.
pub const REDIS_URL: ConnectionUrlKind = ConnectionUrlKind {
    schemes: &["redis", "rediss"],
    default_port: 6379,
    example: "redis://:password@host:6379/0",
    known: &[],
};

impl Describe for ConnectionUrlKind {
    fn accepts(&self) -> String {
        format!("an address like `{}`", self.example)
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
        let is_known = |name: &str| self.known.contains(&name) || name.starts_with("options[");
        let names = url.query_pairs().map(|(name, _)| name.into_owned());
        let ignored: Vec<String> = names.filter(|name| !is_known(name)).collect();
        let used = if ignored.is_empty() {
            text.to_owned()
        } else {
            keep_parameters(url.clone(), is_known)
        };
        Ok(ConnectionUrl {
            shown: without_secrets(url),
            url: used.into(),
            ignored,
            default_port: self.default_port,
        })
    }

    fn show(&self, value: &ConnectionUrl) -> String {
        value.shown.clone()
    }
}

fn without_secrets(mut url: Url) -> String {
    // They fail only for addresses without a host, which have neither there. A password that was
    // put in the place of the user is one as well.
    let _ = url.set_password(None);
    let _ = url.set_username("");
    keep_parameters(url, |name| HARMLESS.contains(&name))
}

fn keep_parameters(mut url: Url, keeps: impl Fn(&str) -> bool) -> String {
    if url.query().is_some() {
        let kept: Vec<(String, String)> = url
            .query_pairs()
            .filter(|(name, _)| keeps(name))
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect();
        url.set_query(None);
        if !kept.is_empty() {
            url.query_pairs_mut().extend_pairs(kept);
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
    fn an_address_is_shown_without_its_secrets_and_used_without_what_is_logged() {
        for (text, shown, used) in [
            (
                "postgres://u:hunter2@db:5433/x",
                "postgres://db:5433/x",
                "postgres://u:hunter2@db:5433/x",
            ),
            (
                "postgres://hunter2@db/x",
                "postgres://db/x",
                "postgres://hunter2@db/x",
            ),
            (
                "postgresql://db/x?user=u&password=hunter2&sslmode=disable",
                "postgresql://db/x?sslmode=disable",
                "postgresql://db/x?user=u&password=hunter2&sslmode=disable",
            ),
            (
                "postgres:///x?host=/run/pg&sslpassword=hunter2",
                "postgres:///x?host=%2Frun%2Fpg",
                "postgres:///x?host=%2Frun%2Fpg",
            ),
            (
                "postgres://db/x?passfile=hunter2&options[a]=hunter2&sslkey=hunter2&token=hunter2",
                "postgres://db/x",
                "postgres://db/x?options%5Ba%5D=hunter2&sslkey=hunter2",
            ),
        ] {
            let url = POSTGRES_URL.parse(text).unwrap();
            assert_eq!(POSTGRES_URL.show(&url), shown);
            assert_eq!(url.expose(), used);
            let is_whole = text == used;
            assert_eq!(url.ignored().is_empty(), is_whole);
            assert!(!format!("{url:?} {url} {:?}", url.ignored()).contains("hunter2"));
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
