//! The Postgres databases: whether the server of the chat's takes connections, and whether the settings
//! can be kept in theirs.

use store::{
    chain,
    meta::{MetaError, PostgresMeta},
};

use super::{Check, reach, severity};
use crate::config::{ConnectionUrl, Database, Sources};

/// Looks at the server of the chat's database, and at the database of the settings.
pub(super) async fn check(database: &Database, sources: &Sources) -> Vec<Check> {
    let (source, settings) = tokio::join!(
        server(
            "chat database",
            "ANALYTICS_SOURCE_DATABASE_URL",
            database.source_url.as_ref(),
            sources
        ),
        of_settings(database, sources),
    );
    source.into_iter().chain(settings).collect()
}

/// Looks whether keys and settings can be kept in their database, if they are not in the file.
async fn of_settings(database: &Database, sources: &Sources) -> Option<Check> {
    const NAME: &str = "settings database";
    let address = database.of_metadata()?;
    let variable = sources.variable("ANALYTICS_DATABASE_URL");
    Some(match PostgresMeta::look(address.expose()).await {
        Ok(true) => Check::ok(
            NAME,
            format!("{address} has keys and settings, in the schema {SCHEMA}."),
        ),
        Ok(false) => Check::ok(
            NAME,
            format!("{address} takes keys and settings: the next start makes the schema {SCHEMA}."),
        ),
        Err(MetaError::Schema) => Check::failed(
            NAME,
            format!("{address} takes connections, but the role may not make the schema {SCHEMA}."),
            format!(
                "Let the owner of the database run `CREATE SCHEMA {SCHEMA} AUTHORIZATION` with the name of the role."
            ),
        ),
        Err(error) => Check::failed(
            NAME,
            format!("{address} cannot be used: {}.", chain(&error)),
            format!(
                "Start the server, or set {variable} to where it is as seen from here, with a role that may \
                 sign in."
            ),
        ),
    })
}

const SCHEMA: &str = PostgresMeta::SCHEMA;

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
    async fn each_database_is_tried() {
        assert_eq!(checked(&[]).await, []);
        let chat = format!("postgres://u:secret@127.0.0.1:{}/chat", serve_once(0, ""));
        let checks = checked(&[("DATABASE_URL", chat)]).await;
        assert_eq!((checks.len(), checks[0].name), (1, "chat database"));
        assert_eq!(checks[0].status, Status::Ok, "{}", checks[0].sentence);

        let chat = format!("postgres://u:secret@127.0.0.1:{}/chat", closed_port());
        let own = format!("postgres://u:secret@127.0.0.1:{}/own", closed_port());
        let both = [("DATABASE_URL", chat), ("ANALYTICS_DATABASE_URL", own)];
        let checks = checked(&both).await;
        let names: Vec<_> = checks.iter().map(|check| check.name).collect();
        assert_eq!(names, ["chat database", "settings database"]);
        for (check, variable) in checks
            .iter()
            .zip(["DATABASE_URL", "ANALYTICS_DATABASE_URL"])
        {
            assert_eq!(check.status, Status::Failed);
            assert!(check.sentence.contains("refused"), "{}", check.sentence);
            let step = check.next_step.as_ref().unwrap();
            assert!(step.contains(&format!("set {variable} to")), "{step}");
        }
        assert!(!format!("{checks:?}").contains("secret"));
    }
}
