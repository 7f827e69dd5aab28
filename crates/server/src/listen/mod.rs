//! Connections: how many there may be, and how long each may keep us waiting.
//!
//! 1. The head of a request, and the pause before it, has a deadline; so has an answer that nobody
//!    reads. Bodies have theirs where they are read.
//! 2. When there are as many connections as there may be, in all or of one address, the one that has
//!    waited longest for its client makes place for the new one. A connection that is being answered
//!    is never closed for another; when all are, the new one is.
//! 3. Proxies and this machine speak for many: they have no limit of their own.

mod connection;
mod files;
mod open;

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use axum::{body::Body, extract::Request, response::Response};
use ipnet::IpNet;
use tokio::net::{TcpListener, TcpSocket};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower::Service;

pub use files::raise_file_limit;

use self::open::Open;

/// Connections that may wait to be accepted: whoever comes beyond them tries again a second later.
const WAITING: u32 = 4_096;
/// Time after which an accept that failed for want of something is tried again.
const REST: Duration = Duration::from_millis(100);

/// How many connections there may be, and how long each may keep us waiting.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Connections in all.
    pub connections: usize,
    /// Connections of one address.
    pub by_address: usize,
    /// Addresses that speak for many, beside this machine's own.
    pub proxies: Vec<IpNet>,
    /// Longest time until the head of a request, or of the next one, is there.
    pub head: Duration,
    /// Longest time that a client may take nothing of an answer.
    pub write: Duration,
}

/// Listens on an address of this machine.
///
/// # Errors
/// The address cannot be had.
pub fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() {
        TcpSocket::new_v4()?
    } else {
        TcpSocket::new_v6()?
    };
    // The port of a service that has just ended can be had at once.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(WAITING)
}

/// Answers with `service` until `stop`, then lets the requests under way end.
pub async fn serve<S>(listener: TcpListener, service: S, limits: Limits, stop: CancellationToken)
where
    S: Service<Request<Body>, Response = Response, Error = std::convert::Infallible>
        + Clone
        + Send
        + Sync
        + 'static,
    S::Future: Send,
{
    let limits = Arc::new(limits);
    let open = Arc::new(Open::new(Arc::clone(&limits)));
    let tasks = TaskTracker::new();
    loop {
        let accepted: io::Result<(_, SocketAddr)> = tokio::select! {
            () = stop.cancelled() => break,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, peer)) => {
                let Some(place) = Open::admit(&open, peer.ip()) else {
                    continue;
                };
                // Answers are small and written at once; waiting to fill a packet only delays them.
                if let Err(error) = stream.set_nodelay(true) {
                    tracing::debug!(%error, "TCP_NODELAY was refused");
                }
                let (service, stop) = (service.clone(), stop.clone());
                tasks.spawn(connection::answer(
                    stream,
                    peer,
                    place,
                    service,
                    stop,
                    Arc::clone(&limits),
                ));
            }
            Err(error) if is_of_the_client(&error) => {}
            Err(error) => {
                tracing::error!(%error, "listen.accept_failed");
                open.make_place();
                tokio::time::sleep(REST).await;
            }
        }
    }
    drop(listener);
    tasks.close();
    tasks.wait().await;
}

/// Returns whether a client went away before it was accepted.
fn is_of_the_client(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
    )
}
