//! The stream of events and the shared cache.

use secrecy::SecretString;

use crate::config::kind::{ConnectionUrl, HOST, Maybe, REDIS_URL, SECRET, whole};

section! {
    /// A Redis server carries the stream of events and the cache that several instances share.
    pub struct Redis = "Redis" {
        /// Address of the server; it wins over the other three.
        url: Option<ConnectionUrl> = Maybe(REDIS_URL), "REDIS_URL", later "the Redis stream";

        /// Host of the server.
        host: Option<String> = Maybe(HOST), "REDIS_HOST", later "the Redis stream";

        /// Port of the server.
        port: u16 = whole::<u16>(1, 65_535), "REDIS_PORT", default "6379", later "the Redis stream";

        /// Password of the server.
        password: Option<SecretString> = Maybe(SECRET), "REDIS_PASSWORD", later "the Redis stream";
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
                tls: url.is_tls(),
            });
        }
        Some(RedisServer {
            host: self.host.clone()?,
            port: self.port,
            user: String::new(),
            password: self.password.clone(),
            tls: false,
        })
    }
}
