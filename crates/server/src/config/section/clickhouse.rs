//! The server to keep events in instead of the embedded store.

use secrecy::SecretString;

use crate::config::kind::{FLAG, HOST, IDENTIFIER, Maybe, SECRET, TEXT, whole};

section! {
    /// The server that keeps the events instead of the embedded store, once its host is set.
    pub struct ClickHouse = "ClickHouse" {
        /// Host of the server; without it events are kept in the embedded store.
        host: Option<String> = Maybe(HOST), "ANALYTICS_CLICKHOUSE_HOST",
            later "the ClickHouse store";

        /// Port of its HTTP interface.
        port: u16 = whole::<u16>(1, 65_535), "ANALYTICS_CLICKHOUSE_PORT", default "8123",
            later "the ClickHouse store";

        /// Database of the tables.
        database: String = IDENTIFIER, "ANALYTICS_CLICKHOUSE_DATABASE",
            default "nchat_analytics", later "the ClickHouse store";

        /// User to sign in as.
        user: String = TEXT, "ANALYTICS_CLICKHOUSE_USER", default "default",
            later "the ClickHouse store";

        /// Password of that user.
        password: Option<SecretString> = Maybe(SECRET), "ANALYTICS_CLICKHOUSE_PASSWORD",
            later "the ClickHouse store";

        /// Whether the server's own cache of answers is used.
        query_cache: bool = FLAG, "ANALYTICS_CLICKHOUSE_QUERY_CACHE", default "false",
            later "the ClickHouse store";

        /// Cluster to create replicated and distributed tables on.
        cluster: Option<String> = Maybe(IDENTIFIER), "ANALYTICS_CLICKHOUSE_CLUSTER",
            later "the ClickHouse store";
    }
}

impl ClickHouse {
    /// Returns the address of the HTTP interface, if a host is set.
    pub fn url(&self) -> Option<String> {
        let host = self.host.as_deref()?;
        let host = if host.contains(':') {
            format!("[{host}]")
        } else {
            host.to_owned()
        };
        Some(format!("http://{host}:{}", self.port))
    }
}
