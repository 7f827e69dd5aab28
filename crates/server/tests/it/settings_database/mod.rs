//! Keys and settings in Postgres, and several instances that share them: a real server, the real binary.

mod kept;
mod leader;
mod roles;

use crate::{
    postgres::server::Server,
    support::{Home, Service},
};

/// A server, and its address with a password, which trusts everybody.
struct Shared {
    server: Server,
    url: String,
}

/// What no log and no message may hold.
const PASSWORD: &str = "hunter2-of-the-settings";

impl Shared {
    async fn start() -> Self {
        let server = Server::start().await;
        let url = server
            .url("postgres")
            .replace("postgres@", &format!("postgres:{PASSWORD}@"));
        Self { server, url }
    }

    fn environment<'a>(&'a self, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
        let mut environment = vec![("ANALYTICS_DATABASE_URL", self.url.as_str())];
        environment.extend(more);
        environment
    }

    fn service(&self, home: &Home) -> Service {
        home.start(&self.environment(&[]))
    }
}
