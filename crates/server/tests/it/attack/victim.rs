//! A service with a history, somebody who looks at it all the time, and what both remember of an
//! attack.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::support::{Home, KEY, Service};

/// Most memory the process may have had, in MiB.
const MOST_MEMORY: u64 = 450;
/// Longest time until health and an administrator's dashboard are answered.
const MOST: Limits = Limits {
    health: Duration::from_secs(1),
    dashboard: Duration::from_secs(2),
};
/// Time between two looks.
const PACE: Duration = Duration::from_millis(50);
/// A machine that is busy with other things is slow without an attack; this much slower than it was
/// just before is the attack's doing.
const SLOWER: u32 = 20;

/// A service with 512 MB and a demo history.
pub(crate) struct Victim {
    home: Home,
    pub(crate) service: Service,
    environment: Vec<(String, String)>,
    /// When the last event of the history happened.
    pub(crate) last: Timestamp,
    /// Events the service has said are durable.
    acknowledged: AtomicU64,
}

/// Somebody who looks at health and at the dashboard until the attack is over.
pub(crate) struct Watch {
    ended: Arc<AtomicBool>,
    thread: JoinHandle<Seen>,
    limits: Limits,
}

/// What was seen meanwhile.
#[derive(Debug)]
struct Seen {
    /// When the last event of the history happened.
    last: Timestamp,
    health: Vec<Duration>,
    dashboard: Vec<Duration>,
    failures: Vec<String>,
}

#[derive(Debug, Clone, Copy)]
struct Limits {
    health: Duration,
    dashboard: Duration,
}

impl Victim {
    /// Starts a service with a demo history, 512 MB and these settings beside.
    pub(crate) async fn start(environment: &[(&str, &str)]) -> Self {
        let home = Home::new();
        let mut environment: Vec<_> = environment
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        environment.push(("ANALYTICS_MEMORY".to_owned(), "512M".to_owned()));
        let service = launch(&home, &environment, &["serve", "--demo"]);
        let status = service.json("/api/analytics/status").await;
        let events = status["events"].as_u64().unwrap();
        assert!(events > 10_000, "a history of {events} events is none");
        let last = status["lastEvent"].as_str().unwrap().parse().unwrap();
        let victim = Self {
            home,
            service,
            environment,
            last,
            acknowledged: AtomicU64::new(events),
        };
        // Memory that making the history took is none that an attack takes.
        std::fs::write(format!("/proc/{}/clear_refs", victim.service.pid()), "5").unwrap();
        victim
    }

    /// Where it listens, as `host:port`.
    pub(crate) fn address(&self) -> String {
        self.service.base.trim_start_matches("http://").to_owned()
    }

    /// Makes a key by the command line; returns its text.
    pub(crate) fn key(&self, access: &str, more: &[&str]) -> String {
        let arguments = ["key", "create", "--json", "--name", "x", "--access", access];
        let out = self.home.run(&[&arguments[..], more].concat(), &[]);
        let made: Value = serde_json::from_slice(&out.stdout).unwrap();
        made["secret"].as_str().unwrap().to_owned()
    }

    /// Posts so many events of the chat's own, which must be acknowledged.
    pub(crate) async fn track(&self, events: u64) {
        let events: Vec<Value> = (0..events)
            .map(|_| json!({"event": "message_sent", "userId": "u1", "channelId": "c1"}))
            .collect();
        let answer = self.service.track(&json!(events)).await;
        self.acknowledge(answer["tracked"].as_u64().unwrap());
    }

    /// Remembers events that somebody else posted and that were acknowledged.
    pub(crate) fn acknowledge(&self, events: u64) {
        self.acknowledged.fetch_add(events, Ordering::Relaxed);
    }

    /// Begins to look on; before the attack, because what is seen first is what is usual here.
    pub(crate) fn watch(&self) -> Watch {
        let (address, last) = (self.address(), self.last);
        let mut usual = Seen::new(self.last);
        for _ in 0..5 {
            usual.look(&address, Duration::from_secs(30));
        }
        assert!(usual.failures.is_empty(), "{usual:?}");
        let limits = Limits {
            health: MOST.health.max(median(usual.health) * SLOWER),
            dashboard: MOST.dashboard.max(median(usual.dashboard) * SLOWER),
        };
        let ended = Arc::new(AtomicBool::new(false));
        let until = Arc::clone(&ended);
        let thread = std::thread::spawn(move || {
            let mut seen = Seen::new(last);
            while !until.load(Ordering::Relaxed) {
                seen.look(&address, limits.dashboard * 3);
                std::thread::sleep(PACE);
            }
            seen
        });
        Watch {
            ended,
            thread,
            limits,
        }
    }

    /// Asserts that nobody noticed the attack: answers were as quick as they must be, memory stayed
    /// within bounds, and every event that was acknowledged is there, also after a power cut.
    pub(crate) async fn unharmed(self, watch: Watch) {
        watch.ended.store(true, Ordering::Relaxed);
        let seen = watch.thread.join().unwrap();
        assert!(seen.failures.is_empty(), "{:?}", seen.failures);
        let slowest = |times: &[Duration]| times.iter().max().copied().unwrap_or_default();
        let (health, dashboard) = (slowest(&seen.health), slowest(&seen.dashboard));
        let memory = self.peak_memory();
        let looks = seen.health.len();
        let told = format!("{looks} looks: {health:?}, {dashboard:?}, {memory} MiB");
        assert!(looks > 0, "nobody looked");
        assert!(health <= watch.limits.health, "health: {told}");
        assert!(dashboard <= watch.limits.dashboard, "dashboard: {told}");
        assert!(memory <= MOST_MEMORY, "memory: {told}");
        let acknowledged = self.acknowledged.load(Ordering::Relaxed);
        assert!(self.stored().await >= acknowledged);
        self.service.kill();
        let again = launch(&self.home, &self.environment, &["serve"]);
        let events = events_of(&again).await;
        assert!(events >= acknowledged, "{events} of {acknowledged} events");
    }

    /// Returns how many events are stored.
    pub(crate) async fn stored(&self) -> u64 {
        events_of(&self.service).await
    }

    /// Returns the most memory the process has had since it was started, in MiB.
    pub(crate) fn peak_memory(&self) -> u64 {
        let path = format!("/proc/{}/status", self.service.pid());
        let status = std::fs::read_to_string(path).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kib = line.unwrap().trim().trim_end_matches(" kB");
        kib.parse::<u64>().unwrap() / 1_024
    }
}

fn launch(home: &Home, environment: &[(String, String)], arguments: &[&str]) -> Service {
    let environment: Vec<(&str, &str)> = environment
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    Service::launch(home.command(&environment).args(arguments))
        .unwrap_or_else(|refusal| panic!("the service did not start: {refusal:#?}"))
}

async fn events_of(service: &Service) -> u64 {
    let status = service.json("/api/analytics/status").await;
    status["events"].as_u64().unwrap()
}

/// Returns a question about the days before the end of the history; with another number it is another
/// one, and no answer to it is remembered.
pub(crate) fn dashboard(last: Timestamp, days: u32, number: usize) -> String {
    let before = SignedDuration::from_secs(i64::try_from(number).unwrap());
    let present = last - before;
    format!("/api/analytics/dashboard?period={days}d&asOf={present:.0}")
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

impl Seen {
    const fn new(last: Timestamp) -> Self {
        Self {
            last,
            health: Vec::new(),
            dashboard: Vec::new(),
            failures: Vec::new(),
        }
    }

    /// Looks once at health, as a supervisor does, and once at the dashboard, as an administrator.
    fn look(&mut self, address: &str, patience: Duration) {
        match get(address, "/health", patience) {
            Ok(took) => self.health.push(took),
            Err(failure) => self.failures.push(format!("health: {failure}")),
        }
        // Another present each time, or a remembered answer would do.
        let path = dashboard(self.last, 30, self.dashboard.len());
        match get(address, &path, patience) {
            Ok(took) => self.dashboard.push(took),
            Err(failure) => self.failures.push(format!("dashboard: {failure}")),
        }
    }
}

/// Asks as somebody who comes anew, and again at once where the connection was closed to make place for
/// others, as clients do; returns how long a success took in all.
fn get(address: &str, path: &str, patience: Duration) -> Result<Duration, String> {
    let started = Instant::now();
    loop {
        match get_once(address, path, patience) {
            Ok(answer) => {
                return match answer.lines().next() {
                    Some(line) if line.starts_with("HTTP/1.1 200") => Ok(started.elapsed()),
                    line => Err(format!("{line:?} after {:?}", started.elapsed())),
                };
            }
            Err(error)
                if error.kind() == std::io::ErrorKind::ConnectionReset
                    && started.elapsed() < patience => {}
            Err(error) => return Err(format!("{error} after {:?}", started.elapsed())),
        }
    }
}

/// Asks over a connection of its own, and returns the answer.
fn get_once(address: &str, path: &str, patience: Duration) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(patience))?;
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: localhost\r\nX-API-Key: {KEY}\r\nConnection: close\r\n\r\n"
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}
