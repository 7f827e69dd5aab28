//! The stream of events.

use std::time::Duration;

use secrecy::SecretString;

use crate::config::kind::{
    ConnectionUrl, HOST, Maybe, REDIS_URL, SECRET, STREAM_KEY, Span, TEXT, Unit, whole,
};

const CLAIM: Span = Span {
    unit: Unit::Seconds,
    min: 1,
    max: 86_400,
};

section! {
    /// A Redis server (6.2 or later) carries the stream of events. Events posted over HTTP are answered once the server
    /// has them, and are in the store after the next batch; while it is away they are written to the store at once.
    pub struct Redis = "Redis" {
        /// Address of the server; it wins over the other three.
        url: Option<ConnectionUrl> = Maybe(REDIS_URL), "REDIS_URL";

        /// Host of the server.
        host: Option<String> = Maybe(HOST), "REDIS_HOST";

        /// Port of the server.
        port: u16 = whole::<u16>(1, 65_535), "REDIS_PORT", default "6379";

        /// Password of the server.
        password: Option<SecretString> = Maybe(SECRET), "REDIS_PASSWORD";

        /// Key of the stream, which producers may add to themselves; `off` leaves the server unused.
        stream: Option<String> = STREAM_KEY, "ANALYTICS_REDIS_STREAM", default "analytics:events";

        /// Consumer group that the instances of one deployment share. Deployments that read one stream need
        /// different ones.
        group: String = TEXT, "ANALYTICS_REDIS_GROUP", default "nchat-analytics";

        /// Time after which entries that an instance took and did not store are taken over by another.
        claim_after: Duration = CLAIM, "ANALYTICS_REDIS_CLAIM_AFTER", default "60";
    }
}

/// Where a Redis server is and how to sign in.
#[derive(Debug, Clone)]
pub struct RedisServer {
    /// Its host.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// The user to sign in as; the server's own default when empty.
    pub user: String,
    /// The password of that user.
    pub password: Option<SecretString>,
    /// The number of the database.
    pub database: u32,
    /// Whether the connection is encrypted.
    pub tls: bool,
}

impl Redis {
    /// Returns the server to use, if one is set; `None` also for a socket file.
    pub fn server(&self) -> Option<RedisServer> {
        if let Some(url) = &self.url {
            let (host, port) = url.host_and_port()?;
            let (user, password) = url.credentials().unzip();
            return Some(RedisServer {
                host,
                port,
                user: user.unwrap_or_default(),
                password,
                database: url.database_number().unwrap_or_default(),
                tls: url.is_tls(),
            });
        }
        Some(RedisServer {
            host: self.host.clone()?,
            port: self.port,
            user: String::new(),
            password: self.password.clone(),
            database: 0,
            tls: false,
        })
    }

    /// Returns the setting that names the server.
    pub const fn setting(&self) -> &'static str {
        if self.url.is_some() {
            "REDIS_URL"
        } else {
            "REDIS_HOST"
        }
    }
}
