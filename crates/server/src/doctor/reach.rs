//! Reaching a server within the time an operator waits for.

use std::{fmt, io, time::Duration};

use tokio::{net::TcpStream, time::timeout};

use crate::client;

/// How long a server may take to answer.
pub(super) const PATIENCE: Duration = Duration::from_secs(2);

/// Why a server was not reached.
#[derive(Debug)]
pub(super) enum Unreached {
    /// It did not answer in time.
    Late,
    /// The attempt failed.
    Failed(io::Error),
}

impl fmt::Display for Unreached {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Late => write!(f, "no answer within {} seconds", PATIENCE.as_secs()),
            Self::Failed(error) => error.fmt(f),
        }
    }
}

/// Opens a connection.
pub(super) async fn connect(host: &str, port: u16) -> Result<TcpStream, Unreached> {
    within(TcpStream::connect((host, port))).await
}

/// Waits for a step, but not for ever.
pub(super) async fn within<T>(step: impl Future<Output = io::Result<T>>) -> Result<T, Unreached> {
    match timeout(PATIENCE, step).await {
        Ok(outcome) => outcome.map_err(Unreached::Failed),
        Err(_) => Err(Unreached::Late),
    }
}

/// Fetches a page without proxy, which would answer for servers that are not there; or says why
/// not, without the address, which the sentence around it has.
pub(super) async fn fetch(url: &str) -> Result<String, String> {
    let client = client::trusting(None).map_err(|error| error.to_string())?;
    let client = client.no_proxy().timeout(PATIENCE).build().map_err(why)?;
    let response = client.get(url).send().await.map_err(why)?;
    response.text().await.map_err(why)
}

fn why(error: reqwest::Error) -> String {
    if error.is_timeout() {
        return Unreached::Late.to_string();
    }
    let error = error.without_url();
    let mut innermost: &dyn std::error::Error = &error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}
