//! The connections that are open, and which of them makes place for another.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::sync::Notify;

use super::Limits;

/// Time between two lines of the log about limits that were met.
const SILENCE: Duration = Duration::from_mins(1);

/// The connections that are open.
pub(super) struct Open {
    limits: Arc<Limits>,
    began: Instant,
    table: Mutex<Table>,
}

#[derive(Default)]
struct Table {
    places: HashMap<u64, Arc<Place>>,
    by_address: HashMap<IpAddr, usize>,
    next: u64,
    /// Connections that were closed to make place, or refused, since the log told of it.
    untold: u64,
    told: Option<Instant>,
}

/// What is known of an open connection.
pub(super) struct Place {
    number: u64,
    address: IpAddr,
    began: Instant,
    /// Milliseconds after `began` at which something of the client's arrived or was taken.
    moved: AtomicU64,
    /// Whether we are at work for it, and not waiting for its client.
    working: AtomicBool,
    /// Whether its client does not take what we write.
    stalled: AtomicBool,
    /// Told when it has to make place.
    pub(super) leave: Notify,
}

/// An open connection's entry, which ends with this.
pub(super) struct Admitted {
    open: Arc<Open>,
    pub(super) place: Arc<Place>,
}

impl Drop for Admitted {
    fn drop(&mut self) {
        self.open.table().remove(self.place.number);
    }
}

impl Place {
    /// Remembers that the client sent or took something.
    pub(super) fn moves(&self) {
        let millis = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.moved.store(millis, Ordering::Relaxed);
        self.stalled.store(false, Ordering::Relaxed);
    }

    /// Remembers that the client does not take what we write.
    pub(super) fn stalls(&self) {
        self.stalled.store(true, Ordering::Relaxed);
    }

    /// Remembers whether we are at work for the client, and not waiting for it.
    pub(super) fn works(&self, works: bool) {
        self.working.store(works, Ordering::Relaxed);
    }

    fn awaits_client(&self) -> bool {
        !self.working.load(Ordering::Relaxed) || self.stalled.load(Ordering::Relaxed)
    }
}

impl Open {
    pub(super) fn new(limits: Arc<Limits>) -> Self {
        Self {
            limits,
            began: Instant::now(),
            table: Mutex::default(),
        }
    }

    /// Finds place for a connection of this address; `None` when there is none.
    pub(super) fn admit(open: &Arc<Self>, address: IpAddr) -> Option<Admitted> {
        let speaks_for_many = open.speaks_for_many(address);
        let address = counted_as(address);
        let mut table = open.table();
        let of_address = table.by_address.get(&address).copied().unwrap_or(0);
        if of_address >= open.limits.by_address && !speaks_for_many {
            table.tell(of_address);
            table.close_one(Some(address)).then_some(())?;
        }
        let all = table.places.len();
        if all >= open.limits.connections {
            table.tell(all);
            table.close_one(None).then_some(())?;
        }
        let number = table.next;
        table.next += 1;
        let place = Arc::new(Place {
            number,
            address,
            began: open.began,
            moved: AtomicU64::new(0),
            working: AtomicBool::new(false),
            stalled: AtomicBool::new(false),
            leave: Notify::new(),
        });
        place.moves();
        *table.by_address.entry(address).or_default() += 1;
        table.places.insert(number, Arc::clone(&place));
        drop(table);
        Some(Admitted {
            open: Arc::clone(open),
            place,
        })
    }

    /// Closes the connection that has waited longest for its client, if there is one.
    pub(super) fn make_place(&self) {
        self.table().close_one(None);
    }

    fn speaks_for_many(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        let listed = |net: &ipnet::IpNet| net.contains(&address);
        address.is_loopback() || self.limits.proxies.iter().any(listed)
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        // Nothing is kept behind the lock that a panic could leave half done.
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    /// Closes the connection that has waited longest for its client, among all or those of an
    /// address; returns whether there was one.
    fn close_one(&mut self, address: Option<IpAddr>) -> bool {
        let longest = self
            .places
            .values()
            .filter(|place| address.is_none_or(|address| place.address == address))
            .filter(|place| place.awaits_client())
            .min_by_key(|place| place.moved.load(Ordering::Relaxed))
            .map(Arc::clone);
        let Some(place) = longest else {
            return false;
        };
        self.remove(place.number);
        place.leave.notify_one();
        true
    }

    fn remove(&mut self, number: u64) {
        let Some(place) = self.places.remove(&number) else {
            return;
        };
        if let Some(count) = self.by_address.get_mut(&place.address) {
            *count -= 1;
            if *count == 0 {
                self.by_address.remove(&place.address);
            }
        }
    }

    /// Says once a minute that a limit is met.
    fn tell(&mut self, connections: usize) {
        self.untold += 1;
        if self.told.is_none_or(|told| told.elapsed() >= SILENCE) {
            tracing::warn!(
                connections,
                closed = self.untold,
                "listen.full: idle connections are closed to make place \
                 (ANALYTICS_MAX_CONNECTIONS, ANALYTICS_MAX_CONNECTIONS_PER_ADDRESS)"
            );
            (self.told, self.untold) = (Some(Instant::now()), 0);
        }
    }
}

/// Returns what connections of an address are counted under: whoever has an IPv6 address usually has
/// a whole network of 64 bits.
fn counted_as(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) if !v6.is_loopback() => {
            let [a, b, c, d, ..] = v6.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(connections: usize, by_address: usize) -> Arc<Open> {
        let proxies = ["10.0.0.1/32", "2001:db8:1::5/128", "2001:db8:2::/48"];
        let proxies = proxies.map(|proxy| proxy.parse().unwrap()).to_vec();
        let second = Duration::from_secs(1);
        Arc::new(Open::new(Arc::new(Limits {
            connections,
            by_address,
            proxies,
            head: second,
            write: second,
        })))
    }

    fn admit(open: &Arc<Open>, address: &str) -> Option<Admitted> {
        Open::admit(open, address.parse().unwrap())
    }

    fn is_open(admitted: &Admitted) -> bool {
        let table = admitted.open.table();
        table.places.contains_key(&admitted.place.number)
    }

    #[test]
    fn the_one_that_waits_longest_makes_place() {
        let open = open(3, 3);
        let all: Vec<Admitted> = (0..3).map(|_| admit(&open, "127.0.0.1").unwrap()).collect();
        for (admitted, moved) in all.iter().zip([5, 3, 4]) {
            admitted.place.moved.store(moved, Ordering::Relaxed);
        }
        // The second has waited longest, but is being answered.
        all[1].place.works(true);
        let new = admit(&open, "127.0.0.1").unwrap();
        new.place.moved.store(6, Ordering::Relaxed);
        let states = [is_open(&all[0]), is_open(&all[1]), is_open(&all[2])];
        assert_eq!(states, [true, true, false]);
        // Its client does not take the answer.
        all[1].place.stalls();
        drop(admit(&open, "127.0.0.1").unwrap());
        assert!(!is_open(&all[1]));
        all[0].place.works(true);
        new.place.works(true);
        let last = admit(&open, "127.0.0.1").unwrap();
        last.place.works(true);
        assert!(
            admit(&open, "127.0.0.1").is_none(),
            "all are being answered"
        );
        drop(last);
        assert!(admit(&open, "127.0.0.1").is_some());
    }

    #[test]
    fn one_address_has_a_limit_unless_it_speaks_for_many() {
        let open = open(100, 2);
        for (address, many) in [
            ("192.0.2.1", false),
            ("::ffff:192.0.2.2", false),
            ("2001:db8::1", false),
            ("127.0.0.1", true),
            ("::1", true),
            ("10.0.0.1", true),
            ("::ffff:10.0.0.1", true),
            ("2001:db8:1::5", true),
            ("2001:db8:1::6", false),
            ("2001:db8:2:3::4", true),
        ] {
            let all: Vec<Admitted> = (0..3).map(|_| admit(&open, address).unwrap()).collect();
            let open = all.iter().filter(|admitted| is_open(admitted)).count();
            assert_eq!(open, if many { 3 } else { 2 }, "{address}");
        }
        assert!(open.table().by_address.is_empty());
        // Two addresses of one network are one client.
        let all: Vec<Admitted> = (1..=3)
            .map(|last| admit(&open, &format!("2001:db8::{last}")).unwrap())
            .collect();
        assert_eq!(all.iter().filter(|admitted| is_open(admitted)).count(), 2);
    }
}
