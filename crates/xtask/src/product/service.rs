//! The running service.

use std::{
    fs::{self, File},
    hash::{BuildHasher as _, RandomState},
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::Child,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};
use rustix::process::{Pid, Signal, kill_process};

use super::{Binary, Client};

/// Longest time to start or to end.
const PATIENCE: Duration = Duration::from_mins(1);

/// A service that runs until it is stopped or dropped.
#[derive(Debug)]
pub(crate) struct Service {
    child: Child,
    port: u16,
    key: String,
    log: PathBuf,
    took: Duration,
}

impl Service {
    /// Starts the service on a free port of this machine and waits until it is healthy; its log
    /// stands beside the data folder.
    pub(crate) fn start(binary: &Binary, data_dir: &Path) -> Result<Self> {
        Self::start_with(binary, data_dir, &[])
    }

    /// Starts the service with more settings.
    pub(crate) fn start_with(
        binary: &Binary,
        data_dir: &Path,
        settings: &[(&str, &str)],
    ) -> Result<Self> {
        let port = free_port()?;
        let key = random_key();
        let log = data_dir.with_extension("log");
        let mut command = binary.command(data_dir);
        command
            .arg("serve")
            .env("ANALYTICS_HOST", Ipv4Addr::LOCALHOST.to_string())
            .env("ANALYTICS_PORT", port.to_string())
            .env("ANALYTICS_API_KEY", &key)
            .envs(settings.iter().copied())
            .stdout(File::create(&log)?)
            .stderr(File::options().append(true).open(&log)?);
        let started = Instant::now();
        let child = command.spawn().context("the service cannot be started")?;
        let mut service = Self {
            child,
            port,
            key,
            log,
            took: Duration::ZERO,
        };
        let client = service.client()?;
        while !client.is_healthy() {
            if let Some(status) = service.child.try_wait()? {
                bail!("the service ended ({status}): {}", service.log());
            }
            ensure!(
                started.elapsed() < PATIENCE,
                "the service is not healthy after {PATIENCE:?}: {}",
                service.log()
            );
            thread::sleep(Duration::from_millis(2));
        }
        service.took = started.elapsed();
        Ok(service)
    }

    /// Returns the time from the start of the process to its first healthy answer.
    pub(crate) fn start_took(&self) -> Duration {
        self.took
    }

    /// Returns where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        SocketAddr::from((Ipv4Addr::LOCALHOST, self.port))
    }

    /// Returns the address without a path.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address())
    }

    /// Returns the key that may do everything.
    pub(crate) fn key(&self) -> &str {
        &self.key
    }

    /// Returns the number of the process.
    pub(crate) fn process(&self) -> u32 {
        self.child.id()
    }

    /// Returns something to ask it with.
    pub(crate) fn client(&self) -> Result<Client> {
        Client::new(self.url(), self.key.clone())
    }

    /// Ends the service as its operator does, and waits until everything is written.
    pub(crate) fn stop(mut self) -> Result<()> {
        kill_process(Pid::from_child(&self.child), Signal::TERM)?;
        let asked = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait()? {
                ensure!(status.success(), "{status}: {}", self.log());
                return Ok(());
            }
            ensure!(
                asked.elapsed() < PATIENCE,
                "the service runs {PATIENCE:?} after SIGTERM: {}",
                self.log()
            );
            thread::sleep(Duration::from_millis(5));
        }
    }

    fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // Both fail when it has ended already, which is what is wanted.
        let _killed = self.child.kill();
        let _ended = self.child.wait();
    }
}

/// Returns a port that nobody listens on now.
fn free_port() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    Ok(listener.local_addr()?.port())
}

/// Returns a key that nobody else on this machine can guess; the keys of the standard library's
/// hash come from the system.
fn random_key() -> String {
    let part = || RandomState::new().hash_one("key");
    format!("{:016x}{:016x}", part(), part())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_differ() {
        let key = random_key();
        assert_eq!(key.len(), 32);
        assert_ne!(key, random_key());
    }

    #[test]
    fn the_port_is_free() {
        let port = free_port().unwrap();
        TcpListener::bind((Ipv4Addr::LOCALHOST, port)).unwrap();
    }
}
