//! The Postgres databases: whether their servers take connections.
//!
//! Only that: signing in and reading tables is the business of the sync and of the records.

use super::{Check, reach, severity};
use crate::config::{ConnectionUrl, Database, Sources};

/// Looks at the servers of both databases, once if it is the same one.
pub(super) async fn check(database: &Database, sources: &Sources) -> Vec<Check> {
    let (source, metadata) = (database.source_url.as_ref(), database.metadata_url.as_ref());
    let place = |url: Option<&ConnectionUrl>| url.map(ConnectionUrl::host_and_port);
    let (source_name, metadata) = if place(source) == place(metadata) {
        ("database", None)
    } else {
        ("chat database", metadata)
    };
    let (source, metadata) = tokio::join!(
        server(
            source_name,
            "ANALYTICS_SOURCE_DATABASE_URL",
            source,
            sources
        ),
        server("own database", "ANALYTICS_DATABASE_URL", metadata, sources),
    );
    source.into_iter().chain(metadata).collect()
}

async fn server(
    name: &'static str,
    setting: &str,
    url: Option<&ConnectionUrl>,
    sources: &Sources,
) -> Option<Check> {
    let Some((host, port)) = url?.host_and_port() else {
        return Some(Check::ok(
            name,
            "It is reached through a socket file, which is not tried.",
        ));
    };
    Some(match reach::connect(&host, port).await {
        Ok(_) => Check::ok(name, format!("{host}, port {port} takes connections.")),
        Err(why) => Check::bad(
            severity(setting),
            name,
            format!("{host}, port {port} is not reached: {why}."),
            format!(
                "Start the server, or set {} to where it is as seen from here.",
                sources.variable(setting)
            ),
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::{
        super::fake::{closed_port, serve_once},
        *,
    };
    use crate::{config::load, doctor::Status};

    async fn checked(environment: &[(&str, String)]) -> Vec<Check> {
        let pairs = environment
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.clone()));
        let (config, _) = load(None, pairs).unwrap();
        check(&config.database, &config.sources).await
    }

    #[tokio::test]
    async fn each_server_is_tried_once() {
        assert_eq!(checked(&[]).await, []);
        let chat = format!("postgres://u:secret@127.0.0.1:{}/chat", serve_once(0, ""));
        let checks = checked(&[("DATABASE_URL", chat)]).await;
        assert_eq!((checks.len(), checks[0].name), (1, "database"));
        assert_eq!(checks[0].status, Status::Ok, "{}", checks[0].sentence);

        let chat = format!("postgres://u:secret@127.0.0.1:{}/chat", closed_port());
        let own = "postgres:///x?host=/run/postgresql".to_owned();
        let both = [("DATABASE_URL", chat), ("ANALYTICS_DATABASE_URL", own)];
        let checks = checked(&both).await;
        assert_eq!(
            (checks[0].name, checks[1].name),
            ("chat database", "own database")
        );
        assert_ne!(checks[0].status, Status::Ok);
        assert!(
            checks[0].sentence.contains("refused"),
            "{}",
            checks[0].sentence
        );
        assert!(!format!("{checks:?}").contains("secret"));
        assert!(
            checks[0]
                .next_step
                .as_ref()
                .unwrap()
                .contains("set DATABASE_URL to")
        );
        assert_eq!(checks[1].status, Status::Ok);
    }
}
