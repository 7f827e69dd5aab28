//! Connections that stay open and carry one request after another, as cheaply as possible: the load
//! comes from the same machine.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use http_body_util::{BodyExt as _, Full};
use hyper::{
    Request, StatusCode,
    body::Bytes,
    client::conn::http1::{SendRequest, handshake},
    header,
};
use hyper_util::rt::TokioIo;
use tokio::{net::TcpStream, task::JoinSet, time::sleep_until};

use crate::product::Service;

/// Whom the load is for.
#[derive(Debug, Clone)]
pub(super) struct Peer {
    /// Where it listens.
    pub(super) address: SocketAddr,
    /// The key that may do everything.
    pub(super) key: String,
}

impl Peer {
    /// Returns a service as the target of load.
    pub(super) fn of(service: &Service) -> Self {
        Self {
            address: service.address(),
            key: service.key().to_owned(),
        }
    }
}

/// What a question was answered with, whether or not that was a success.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    /// Whether the service had remembered it.
    pub(super) is_remembered: bool,
    pub(super) body: Bytes,
}

impl Answer {
    /// Returns the body of a success; everything else is an error with what was said.
    pub(super) fn success(self) -> Result<Bytes> {
        let Self { status, body, .. } = self;
        ensure!(
            status.is_success(),
            "{status}: {}",
            String::from_utf8_lossy(&body)
        );
        Ok(body)
    }
}

/// An open connection.
pub(super) struct Connection {
    peer: Peer,
    sender: SendRequest<Full<Bytes>>,
    // Ends the connection's task with it.
    _driver: JoinSet<()>,
}

impl Connection {
    /// Connects.
    pub(super) async fn open(peer: &Peer) -> Result<Self> {
        let stream = TcpStream::connect(peer.address).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await?;
        let mut driver = JoinSet::new();
        driver.spawn(async move {
            // What goes wrong here is told to the sender.
            let _ended = connection.await;
        });
        Ok(Self {
            peer: peer.clone(),
            sender,
            _driver: driver,
        })
    }

    /// Asks below `/api/analytics/`; anything but success is an error.
    pub(super) async fn get(&mut self, question: &str) -> Result<Bytes> {
        self.ask(question).await?.success()
    }

    /// Asks below `/api/analytics/`.
    pub(super) async fn ask(&mut self, question: &str) -> Result<Answer> {
        let request = Request::get(format!("/api/analytics/{question}"));
        self.send(request, Bytes::new()).await
    }

    /// Posts events.
    pub(super) async fn track(&mut self, body: Bytes, is_gzip: bool) -> Result<Bytes> {
        let mut request =
            Request::post("/api/analytics/track").header(header::CONTENT_TYPE, "application/json");
        if is_gzip {
            request = request.header(header::CONTENT_ENCODING, "gzip");
        }
        self.send(request, body).await?.success()
    }

    async fn send(
        &mut self,
        request: hyper::http::request::Builder,
        body: Bytes,
    ) -> Result<Answer> {
        let request = request
            .header(header::HOST, self.peer.address.to_string())
            .header("x-api-key", &self.peer.key)
            .body(Full::new(body))?;
        self.sender.ready().await?;
        let response = self.sender.send_request(request).await?;
        let status = response.status();
        let remembered = response.headers().get("x-cache");
        let is_remembered = remembered.is_some_and(|value| value == "hit");
        let body = response.into_body().collect().await?.to_bytes();
        Ok(Answer {
            status,
            is_remembered,
            body,
        })
    }
}

/// What is posted.
pub(super) trait Bodies: Send + Sync + 'static {
    /// Returns the body of a number, or `None` when there are no more; and how many events it has.
    fn body(&self, number: u64) -> Option<(Bytes, u64)>;
    /// Returns whether bodies are compressed with gzip.
    fn is_gzip(&self) -> bool {
        false
    }
    /// Returns when the body of a number is due, from the start on; `None` when it is due as soon
    /// as a connection is free.
    fn due(&self, _number: u64) -> Option<Duration> {
        None
    }
}

/// What became of posting.
#[derive(Debug)]
pub(super) struct Posted {
    /// Events accepted.
    pub(super) events: u64,
    /// From the first request to the last answer.
    pub(super) took: Duration,
    /// Time of each request, from when it was due: one that had to wait for its turn took longer.
    pub(super) latency: Vec<Duration>,
}

/// Posts from many connections at once until the bodies end or the time is over.
pub(super) async fn post(
    peer: &Peer,
    connections: usize,
    bodies: Arc<impl Bodies>,
    time: Duration,
) -> Result<Posted> {
    let next = Arc::new(AtomicU64::new(0));
    let mut open = Vec::new();
    for _ in 0..connections {
        open.push(Connection::open(peer).await?);
    }
    let started = Instant::now();
    let mut posting = JoinSet::new();
    for mut connection in open {
        let (next, bodies) = (Arc::clone(&next), Arc::clone(&bodies));
        posting.spawn(async move {
            let mut latency = Vec::new();
            let mut events = 0;
            while started.elapsed() < time {
                let number = next.fetch_add(1, Ordering::Relaxed);
                let Some((body, count)) = bodies.body(number) else {
                    break;
                };
                let due = bodies.due(number).map(|after| started + after);
                if let Some(due) = due {
                    sleep_until(due.into()).await;
                }
                let sent = due.unwrap_or_else(Instant::now);
                let answer = connection.track(body, bodies.is_gzip()).await?;
                latency.push(sent.elapsed());
                check_tracked(&answer, count)?;
                events += count;
            }
            anyhow::Ok((events, latency))
        });
    }
    let mut all = Posted {
        events: 0,
        took: Duration::ZERO,
        latency: Vec::new(),
    };
    while let Some(posted) = posting.join_next().await {
        let (events, latency) = posted??;
        all.events += events;
        all.latency.extend(latency);
    }
    all.took = started.elapsed();
    all.latency.sort_unstable();
    Ok(all)
}

/// Fails unless the service says that it took every event.
fn check_tracked(answer: &[u8], events: u64) -> Result<()> {
    let answer: serde_json::Value = serde_json::from_slice(answer)?;
    let tracked = answer["tracked"].as_u64().context("no `tracked`")?;
    let duplicates = answer["duplicates"].as_u64().unwrap_or(0);
    ensure!(
        tracked == events && duplicates == 0,
        "posted {events} new events: {answer}"
    );
    Ok(())
}

/// Returns a quantile of sorted times in milliseconds: the smallest time that so many percent of
/// them do not exceed.
pub(super) fn quantile(sorted: &[Duration], percent: usize) -> f64 {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted
        .get(rank - 1)
        .map_or(0.0, |time| time.as_secs_f64() * 1_000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_that_was_not_taken_is_a_failure() {
        check_tracked(br#"{"tracked":2,"duplicates":0}"#, 2).unwrap();
        check_tracked(br#"{"tracked":1,"duplicates":0}"#, 2).unwrap_err();
        check_tracked(br#"{"tracked":2,"duplicates":1}"#, 2).unwrap_err();
    }

    #[test]
    fn quantiles_are_times_that_were_taken() {
        let sorted: Vec<_> = (1..=200).map(Duration::from_millis).collect();
        for (percent, expected) in [(50, 100.0), (99, 198.0), (100, 200.0)] {
            assert!((quantile(&sorted, percent) - expected).abs() < 1e-9);
        }
        assert!((quantile(&sorted[..3], 99) - 3.0).abs() < 1e-9);
        assert!(quantile(&[], 50).abs() < 1e-9);
    }
}
