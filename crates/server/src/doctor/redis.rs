//! The Redis server: whether it lets us in, has what the stream needs, and keeps what it is given.

use redis::cmd;

use super::{Check, Status, reach, severity};
use crate::{
    config::{Redis, RedisServer},
    stream::{Server, StreamError, connect},
};

const NAME: &str = "redis";

/// Looks at the server, if one is set.
pub(super) async fn check(redis: &Redis) -> Option<Check> {
    let server = redis.server()?;
    let setting = redis.setting();
    let Some(stream) = &redis.stream else {
        let sentence = format!("{setting} is set, but not used (ANALYTICS_REDIS_STREAM is off).");
        return Some(Check::ok(NAME, sentence));
    };
    Some(at(&server, stream, setting, severity(setting)).await)
}

async fn at(server: &RedisServer, stream: &str, setting: &str, severity: Status) -> Check {
    let place = format!("{}, port {}", server.host, server.port);
    let bad = |sentence: String, next_step: &str| {
        Check::bad(severity, NAME, format!("{place} {sentence}."), next_step)
    };
    let (found, key) = match look(server, stream).await {
        Ok(found) => found,
        Err(error) => {
            let next_step = next_step(&error, setting);
            return match error {
                StreamError::Away(why) => match reach::connect(&server.host, server.port).await {
                    Err(_unreached) => bad(format!("is not reached: {why}"), &next_step),
                    Ok(_connection) => bad(
                        format!("takes connections, but does not answer as Redis does: {why}"),
                        "Look whether another program listens there, or whether it is `rediss://`.",
                    ),
                },
                StreamError::NoPassword => bad("wants a password".to_owned(), &next_step),
                StreamError::WrongPassword => bad("refuses the password".to_owned(), &next_step),
                StreamError::NotRedis => {
                    bad("answers, but not as Redis does".to_owned(), &next_step)
                }
                other => bad(format!("cannot be used: {other}"), &next_step),
            };
        }
    };
    if !found.is_recent() {
        let sentence = format!(
            "runs Redis {}, which is too old for the stream",
            found.version
        );
        return bad(sentence, "Use Redis 6.2 or later.");
    }
    if found.is_replica {
        let next_step = format!("Set {setting} to the primary.");
        return bad("is a replica, which takes no events".to_owned(), &next_step);
    }
    if key != "none" && key != "stream" {
        let sentence = format!("holds something else ({key}) under the key of the stream");
        return bad(sentence, "Set ANALYTICS_REDIS_STREAM to another key.");
    }
    if let Some(policy) = &found.evicts {
        let sentence = format!(
            "{place} removes keys when its memory is full (maxmemory-policy {policy}): the stream may go with them, \
             and all of its events that are not stored yet."
        );
        let next_step = "Set maxmemory-policy to noeviction or volatile-lru, or give the stream a server of its own.";
        return Check::warning(NAME, sentence, next_step);
    }
    let sentence = format!(
        "{place} answers (Redis {}). {}",
        found.version,
        found.durability.sentence()
    );
    if found.durability.survives_the_server() {
        return Check::ok(NAME, sentence);
    }
    Check::warning(
        NAME,
        sentence,
        "Set `appendonly yes` in its configuration, with `appendfsync always` where not even a second may be lost; \
         or ANALYTICS_REDIS_STREAM=off, which writes events to the store at once.",
    )
}

/// Returns what the server says of itself, and what the key of the stream holds.
async fn look(server: &RedisServer, stream: &str) -> Result<(Server, String), StreamError> {
    let looked = async {
        let mut connection = connect(server, reach::PATIENCE).await?;
        let found = Server::look(&mut connection).await?;
        let key: String = cmd("TYPE").arg(stream).query_async(&mut connection).await?;
        Ok((found, key))
    };
    let late = || StreamError::Away(reach::Unreached::Late.to_string().into());
    tokio::time::timeout(2 * reach::PATIENCE, looked)
        .await
        .unwrap_or_else(|_late| Err(late()))
}

fn next_step(error: &StreamError, setting: &str) -> String {
    match error {
        StreamError::Away(_) => {
            format!("Start the server, or set {setting} to where it is as seen from here.")
        }
        StreamError::NoPassword => {
            "Set REDIS_PASSWORD, or the password in REDIS_URL.".to_owned()
        }
        StreamError::WrongPassword => {
            "Correct REDIS_PASSWORD, or user and password in REDIS_URL.".to_owned()
        }
        StreamError::NotAllowed(_) => {
            "Allow the user the commands on streams, INFO, TIME, TYPE and MULTI on the key of the stream."
                .to_owned()
        }
        StreamError::NotAStream | StreamError::Refused(_) | StreamError::NotRedis => {
            "Look whether another program listens there, and whether it is Redis 6.2 or later."
                .to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{io::Write as _, net::TcpListener, thread};

    use super::{super::fake::closed_port, *};

    async fn checked(port: u16) -> Check {
        let server = RedisServer {
            host: "127.0.0.1".to_owned(),
            port,
            user: String::new(),
            password: Some("hunter2".into()),
            database: 0,
            tls: false,
        };
        at(&server, "analytics:events", "REDIS_URL", Status::Failed).await
    }

    /// Returns a port on which every connection is answered so, whatever it is asked.
    fn serve(answer: &'static str) -> u16 {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        thread::spawn(move || {
            for connection in listener.incoming() {
                connection.unwrap().write_all(answer.as_bytes()).unwrap();
            }
        });
        port
    }

    #[tokio::test]
    async fn a_server_that_is_not_there_or_is_another_is_said() {
        for (port, part) in [
            (closed_port(), "is not reached"),
            (serve("HTTP/1.1 400 Bad Request\r\n"), "as Redis does"),
        ] {
            let found = checked(port).await;
            assert_eq!(found.status, Status::Failed);
            assert!(found.sentence.contains(part), "{}", found.sentence);
            assert!(!format!("{found:?}").contains("hunter2"));
        }
    }
}
