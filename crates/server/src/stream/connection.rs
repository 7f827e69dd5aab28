//! Reaching the server, and why it is not reached.

use std::{io, time::Duration};

use redis::{
    AsyncConnectionConfig, Client, ConnectionAddr, ErrorKind, IntoConnectionInfo,
    RedisConnectionInfo, RedisError, ServerErrorKind,
    aio::{ConnectionManager, ConnectionManagerConfig, MultiplexedConnection},
};
use secrecy::ExposeSecret;

use crate::config::RedisServer;

/// Longest time until a connection is there.
const CONNECT: Duration = Duration::from_secs(2);
/// Longest time until an answer is there, beside what was asked to be waited for.
pub(super) const ANSWER: Duration = Duration::from_secs(3);

/// Why a server is not used.
///
/// What the server says is not repeated where it may hold the password.
#[derive(Debug, thiserror::Error)]
pub enum StreamError {
    /// It is not reached, or does not answer.
    #[error("it is not reached: {0}")]
    Away(Box<str>),
    /// It wants a password.
    #[error("it wants a password")]
    NoPassword,
    /// It refuses user or password.
    #[error("it refuses the password")]
    WrongPassword,
    /// The user may not do what has to be done.
    #[error("the user may not do what has to be done: {0}")]
    NotAllowed(Box<str>),
    /// The key holds something that is no stream.
    #[error("the key of the stream holds something else")]
    NotAStream,
    /// It does not do what it is asked.
    #[error("it answers with an error: {0}")]
    Refused(Box<str>),
    /// It does not answer as Redis does.
    #[error("it does not answer as Redis does")]
    NotRedis,
}

impl StreamError {
    /// Returns the stable name of what is wrong.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Away(_) => "away",
            Self::NoPassword => "no_password",
            Self::WrongPassword => "wrong_password",
            Self::NotAllowed(_) => "not_allowed",
            Self::NotAStream => "not_a_stream",
            Self::Refused(_) => "refused",
            Self::NotRedis => "not_redis",
        }
    }
}

impl From<RedisError> for StreamError {
    fn from(error: RedisError) -> Self {
        // Of commands that were sent together, the first that failed says why.
        let of_server = error.clone().into_server_errors();
        let of_server = of_server.and_then(|errors| errors.first().map(|(_, first)| first.clone()));
        let error = of_server.map_or(error, RedisError::from);
        let detail = || error.detail().unwrap_or("no reason given").into();
        match (error.kind(), error.code()) {
            (_, Some("NOAUTH")) => Self::NoPassword,
            (_, Some("WRONGTYPE")) => Self::NotAStream,
            (ErrorKind::AuthenticationFailed, _) => Self::WrongPassword,
            (ErrorKind::Server(ServerErrorKind::NoPerm), _) => Self::NotAllowed(detail()),
            (ErrorKind::Io, _) => Self::Away(io_text(&error).into()),
            (ErrorKind::Parse, _) => Self::NotRedis,
            _ => Self::Refused(detail()),
        }
    }
}

fn io_text(error: &RedisError) -> String {
    if error.is_timeout() {
        return "no answer in time".to_owned();
    }
    let mut innermost: &dyn std::error::Error = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost
        .downcast_ref::<io::Error>()
        .map_or_else(|| error.to_string(), ToString::to_string)
}

/// Returns what opens connections to a server; nothing is opened yet.
fn client(server: &RedisServer) -> Result<Client, StreamError> {
    let (host, port) = (server.host.clone(), server.port);
    let address = if server.tls {
        ConnectionAddr::TcpTls {
            host,
            port,
            insecure: false,
            tls_params: None,
        }
    } else {
        ConnectionAddr::Tcp(host, port)
    };
    let mut sign_in = RedisConnectionInfo::default().set_db(i64::from(server.database));
    if !server.user.is_empty() {
        sign_in = sign_in.set_username(&server.user);
    }
    if let Some(password) = &server.password {
        sign_in = sign_in.set_password(password.expose_secret());
    }
    let info = address.into_connection_info()?.set_redis_settings(sign_in);
    Ok(Client::open(info)?)
}

/// Opens a connection; a command on it may take `patience`.
pub async fn connect(
    server: &RedisServer,
    patience: Duration,
) -> Result<MultiplexedConnection, StreamError> {
    let config = AsyncConnectionConfig::new()
        .set_connection_timeout(Some(CONNECT))
        .set_response_timeout(Some(patience));
    let client = client(server)?;
    Ok(client
        .get_multiplexed_async_connection_with_config(&config)
        .await?)
}

/// Returns a connection that many share, and that is opened, also again, when it is needed.
pub(super) fn shared(server: &RedisServer) -> Result<ConnectionManager, StreamError> {
    // Whoever needs it next tries again: nobody waits for more than one try.
    let config = ConnectionManagerConfig::new()
        .set_number_of_retries(0)
        .set_connection_timeout(Some(CONNECT))
        .set_response_timeout(Some(ANSWER));
    Ok(ConnectionManager::new_lazy_with_config(
        client(server)?,
        config,
    )?)
}
