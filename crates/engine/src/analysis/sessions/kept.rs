//! The sessions of a span, stored so that its events need not be read again.

use domain::{
    query::Population,
    time::{Instant, Range},
};
use serde::{Deserialize, Serialize};

use super::{Counted, LONGEST};

/// The sessions that begin in a span, in order of time.
///
/// Of a local day they depend on the events of the day, of half an hour before it and of 24 hours after it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Sessions {
    /// Milliseconds since 1970 that times are counted from.
    base: i64,
    /// When each began, in milliseconds after the one before it, or after the base.
    after: Vec<u32>,
    /// How long each is, in milliseconds.
    lengths: Vec<u32>,
    /// Numbers of the people.
    people: Vec<u32>,
    /// Places of those of bots.
    of_bots: Vec<u32>,
    /// Places of those that do not count once.
    weighted: Vec<(u32, Weight)>,
}

/// How many a session stands for.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
struct Weight {
    /// Sessions: the weight of its first event.
    sessions: f64,
    /// People: the least weight among its events.
    people: f64,
}

/// A session.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Session {
    /// Number of the person.
    pub person: u32,
    /// The first event.
    pub began: Instant,
    /// The last event.
    pub last: Instant,
    /// Whether a bot has it.
    pub is_bot: bool,
    /// How many sessions it stands for: the weight of its first event.
    pub weight: f64,
    /// How many people it stands for: the least weight among its events.
    pub people: f64,
}

impl Session {
    /// Returns the time from the first to the last event, in milliseconds.
    pub fn length(&self) -> i64 {
        self.last.as_millis() - self.began.as_millis()
    }
}

impl Sessions {
    /// Returns the sessions of a span that begins at `from` and is no longer than some weeks.
    pub(super) fn new(from: Instant, mut sessions: Vec<Session>) -> Self {
        sessions.sort_unstable_by_key(|session| (session.began, session.person));
        let mut kept = Self {
            base: from.as_millis(),
            ..Self::default()
        };
        let mut last = kept.base;
        for (place, session) in (0u32..).zip(&sessions) {
            let began = session.began.as_millis();
            let after = began - std::mem::replace(&mut last, began);
            kept.after.push(u32::try_from(after).unwrap_or(u32::MAX));
            let length = session.length().min(LONGEST);
            kept.lengths.push(u32::try_from(length).unwrap_or(u32::MAX));
            kept.people.push(session.person);
            if session.is_bot {
                kept.of_bots.push(place);
            }
            let weight = Weight {
                sessions: session.weight,
                people: session.people,
            };
            if weight != Weight::ONCE {
                kept.weighted.push((place, weight));
            }
        }
        kept
    }

    /// Returns when the span begins.
    pub fn from(&self) -> Instant {
        Instant::from_millis(self.base)
    }

    /// Returns whether it tells how long the sessions of a range are as they are seen at `end`: none goes on
    /// over that instant.
    pub fn is_known_at(&self, end: Instant, range: Range) -> bool {
        self.all().all(|session| {
            session.began >= end || session.last < end || !range.contains(session.began)
        })
    }

    /// Says which sessions of those that count begin in a range.
    pub(super) fn each(
        &self,
        (population, counted): (Population, &Counted),
        range: Range,
        mut say: impl FnMut(Session),
    ) {
        for session in self.all() {
            if range.contains(session.began)
                && population.holds(session.is_bot)
                && counted.holds_person(session.person)
            {
                say(session);
            }
        }
    }

    fn all(&self) -> impl Iterator<Item = Session> {
        let mut began = self.from();
        let mut of_bots = self.of_bots.iter().copied().peekable();
        let mut weighted = self.weighted.iter().copied().peekable();
        let rows = self.after.iter().zip(&self.lengths).zip(&self.people);
        (0u32..)
            .zip(rows)
            .map(move |(place, ((after, length), person))| {
                began = began.plus_millis(i64::from(*after));
                let weight = weighted.next_if(|(of, _)| *of == place);
                let weight = weight.map_or(Weight::ONCE, |(_, weight)| weight);
                Session {
                    person: *person,
                    began,
                    last: began.plus_millis(i64::from(*length)),
                    is_bot: of_bots.next_if_eq(&place).is_some(),
                    weight: weight.sessions,
                    people: weight.people,
                }
            })
    }

    /// Returns the bytes that it takes in memory.
    pub(crate) fn bytes(&self) -> usize {
        size_of_val(&self.after[..])
            + size_of_val(&self.lengths[..])
            + size_of_val(&self.people[..])
            + size_of_val(&self.of_bots[..])
            + size_of_val(&self.weighted[..])
    }
}

impl Weight {
    const ONCE: Self = Self {
        sessions: 1.0,
        people: 1.0,
    };
}
