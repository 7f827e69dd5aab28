//! The Redis server: whether it lets us in and answers.

use std::io;

use secrecy::ExposeSecret;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};

use super::{Check, Status, reach, severity};
use crate::config::{Redis, RedisServer};

const NAME: &str = "redis";

/// Looks at the server, if one is set.
pub(super) async fn check(redis: &Redis) -> Option<Check> {
    let setting = if redis.url.is_some() {
        "REDIS_URL"
    } else {
        "REDIS_HOST"
    };
    Some(at(&redis.server()?, setting, severity(setting)).await)
}

async fn at(server: &RedisServer, setting: &str, severity: Status) -> Check {
    let (host, port) = (&server.host, server.port);
    let stream = match reach::connect(host, port).await {
        Ok(stream) => stream,
        Err(why) => {
            return Check::bad(
                severity,
                NAME,
                format!("{host}, port {port} is not reached: {why}."),
                format!("Start the server, or set {setting} to where it is as seen from here."),
            );
        }
    };
    if server.tls {
        let sentence = format!("{host}, port {port} takes connections; TLS is not tried.");
        return Check::ok(NAME, sentence);
    }
    let odd = |sentence, next_step: &str| Check::bad(severity, NAME, sentence, next_step);
    match reach::within(ping(BufReader::new(stream), server)).await {
        Ok(answer) if answer == "+PONG" => Check::ok(NAME, format!("{host}, port {port} answers.")),
        Ok(answer) if answer.starts_with("-NOAUTH") => odd(
            format!("{host}, port {port} wants a password."),
            "Set REDIS_PASSWORD, or the password in REDIS_URL.",
        ),
        Ok(answer) if answer.starts_with("-WRONGPASS") => odd(
            format!("{host}, port {port} refuses the password."),
            "Correct REDIS_PASSWORD, or user and password in REDIS_URL.",
        ),
        // TRICKY: an error may repeat the command, and with it the password.
        Ok(_) if server.password.is_some() => odd(
            format!("{host}, port {port} does not sign us in and answers with an error."),
            "Look whether it is Redis, and whether it wants a password at all.",
        ),
        Ok(answer) => odd(
            format!(
                "{host}, port {port} answers, but not as Redis does: {}.",
                quoted(&answer)
            ),
            "Look whether another program listens there.",
        ),
        Err(why) => odd(
            format!("{host}, port {port} takes connections but does not answer: {why}."),
            "Look whether another program listens there.",
        ),
    }
}

/// Signs in and returns the answer to `PING`, or the first answer that is an error.
async fn ping<S>(mut stream: BufReader<S>, server: &RedisServer) -> io::Result<String>
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin,
{
    if let Some(password) = &server.password {
        let password = password.expose_secret();
        let sign_in = match server.user.as_str() {
            "" => command(&["AUTH", password]),
            user => command(&["AUTH", user, password]),
        };
        let answer = ask(&mut stream, &sign_in).await?;
        if answer != "+OK" {
            return Ok(answer);
        }
    }
    ask(&mut stream, &command(&["PING"])).await
}

async fn ask<S>(stream: &mut BufReader<S>, command: &str) -> io::Result<String>
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin,
{
    use tokio::io::AsyncReadExt;

    stream.get_mut().write_all(command.as_bytes()).await?;
    let mut line = Vec::new();
    // Whoever listens there may never end its line.
    stream.take(1024).read_until(b'\n', &mut line).await?;
    Ok(String::from_utf8_lossy(&line).trim_end().to_owned())
}

/// Returns a command as Redis reads it, whatever bytes its words hold.
fn command(words: &[&str]) -> String {
    let word = |word: &&str| format!("${}\r\n{word}\r\n", word.len());
    format!(
        "*{}\r\n{}",
        words.len(),
        words.iter().map(word).collect::<String>()
    )
}

fn quoted(answer: &str) -> String {
    let short: String = answer
        .chars()
        .take(60)
        .flat_map(char::escape_debug)
        .collect();
    format!("`{short}`")
}

#[cfg(test)]
mod tests {
    use super::{
        super::fake::{closed_port, serve_once},
        *,
    };

    async fn checked(port: u16, password: Option<&str>) -> Check {
        let server = RedisServer {
            host: "127.0.0.1".to_owned(),
            port,
            user: String::new(),
            password: password.map(Into::into),
            tls: false,
        };
        at(&server, "REDIS_URL", Status::Failed).await
    }

    #[tokio::test]
    async fn a_server_that_answers_is_fine() {
        assert_eq!(
            checked(serve_once(3, "+PONG\r\n"), None).await.status,
            Status::Ok
        );
        let with_password = checked(serve_once(5, "+OK\r\n+PONG\r\n"), Some("hunter2")).await;
        assert_eq!(with_password.status, Status::Ok);
    }

    #[tokio::test]
    async fn what_a_server_refuses_is_said() {
        for (password, answer, part) in [
            (
                None,
                "-NOAUTH Authentication required.\r\n",
                "wants a password",
            ),
            (
                Some("hunter2"),
                "-WRONGPASS invalid\r\n",
                "refuses the password",
            ),
            (
                Some("hunter2"),
                "-ERR unknown command AUTH hunter2\r\n",
                "with an error",
            ),
            (
                None,
                "HTTP/1.1 400 Bad Request\r\n",
                "not as Redis does: `HTTP/1.1 400",
            ),
        ] {
            let lines = if password.is_some() { 5 } else { 3 };
            let found = checked(serve_once(lines, answer), password).await;
            assert_eq!(found.status, Status::Failed);
            assert!(found.sentence.contains(part), "{}", found.sentence);
            assert!(!format!("{found:?}").contains("hunter2"));
        }
    }

    #[tokio::test]
    async fn a_server_that_is_not_there_is_said() {
        let found = checked(closed_port(), None).await;
        assert!(
            found.sentence.contains("is not reached"),
            "{}",
            found.sentence
        );
    }

    #[test]
    fn a_command_counts_bytes() {
        assert_eq!(command(&["AUTH", "é"]), "*2\r\n$4\r\nAUTH\r\n$2\r\né\r\n");
    }
}
