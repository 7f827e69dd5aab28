//! Credentials that were refused: counted, slowed down and limited.
//!
//! 1. Each refusal is counted for the address it came from and for the beginning of the key that was
//!    shown, or for the secret that it was compared with. A count goes down by one every [`PARDON`].
//! 2. After [`FREE`] refusals the answers come later and later; after [`Source::most`] they are 429.
//! 3. Signing in on the pages is counted by address once more, and stricter: after [`SIGN_INS`] refusals
//!    within a minute it is 429.
//! 4. What nobody can guess is looked at all the same, so that an attacker shuts nobody out who
//!    shares an address with them: tokens, keys that were made, and secrets of
//!    [`Secret::STRONG`] bytes or more. A shorter secret is not even
//!    compared then, unless it was accepted before: that is what ends the guessing.

use std::{
    borrow::Cow,
    collections::HashMap,
    hash::Hash,
    net::{IpAddr, Ipv6Addr},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use domain::{clock::Clock, event::KEY_PREFIX, time::Instant};
use moka::{policy::EvictionPolicy, sync::Cache};
use percent_encoding::percent_decode_str;
use tokio::sync::Semaphore;

use super::{AuthError, Fault, Presented, presented::Authorization, secret::Secret, shared_link};

/// Refusals that are answered at once.
const FREE: f64 = 10.0;
/// Refusals after which an address, or the beginning of a key, is limited.
const MOST: f64 = 100.0;
/// Refusals after which a secret of the configuration is limited wherever they come from.
const MOST_FROM_EVERYWHERE: f64 = 1_000.0;
/// Refusals beyond the limit that are counted: so long it stays after the last one.
const BEYOND: f64 = 30.0;
/// Time in which one refusal is forgotten.
const PARDON: Duration = Duration::from_secs(2);
/// Wrong keys that an address may sign in with within a [`SIGN_IN_WINDOW`].
const SIGN_INS: f64 = 5.0;
/// Time after which these are forgotten, all at once.
const SIGN_IN_WINDOW: Duration = Duration::from_mins(1);
/// How much later an answer is for each refusal that is not free.
const STEP: Duration = Duration::from_millis(10);
/// Longest time that an answer is held back.
const LONGEST: Duration = Duration::from_secs(1);
/// Answers that are held back at the same time; more are given at once.
const HELD: usize = 64;
/// Sources and credentials that are remembered at most.
const REMEMBERED: u64 = 10_000;
/// Addresses that a line of the log counts.
const COUNTED_ADDRESSES: usize = 1_000;
/// Characters of a key that its refusals are counted by: too few to try it with.
const BEGINNING: usize = 16;

/// What refusals are counted by.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Source {
    /// An address; of IPv6 the network that one customer has.
    Address(IpAddr),
    /// The beginning of a key that was shown.
    Beginning(Box<str>),
    /// What was shown is no key; which secret it was to be.
    Secret(&'static str),
    /// An address that signs in on the pages.
    SignIn(IpAddr),
}

impl Source {
    /// Returns the source of an address.
    pub(super) fn address(address: IpAddr) -> Self {
        Self::Address(network(address))
    }

    /// Returns the source of an address that signs in.
    pub(super) fn sign_in(address: IpAddr) -> Self {
        Self::SignIn(network(address))
    }

    /// Returns the source of what a request shows, in the order in which it is looked at.
    pub(super) fn shown(presented: &Presented<'_>) -> Self {
        Self::of_shown(presented).0
    }

    /// Returns whether what a request shows is short enough for a secret that could be guessed.
    pub(super) fn is_short(presented: &Presented<'_>) -> bool {
        Self::of_shown(presented).1 < Secret::STRONG
    }

    /// Returns whether it is that of a secret, wherever it was shown.
    pub(super) const fn is_secret(&self) -> bool {
        matches!(self, Self::Secret(_))
    }

    /// Returns the source of what a request shows, and how many bytes that has.
    fn of_shown(presented: &Presented<'_>) -> (Self, usize) {
        let header = |name| presented.header(name).ok().flatten();
        if let Some(token) = header(shared_link::HEADER) {
            let token = String::from_utf8_lossy(token);
            let beginning = token.chars().take(BEGINNING).collect();
            return (Self::Beginning(beginning), token.len());
        }
        let key = match presented.authorization() {
            Ok(Authorization::Token(token)) => return (Self::Secret("token"), token.len()),
            Ok(Authorization::Key(key)) => Some(key),
            Ok(Authorization::Nothing | Authorization::Other) | Err(_) => None,
        };
        if let Some(shown) = header("x-plugin-secret").or_else(|| header("x-internal-token")) {
            return (Self::Secret("PLUGIN_INTERNAL_SECRET"), shown.len());
        }
        if let Some(shown) = header("x-hasura-admin-secret") {
            return (Self::Secret("HASURA_GRAPHQL_ADMIN_SECRET"), shown.len());
        }
        let in_path = || presented.path_key.map(|key| percent_decode_str(key).into());
        let key = header("x-api-key").or(key).map(Cow::Borrowed);
        let key: Option<Cow<'_, [u8]>> = key.or_else(in_path);
        let length = key.as_ref().map_or(0, |key| key.len());
        let source = match key.as_deref().map(str::from_utf8) {
            Some(Ok(text)) if text.starts_with(KEY_PREFIX) => {
                Self::Beginning(text.chars().take(BEGINNING).collect())
            }
            _ => Self::Secret("ANALYTICS_API_KEY"),
        };
        (source, length)
    }

    /// Returns the refusal that is one too many.
    const fn most(&self) -> f64 {
        match self {
            Self::Address(_) | Self::Beginning(_) => MOST,
            Self::Secret(_) => MOST_FROM_EVERYWHERE,
            Self::SignIn(_) => SIGN_INS + 1.0,
        }
    }

    /// Returns how many refusals beyond that are counted.
    const fn beyond(&self) -> f64 {
        match self {
            Self::Address(_) | Self::Beginning(_) | Self::Secret(_) => BEYOND,
            // Whoever mistypes once more waits no longer for it.
            Self::SignIn(_) => 0.0,
        }
    }

    /// Returns how refusals are forgotten.
    const fn pardon(&self) -> Pardon {
        match self {
            Self::Address(_) | Self::Beginning(_) | Self::Secret(_) => Pardon::OneEach(PARDON),
            Self::SignIn(_) => Pardon::AllAfter(SIGN_IN_WINDOW),
        }
    }
}

/// How refusals are forgotten.
#[derive(Debug, Clone, Copy)]
enum Pardon {
    /// One in each such time.
    OneEach(Duration),
    /// All of them, so long after the first.
    AllAfter(Duration),
}

/// Returns the address, or of IPv6 the network that one customer has.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => Ipv6Addr::from(u128::from(address) >> 64 << 64).into(),
    }
}

/// How many refusals a source has, and when that was so; where all are forgotten at once, when the first
/// of them was.
#[derive(Debug, Clone, Copy)]
struct Level {
    refusals: f64,
    at: Instant,
}

impl Level {
    fn now(self, now: Instant, pardon: Pardon) -> f64 {
        let passed = self.passed(now);
        match pardon {
            Pardon::OneEach(time) => (self.refusals - passed.div_duration_f64(time)).max(0.0),
            Pardon::AllAfter(time) if passed >= time => 0.0,
            Pardon::AllAfter(_) => self.refusals,
        }
    }

    /// Returns the level after one more refusal, up to `most`.
    fn after_one(self, now: Instant, pardon: Pardon, most: f64) -> Self {
        let before = self.now(now, pardon);
        let goes_on = matches!(pardon, Pardon::AllAfter(_)) && before > 0.0;
        Self {
            refusals: (before + 1.0).min(most),
            at: if goes_on { self.at } else { now },
        }
    }

    /// Returns how long to wait where there are `most` refusals or more.
    fn wait(self, now: Instant, pardon: Pardon, most: f64) -> Option<Duration> {
        let beyond = self.refusals - most;
        (beyond >= 0.0).then(|| match pardon {
            Pardon::OneEach(time) => time.mul_f64(beyond + 1.0),
            Pardon::AllAfter(time) => time.saturating_sub(self.passed(now)),
        })
    }

    fn passed(self, now: Instant) -> Duration {
        let passed = now.as_millis().saturating_sub(self.at.as_millis());
        Duration::from_millis(u64::try_from(passed).unwrap_or(0))
    }
}

/// What was refused since the log said so last.
#[derive(Debug, Default)]
struct Unsaid {
    refused: u64,
    limited: u64,
    addresses: HashMap<IpAddr, u64>,
}

/// Counts what is refused.
pub(super) struct Attempts {
    clock: Arc<dyn Clock>,
    levels: Cache<Source, Arc<Mutex<Level>>>,
    accepted: Cache<[u8; 32], ()>,
    held: Semaphore,
    unsaid: Mutex<Unsaid>,
}

impl Attempts {
    pub(super) fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            clock,
            levels: remembering(),
            accepted: remembering(),
            held: Semaphore::new(HELD),
            unsaid: Mutex::default(),
        }
    }

    /// Returns whether so much was refused of one of the sources that a guess is not looked at.
    pub(super) fn is_limited(&self, sources: &[Source]) -> bool {
        let now = self.clock.now();
        sources.iter().any(|source| {
            let level = self.levels.get(source);
            level.is_some_and(|level| read(&level).now(now, source.pardon()) >= source.most())
        })
    }

    /// Returns whether the secret of this hash was accepted before.
    pub(super) fn was_accepted(&self, hash: &[u8; 32]) -> bool {
        self.accepted.contains_key(hash)
    }

    /// Remembers that the secret of this hash was accepted.
    pub(super) fn accept(&self, hash: [u8; 32]) {
        if !self.was_accepted(&hash) {
            self.accepted.insert(hash, ());
        }
    }

    /// Counts a refusal; returns what the answer is.
    pub(super) fn refuse(
        &self,
        fault: Option<Fault>,
        address: IpAddr,
        sources: &[Source],
    ) -> AuthError {
        let now = self.clock.now();
        let wait = |source: &Source| {
            let level = self.count(source, now);
            level.wait(now, source.pardon(), source.most())
        };
        let wait = sources.iter().filter_map(wait).max();
        self.remember_to_say(address, wait.is_some());
        match (fault, wait) {
            (Some(fault), None) => fault.into(),
            (_, wait) => AuthError::TooManyFailures {
                retry_after: wait.unwrap_or(PARDON),
            },
        }
    }

    /// Returns how long the answer to a refusal is held back.
    pub(super) fn delay(&self, sources: &[Source]) -> Duration {
        let now = self.clock.now();
        let refusals = sources
            .iter()
            // What comes from everywhere delays nobody who mistypes once.
            .filter(|source| !matches!(source, Source::Secret(_)))
            .filter_map(|source| Some((self.levels.get(source)?, source.pardon())))
            .map(|(level, pardon)| read(&level).now(now, pardon))
            .fold(0.0, f64::max);
        STEP.mul_f64((refusals - FREE).max(0.0)).min(LONGEST)
    }

    /// Waits, unless so many answers are held back already that one more would cost too much.
    pub(super) async fn hold_back(&self, delay: Duration) {
        if !delay.is_zero()
            && let Ok(_held) = self.held.try_acquire()
        {
            tokio::time::sleep(delay).await;
        }
    }

    fn count(&self, source: &Source, now: Instant) -> Level {
        let fresh = || {
            Arc::new(Mutex::new(Level {
                refusals: 0.0,
                at: now,
            }))
        };
        let level = self.levels.get_with_by_ref(source, fresh);
        let mut level = level.lock().unwrap_or_else(PoisonError::into_inner);
        *level = level.after_one(now, source.pardon(), source.most() + source.beyond());
        *level
    }

    fn remember_to_say(&self, address: IpAddr, is_limited: bool) {
        let mut unsaid = self.unsaid.lock().unwrap_or_else(PoisonError::into_inner);
        unsaid.refused += 1;
        unsaid.limited += u64::from(is_limited);
        if unsaid.addresses.len() < COUNTED_ADDRESSES || unsaid.addresses.contains_key(&address) {
            *unsaid.addresses.entry(address).or_default() += 1;
        }
    }

    /// Writes one line to the log about what was refused since the last one, if anything was.
    pub(super) fn say(&self) {
        let unsaid = {
            let mut unsaid = self.unsaid.lock().unwrap_or_else(PoisonError::into_inner);
            std::mem::take(&mut *unsaid)
        };
        let Unsaid {
            refused,
            limited,
            addresses,
        } = unsaid;
        if let Some((most_from, most)) = addresses.iter().max_by_key(|(_, count)| **count) {
            let addresses = addresses.len();
            tracing::warn!(refused, limited, addresses, %most_from, most, "auth.refused");
        }
    }
}

/// What was there last stays: the newest attacker is the one to count, whoever came before.
fn remembering<K, V>() -> Cache<K, V>
where
    K: Hash + Eq + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    Cache::builder()
        .max_capacity(REMEMBERED)
        .eviction_policy(EvictionPolicy::lru())
        .build()
}

fn read(level: &Mutex<Level>) -> Level {
    *level.lock().unwrap_or_else(PoisonError::into_inner)
}
