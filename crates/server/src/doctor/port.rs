//! The port: free, or answered by the service itself.

use std::{
    io::ErrorKind,
    net::{IpAddr, TcpListener},
};

use serde::Deserialize;

use super::{Check, reach};

const NAME: &str = "port";

/// What the service says of itself on `/health`.
#[derive(Deserialize)]
struct Health {
    status: String,
    version: String,
    service: String,
}

/// Looks whether the address can be listened on, and who does if it cannot.
pub(super) async fn check(host: IpAddr, port: u16) -> Check {
    let Err(error) = TcpListener::bind((host, port)) else {
        return Check::ok(NAME, format!("Port {port} on {host} is free."));
    };
    match error.kind() {
        ErrorKind::AddrInUse => in_use(host, port).await,
        ErrorKind::PermissionDenied => Check::failed(
            NAME,
            format!("Port {port} on {host} may not be used by this user."),
            "Set ANALYTICS_PORT to 1024 or above, or let a reverse proxy listen there.",
        ),
        _ => Check::failed(
            NAME,
            format!("Nothing can listen on {host}, port {port} ({error})."),
            "Set ANALYTICS_HOST to an address this machine has: `0.0.0.0` where there is no IPv6.",
        ),
    }
}

async fn in_use(host: IpAddr, port: u16) -> Check {
    // `localhost` finds a listener on every interface whether it took IPv4, IPv6 or both.
    let host = match host {
        host if host.is_unspecified() => "localhost".to_owned(),
        IpAddr::V4(host) => host.to_string(),
        IpAddr::V6(host) => format!("[{host}]"),
    };
    let answer = reach::fetch(&format!("http://{host}:{port}/health"))
        .await
        .unwrap_or_default();
    match serde_json::from_str::<Health>(&answer) {
        Ok(Health {
            status,
            version,
            service,
        }) if service == "analytics" => Check::ok(
            NAME,
            format!("Port {port} is answered by this service, version {version}, {status}."),
        ),
        _ => Check::failed(
            NAME,
            format!("Port {port} is used by another program."),
            format!("Stop it (`ss -ltnp 'sport = :{port}'` names it) or set ANALYTICS_PORT."),
        ),
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::{
        super::fake::{closed_port, serve_http_once},
        *,
    };
    use crate::doctor::Status;

    const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

    #[tokio::test]
    async fn a_free_port_is_free() {
        assert_eq!(check(HERE, closed_port()).await.status, Status::Ok);
    }

    #[tokio::test]
    async fn a_port_may_be_answered_by_ourselves() {
        let answer = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n\
                      {\"status\":\"healthy\",\"version\":\"1.0.0\",\"service\":\"analytics\"}";
        let port = serve_http_once(answer);
        let found = check(HERE, port).await;
        assert_eq!(found.status, Status::Ok);
        let expected = format!("Port {port} is answered by this service, version 1.0.0, healthy.");
        assert_eq!(found.sentence, expected);
    }

    #[tokio::test]
    async fn a_port_that_another_program_uses_fails() {
        for answer in [
            "SSH-2.0-OpenSSH\r\n",
            "HTTP/1.1 200 OK\r\n\r\n{\"status\":\"healthy\"}",
        ] {
            let found = check(HERE, serve_http_once(answer)).await;
            assert_eq!(found.status, Status::Failed, "{}", found.sentence);
            assert!(found.next_step.unwrap().contains("ANALYTICS_PORT"));
        }
    }

    #[tokio::test]
    async fn an_address_of_another_machine_fails() {
        // 192.0.2.0/24 is kept for documents: no machine has it.
        let found = check(Ipv4Addr::new(192, 0, 2, 1).into(), 0).await;
        assert_eq!(found.status, Status::Failed);
        assert!(found.next_step.unwrap().contains("ANALYTICS_HOST"));
    }
}
