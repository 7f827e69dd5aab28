//! The `ClickHouse` server: whether its HTTP interface answers.

use super::{Check, reach, severity};
use crate::config::ClickHouse;

const NAME: &str = "clickhouse";
const SETTING: &str = "ANALYTICS_CLICKHOUSE_HOST";

/// Looks at the server, if one is set.
pub(super) async fn check(clickhouse: &ClickHouse) -> Option<Check> {
    let url = clickhouse.url()?;
    Some(match reach::fetch(&format!("{url}/ping")).await {
        Ok(answer) if answer.trim_end() == "Ok." => Check::ok(NAME, format!("{url} answers.")),
        Ok(_) => Check::bad(
            severity(SETTING),
            NAME,
            format!("{url} answers, but not as this server does."),
            "Set ANALYTICS_CLICKHOUSE_PORT to the port of its HTTP interface, 8123 by default.",
        ),
        Err(error) => Check::bad(
            severity(SETTING),
            NAME,
            format!("{url} is not reached: {error}."),
            format!("Start the server, or set {SETTING} to where it is as seen from here."),
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::{
        super::fake::{closed_port, serve_http_once},
        *,
    };
    use crate::{config::load, doctor::Status};

    async fn checked(port: u16) -> Check {
        let environment = [
            (
                "ANALYTICS_CLICKHOUSE_HOST".to_owned(),
                "127.0.0.1".to_owned(),
            ),
            ("ANALYTICS_CLICKHOUSE_PORT".to_owned(), port.to_string()),
        ];
        check(&load(None, environment).unwrap().0.clickhouse)
            .await
            .unwrap()
    }

    #[tokio::test]
    async fn its_ping_is_known() {
        let answer = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nOk.\n";
        assert_eq!(checked(serve_http_once(answer)).await.status, Status::Ok);
        let answer = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhi";
        let other = checked(serve_http_once(answer)).await;
        assert!(
            other.sentence.contains("not as this server"),
            "{}",
            other.sentence
        );
        let none = checked(closed_port()).await;
        assert!(
            none.sentence.contains("is not reached"),
            "{}",
            none.sentence
        );
        assert!(
            none.sentence.to_lowercase().contains("refused"),
            "{}",
            none.sentence
        );
    }
}
