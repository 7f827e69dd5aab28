//! What an operator asks first when something does not work: is this machine fit to run the
//! service, and is everything it is configured to reach really there?
//!
//! [`run`] looks and changes nothing: the one file it writes is removed at once. Each part measures
//! first and judges then, so that the judging is tested without the machine. A server whose use has
//! not come yet (see [`Setting::later`]) can only warn.
//!
//! A run that [`failed`] ends the command with exit code 1, any other with 0.

mod chat;
mod clickhouse;
mod clock;
mod database;
#[cfg(test)]
mod fake;
mod folder;
mod memory;
mod port;
mod reach;
mod redis;
mod render;
mod retention;

use serde::Serialize;

use crate::config::{ByteSize, Config, Setting, Warning, settings};
use domain::clock::Clock;

pub use render::{json, text};

/// How a check went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// As it should be.
    Ok,
    /// The service runs, but not as it probably should.
    Warning,
    /// The service does not run, or not with what it is configured to use.
    Failed,
}

impl Status {
    /// Returns the word that is shown.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Failed => "failed",
        }
    }
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// What was looked at.
    pub name: &'static str,
    /// How it went.
    pub status: Status,
    /// What was found.
    pub sentence: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_step: Option<String>,
}

impl Check {
    fn ok(name: &'static str, sentence: impl Into<String>) -> Self {
        Self {
            name,
            status: Status::Ok,
            sentence: sentence.into(),
            next_step: None,
        }
    }

    fn bad(
        status: Status,
        name: &'static str,
        sentence: impl Into<String>,
        next_step: impl Into<String>,
    ) -> Self {
        Self {
            name,
            status,
            sentence: sentence.into(),
            next_step: Some(next_step.into()),
        }
    }

    fn warning(
        name: &'static str,
        sentence: impl Into<String>,
        next_step: impl Into<String>,
    ) -> Self {
        Self::bad(Status::Warning, name, sentence, next_step)
    }

    fn failed(
        name: &'static str,
        sentence: impl Into<String>,
        next_step: impl Into<String>,
    ) -> Self {
        Self::bad(Status::Failed, name, sentence, next_step)
    }
}

/// Looks at everything once, for at most a few seconds.
pub async fn run(config: &Config, warnings: &[Warning], clock: &dyn Clock) -> Vec<Check> {
    let mut checks = configuration(config, warnings);
    checks.extend(folder::check(&config.service.data_dir));
    checks.extend(retention::check(config, clock.now()).await);
    checks.push(memory::check(config.service.memory));
    checks.push(clock::check(clock.now(), &config.service.timezone));
    let (port, databases, chat, clickhouse, redis) = tokio::join!(
        port::check(config.service.host, config.service.port),
        database::check(&config.database, &config.sources),
        chat::check(config),
        clickhouse::check(&config.clickhouse),
        redis::check(&config.redis),
    );
    checks.push(port);
    checks.extend(databases);
    checks.extend(chat);
    checks.extend(clickhouse);
    checks.extend(redis);
    checks
}

/// Returns the worst status; `Ok` when nothing was looked at.
pub fn worst(checks: &[Check]) -> Status {
    checks
        .iter()
        .map(|check| check.status)
        .max()
        .unwrap_or(Status::Ok)
}

/// Returns whether the command is to end with exit code 1.
pub fn failed(checks: &[Check]) -> bool {
    worst(checks) == Status::Failed
}

fn configuration(config: &Config, warnings: &[Warning]) -> Vec<Check> {
    const NAME: &str = "configuration";
    if warnings.is_empty() {
        let (set, all) = (config.sources.set_count(), settings().count());
        return vec![Check::ok(
            NAME,
            format!("{set} of {all} settings are set, none doubtful."),
        )];
    }
    // A warning says itself what to do.
    let check = |warning: &Warning| Check {
        name: NAME,
        status: Status::Warning,
        sentence: warning.sentence.clone(),
        next_step: None,
    };
    warnings.iter().map(check).collect()
}

/// Returns how bad it is when what this setting names is not there.
fn severity(setting: &str) -> Status {
    let comes_later = |setting: &Setting| setting.later.is_some();
    let setting = settings().find(|known| known.name == setting);
    if setting.is_some_and(comes_later) {
        Status::Warning
    } else {
        Status::Failed
    }
}

/// Returns a size in words, rounded: exact bytes tell nobody anything.
fn rounded(size: ByteSize) -> String {
    const UNITS: [&str; 4] = ["KiB", "MiB", "GiB", "TiB"];
    let mut scaled = size.bytes() as f64 / 1024.0;
    let mut unit = UNITS[0];
    for next in &UNITS[1..] {
        if scaled < 1024.0 {
            break;
        }
        scaled /= 1024.0;
        unit = next;
    }
    format!("{scaled:.1} {unit}")
}

#[cfg(test)]
mod tests {
    use domain::{clock::ManualClock, time::Instant};

    use super::*;
    use crate::config::load;

    #[test]
    fn sizes_are_rounded_to_a_readable_unit() {
        for (bytes, words) in [
            (0, "0.0 KiB"),
            (1 << 10, "1.0 KiB"),
            (3 << 29, "1.5 GiB"),
            (1 << 50, "1024.0 TiB"),
        ] {
            assert_eq!(rounded(ByteSize(bytes)), words);
        }
    }

    #[test]
    fn the_worst_status_decides() {
        let ok = Check::ok("a", "Fine.");
        let warning = Check::warning("b", "Not so fine.", "Look.");
        let bad = Check::failed("c", "Broken.", "Mend it.");
        assert_eq!(worst(&[]), Status::Ok);
        assert_eq!(worst(&[warning.clone(), ok.clone()]), Status::Warning);
        assert!(!failed(&[ok.clone(), warning.clone()]));
        assert!(failed(&[ok, bad, warning]));
    }

    #[tokio::test]
    async fn a_fresh_machine_passes_with_every_part_named_once() {
        let scratch = tempfile::tempdir().unwrap();
        let folder = scratch.path().display().to_string();
        let environment = [
            ("ANALYTICS_DATA_DIR", folder.as_str()),
            ("ANALYTICS_PORT", "0"),
            ("ANALYTICS_MEMORY", "64M"),
            ("ANALYTICS_API_KEY", "0123456789abcdef"),
        ];
        let environment = environment.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let (config, _) = load(None, environment).unwrap();
        let clock = ManualClock::at(Instant::from_millis(1_790_000_000_000));
        let checks = run(&config, &[], &clock).await;
        let names: Vec<_> = checks.iter().map(|check| check.name).collect();
        assert_eq!(
            names,
            ["configuration", "folder", "disk", "memory", "clock", "port"]
        );
        assert!(!failed(&checks), "{}", text(&checks));

        let doubt = Warning {
            setting: "X".to_owned(),
            sentence: "X is odd.".to_owned(),
        };
        let checks = run(&config, &[doubt], &clock).await;
        assert_eq!(
            (checks[0].status, checks[0].sentence.as_str()),
            (Status::Warning, "X is odd.")
        );
    }

    #[test]
    fn what_comes_later_only_warns() {
        assert_eq!(severity("ANALYTICS_CLICKHOUSE_HOST"), Status::Warning);
        assert_eq!(severity("REDIS_HOST"), Status::Failed);
        assert_eq!(severity("ANALYTICS_PORT"), Status::Failed);
    }
}
