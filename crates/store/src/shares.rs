//! Places that many wait for, and of which nobody has all.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, Weak},
    time::Duration,
};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{Instant, timeout_at},
};

/// Callers remembered before those that hold nothing are forgotten.
const REMEMBERED: usize = 256;

/// A number of places, of which one caller may have some and never all: whoever floods the service
/// waits for itself, and others go on.
///
/// Callers are told apart by a name; `None` is the service itself, which only waits for free places.
#[derive(Debug)]
pub struct Shares {
    all: Arc<Semaphore>,
    each: u32,
    callers: Mutex<HashMap<String, Weak<Semaphore>>>,
}

/// Places that a caller has until this is dropped.
#[derive(Debug)]
pub struct Share {
    own: Option<OwnedSemaphorePermit>,
    all: OwnedSemaphorePermit,
}

/// Why there are no places.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Full {
    /// The caller has all that one caller may have.
    Own,
    /// All callers together have all there are.
    All,
}

impl Shares {
    /// Returns that many places, of which one caller may have `each`.
    pub fn new(all: u32, each: u32) -> Self {
        Self {
            all: Arc::new(Semaphore::new(all as usize)),
            each: each.clamp(1, all.max(1)),
            callers: Mutex::default(),
        }
    }

    /// Returns how many places one caller may have.
    pub const fn each(&self) -> u32 {
        self.each
    }

    /// Waits for places, at most for `patience`.
    ///
    /// # Errors
    /// [`Full`] when there are none by then, or more are asked for than one caller may have.
    pub async fn take(
        &self,
        caller: Option<&str>,
        places: u32,
        patience: Duration,
    ) -> Result<Share, Full> {
        if places > self.each && caller.is_some() {
            return Err(Full::Own);
        }
        let until = Instant::now() + patience;
        let places_of = async |all: Arc<Semaphore>| {
            let taken = timeout_at(until, all.acquire_many_owned(places)).await;
            taken.ok().and_then(Result::ok)
        };
        let own = match caller {
            Some(caller) => Some(places_of(self.of(caller)).await.ok_or(Full::Own)?),
            None => None,
        };
        let all = places_of(Arc::clone(&self.all)).await.ok_or(Full::All)?;
        Ok(Share { own, all })
    }

    /// Takes places that are free right now.
    ///
    /// # Errors
    /// [`Full`] when there are none, or more are asked for than one caller may have.
    pub fn try_take(&self, caller: Option<&str>, places: u32) -> Result<Share, Full> {
        let own = caller.map(|caller| self.of(caller).try_acquire_many_owned(places));
        let own = own.transpose().map_err(|_none| Full::Own)?;
        let all = Arc::clone(&self.all).try_acquire_many_owned(places);
        let all = all.map_err(|_none| Full::All)?;
        Ok(Share { own, all })
    }

    /// Lets everybody who waits, and whoever comes, go away without a place.
    pub fn close(&self) {
        self.all.close();
    }

    fn of(&self, caller: &str) -> Arc<Semaphore> {
        // Nothing is kept behind the lock that a panic could leave half done.
        let mut callers = self.callers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = callers.get(caller).and_then(Weak::upgrade) {
            return own;
        }
        if callers.len() >= REMEMBERED {
            callers.retain(|_, own| own.strong_count() > 0);
        }
        let own = Arc::new(Semaphore::new(self.each as usize));
        callers.insert(caller.to_owned(), Arc::downgrade(&own));
        own
    }
}

impl Share {
    /// Adds places of the same caller to these.
    pub fn add(&mut self, more: Self) {
        self.all.merge(more.all);
        match (&mut self.own, more.own) {
            (Some(own), Some(more)) => own.merge(more),
            (own @ None, more) => *own = more,
            (Some(_), None) => {}
        }
    }

    /// Returns how many places these are.
    pub fn places(&self) -> usize {
        self.all.num_permits()
    }

    /// Gives places back until so many are left.
    pub fn keep(&mut self, places: usize) {
        let surplus = self.places().saturating_sub(places);
        drop(self.all.split(surplus));
        drop(self.own.as_mut().and_then(|own| own.split(surplus)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT_ONCE: Duration = Duration::from_millis(20);

    #[tokio::test]
    async fn one_caller_never_has_all_the_places() {
        let shares = Shares::new(4, 3);
        let mut flood = shares.take(Some("flood"), 1, AT_ONCE).await.unwrap();
        flood.add(shares.take(Some("flood"), 2, AT_ONCE).await.unwrap());
        assert_eq!(flood.places(), 3);
        let full = async |caller, places| {
            let at_once = shares.try_take(caller, places).unwrap_err();
            let later = shares.take(caller, places, AT_ONCE).await.unwrap_err();
            assert_eq!(at_once, later);
            later
        };
        assert_eq!(full(Some("flood"), 1).await, Full::Own);
        let other = shares.take(Some("other"), 1, AT_ONCE).await.unwrap();
        assert_eq!(full(Some("other"), 1).await, Full::All);
        assert_eq!(full(None, 1).await, Full::All);
        flood.keep(1);
        assert!(shares.take(None, 2, AT_ONCE).await.is_ok());
        assert!(shares.take(Some("flood"), 2, AT_ONCE).await.is_ok());
        assert!(shares.try_take(Some("flood"), 2).is_ok());
        assert_eq!(full(Some("flood"), 4).await, Full::Own);
        drop((flood, other));
        assert!(shares.take(None, 4, AT_ONCE).await.is_ok());
    }

    #[tokio::test]
    async fn what_is_free_is_taken_at_once_however_much_was_done_before() {
        let shares = Shares::new(4, 3);
        // A task that has done much is made to pause by every wait, however short.
        while tokio::task::coop::has_budget_remaining() {
            tokio::task::coop::consume_budget().await;
        }
        assert!(shares.try_take(Some("one"), 1).is_ok());
    }

    #[tokio::test]
    async fn whoever_holds_nothing_is_forgotten() {
        let shares = Shares::new(4, 1);
        let held = shares.take(Some("held"), 1, AT_ONCE).await.unwrap();
        for number in 0..10 * REMEMBERED {
            let caller = number.to_string();
            assert!(shares.take(Some(&caller), 1, AT_ONCE).await.is_ok());
        }
        assert!(shares.callers.lock().unwrap().len() <= REMEMBERED);
        assert!(shares.take(Some("held"), 1, AT_ONCE).await.is_err());
        drop(held);
    }
}
