//! Room in memory for what requests hold: their bodies, what is read out of these, large answers.
//!
//! 1. Room is taken for what is there, and never for what was only announced: whoever sends slowly
//!    holds little.
//! 2. No caller ever has all the room, and no request more than its caller.
//! 3. The beginning of a body has a room of its own, so that small bodies never wait for large ones.
//! 4. A body that goes beyond its beginning, or finds no more room for that, takes room for all that it
//!    may come to, at once. Whoever has that waits for nobody, so nobody waits for ever: of several that
//!    each held a part and waited for more, none would come to its end.
//! 5. What is held is given back when the work on it has ended, and not when whoever asked has left.

use std::{sync::Arc, time::Duration};

use store::{Full, Share, Shares};

/// Longest time that a request waits for room.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);
/// Bytes of a place.
pub(super) const PLACE: usize = 1024;
/// Bytes of the beginning of a body.
const BEGINNING: usize = 256 * 1024;

/// Memory for the beginnings of the bodies of one caller, as a part of all memory; all callers together
/// have twice as much. And the least of it.
const ARRIVING_PART: u64 = 96;
const LEAST_ARRIVING: u64 = 8 * BEGINNING as u64;
/// The same for the whole of larger bodies.
const LARGE_PART: u64 = 24;
/// The same for what is read out of bodies, and the least of it.
const READ_PART: u64 = 16;
const LEAST_READ: u64 = 8 * 1024 * 1024;
/// The same for large answers until they are sent.
const UNREAD_PART: u64 = 16;
/// Lists of events that are read and written at once, in all and for one caller.
const LISTS: (u32, u32) = (4, 2);
/// Events of a batch that this is enough for.
const USUAL_BATCH: u64 = 10_000;

/// Why there is no room for a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RoomError {
    /// The caller's own bodies take what one caller may have for theirs.
    #[error(
        "your other requests take all the room that one caller has for bodies; nothing of this request was stored, send it when they are answered, or in parts"
    )]
    OwnBodies,
    /// The bodies of all callers take all there is.
    #[error(
        "the bodies of other requests take all the room there is; nothing of this request was stored, try again in a moment"
    )]
    Bodies,
    /// The caller has asked for more than they have read.
    #[error(
        "answers that you have asked for and not read yet take all the room that one caller has for them: read them first"
    )]
    OwnAnswers,
    /// All callers have asked for more than they have read.
    #[error(
        "answers that others have not read yet take all the room there is: try again in a moment"
    )]
    Answers,
    /// The caller has as many lists of events under way as one caller may have.
    #[error(
        "your other requests for lists of events are still answered: ask for one after the other"
    )]
    OwnLists,
    /// There are as many lists of events under way as there may be.
    #[error("too many lists of events are asked for at the moment: try again in a moment")]
    Lists,
    /// The caller has as many exports under way as one caller may have.
    #[error(
        "you have as many exports under way as one caller may have: try again when one has ended"
    )]
    OwnExports,
    /// There are as many exports under way as there may be.
    #[error("there are as many exports under way as there may be: try again in a moment")]
    Exports,
}

impl RoomError {
    pub(super) const fn of_bodies(full: Full) -> Self {
        match full {
            Full::Own => Self::OwnBodies,
            Full::All => Self::Bodies,
        }
    }

    pub(super) const fn of_answers(full: Full) -> Self {
        match full {
            Full::Own => Self::OwnAnswers,
            Full::All => Self::Answers,
        }
    }

    pub(super) const fn of_exports(full: Full) -> Self {
        match full {
            Full::Own => Self::OwnExports,
            Full::All => Self::Exports,
        }
    }
}

/// Room of all requests together.
///
/// A place is 1 KiB, but one list among lists.
pub struct Rooms {
    /// For the beginnings of bodies.
    pub(super) arriving: Shares,
    /// For the whole of those that are larger.
    pub(super) large: Shares,
    /// For what is read out of bodies, until it is stored.
    pub(super) read: Shares,
    /// For the bodies of large answers, until they are sent.
    pub(super) unread: Shares,
    /// For lists of events, until they are written: only then it is known how large they are.
    lists: Shares,
}

impl Rooms {
    /// Returns the room within so much memory, where a body has at most so many bytes and so many
    /// events.
    pub fn new(memory: u64, body: u64, events: u64) -> Self {
        let room = |each: u64| {
            let each = u32::try_from(each / PLACE as u64 + 2).unwrap_or(u32::MAX / 2);
            Shares::new(each * 2, each)
        };
        // Whoever allows larger batches than usual allows what they need.
        let batches = events.div_ceil(USUAL_BATCH);
        Self {
            arriving: room((memory / ARRIVING_PART).max(LEAST_ARRIVING)),
            // A packed body is there beside what it unpacks to.
            large: room((memory / LARGE_PART).max(body * 2)),
            read: room((memory / READ_PART).max(LEAST_READ) * batches),
            unread: room(memory / UNREAD_PART),
            lists: Shares::new(LISTS.0, LISTS.1),
        }
    }

    /// Finds a place for a list of events.
    pub(super) async fn list(&self, caller: &str) -> Result<Share, RoomError> {
        let place = self.lists.take(Some(caller), 1, PATIENCE).await;
        place.map_err(|full| match full {
            Full::Own => RoomError::OwnLists,
            Full::All => RoomError::Lists,
        })
    }
}

/// Room that a request has for its body, until this is dropped.
pub(super) struct Room {
    rooms: Arc<Rooms>,
    caller: String,
    /// Longest time that it waits once it is large.
    patience: Duration,
    beginning: Share,
    /// For all of a body that is larger than its beginning.
    whole: Option<Share>,
}

impl Room {
    /// Finds room for a body that begins to arrive, and that waits for `patience` once it is large.
    pub(super) async fn begin(
        rooms: &Arc<Rooms>,
        caller: String,
        patience: Duration,
    ) -> Result<Self, RoomError> {
        let beginning = rooms.arriving.take(Some(&caller), 1, PATIENCE).await;
        Ok(Self {
            beginning: beginning.map_err(RoomError::of_bodies)?,
            rooms: Arc::clone(rooms),
            caller,
            patience,
            whole: None,
        })
    }

    /// Finds room for so many bytes in all, of a body that may come to `most`.
    pub(super) async fn hold(&mut self, bytes: usize, most: usize) -> Result<(), RoomError> {
        let (needed, held) = (places(bytes), self.places());
        if needed as usize <= held {
            return Ok(());
        }
        let caller = Some(self.caller.as_str());
        let more = needed - u32::try_from(held).unwrap_or(needed);
        if bytes <= BEGINNING
            && let Ok(more) = self.rooms.arriving.try_take(caller, more)
        {
            self.beginning.add(more);
            return Ok(());
        }
        self.whole = None;
        let most = places(most).max(needed);
        let whole = self.rooms.large.take(caller, most, self.patience).await;
        self.whole = Some(whole.map_err(RoomError::of_bodies)?);
        Ok(())
    }

    /// Gives room back until there is some for so many bytes.
    pub(super) fn keep(&mut self, bytes: usize) {
        let needed = places(bytes) as usize;
        match &mut self.whole {
            Some(whole) if needed > self.beginning.places() => {
                whole.keep(needed);
                self.beginning.keep(1);
            }
            whole => {
                *whole = None;
                self.beginning.keep(needed);
            }
        }
    }

    /// Returns how many bytes what is read out of one body may take.
    pub(super) fn most_read(&self) -> usize {
        self.rooms.read.each() as usize * PLACE
    }

    /// Finds room for so many bytes that are read out of the body.
    pub(super) async fn to_read(&self, bytes: usize) -> Result<Read, RoomError> {
        let caller = Some(self.caller.as_str());
        let patience = match self.whole {
            Some(_) => self.patience,
            None => PATIENCE,
        };
        let read = self.rooms.read.take(caller, places(bytes), patience).await;
        Ok(Read(read.map_err(RoomError::of_bodies)?))
    }

    fn places(&self) -> usize {
        let whole = self.whole.as_ref().map_or(0, Share::places);
        whole.max(self.beginning.places())
    }
}

/// Room for what was read out of a body, until this is dropped.
pub(super) struct Read(Share);

impl Read {
    /// Gives room back that so many bytes do not need.
    pub(super) fn keep(&mut self, bytes: usize) {
        self.0.keep(places(bytes) as usize);
    }
}

pub(super) fn places(bytes: usize) -> u32 {
    u32::try_from(bytes.div_ceil(PLACE).max(1)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use futures::future::join_all;

    use super::*;

    const MIB: usize = 1024 * 1024;
    const AT_ONCE: Duration = Duration::from_millis(20);

    /// Room for two bodies of ten megabytes of one caller.
    fn rooms() -> Arc<Rooms> {
        Arc::new(Rooms::new(64 * MIB as u64, 10 * MIB as u64, 10_000))
    }

    async fn begin(rooms: &Arc<Rooms>, caller: &str) -> Room {
        let begun = Room::begin(rooms, caller.to_owned(), AT_ONCE).await;
        begun.unwrap()
    }

    /// Lets a body of `size` bytes arrive in pieces; it is held for a moment.
    async fn arrive(rooms: &Arc<Rooms>, size: usize, piece: usize) -> Result<(), RoomError> {
        let mut room = Room::begin(rooms, "one".to_owned(), PATIENCE).await?;
        for arrived in (piece..=size).step_by(piece) {
            room.hold(arrived, size).await?;
            tokio::task::yield_now().await;
        }
        Ok(())
    }

    #[tokio::test]
    async fn large_bodies_of_one_caller_come_one_after_the_other() {
        let rooms = rooms();
        let bodies = (0..12).map(|_| arrive(&rooms, 10 * MIB, 64 * 1024));
        let arrived = join_all(bodies).await;
        assert!(arrived.iter().all(Result::is_ok), "{arrived:?}");
    }

    #[tokio::test]
    async fn what_arrives_in_small_pieces_takes_as_much_as_in_large_ones() {
        for piece in [1, 1_000, 1_024, 64 * 1_024] {
            let rooms = rooms();
            let mut room = begin(&rooms, "one").await;
            for arrived in (0..=BEGINNING).step_by(piece) {
                room.hold(arrived, 10 * MIB).await.unwrap();
            }
            assert_eq!(room.places(), BEGINNING / PLACE, "{piece}");
            room.hold(BEGINNING + 1, 10 * MIB).await.unwrap();
            assert_eq!(room.places(), 10 * MIB / PLACE, "{piece}");
            // Small bodies of the same caller still find room, and one large one.
            arrive(&rooms, BEGINNING, piece).await.unwrap();
            let mut other = begin(&rooms, "one").await;
            other.hold(MIB, 10 * MIB).await.unwrap();
            let mut third = begin(&rooms, "one").await;
            let refused = third.hold(MIB, 10 * MIB).await;
            assert_eq!(refused, Err(RoomError::OwnBodies));
            let mut others = begin(&rooms, "other").await;
            others.hold(MIB, 20 * MIB).await.unwrap();
            let mut last = begin(&rooms, "third").await;
            let refused = last.hold(MIB, 10 * MIB).await;
            assert_eq!(refused, Err(RoomError::Bodies));
            room.keep(BEGINNING - 1);
            assert!(room.whole.is_none());
            third.hold(MIB, 10 * MIB).await.unwrap();
        }
    }

    #[tokio::test]
    async fn what_is_unpacked_takes_no_more_than_it_turned_out_to_need() {
        let rooms = rooms();
        let mut room = begin(&rooms, "one").await;
        room.hold(10_000, 10_000).await.unwrap();
        for (bytes, kept) in [(10_000 + 240_000, 900), (MIB, 500_000), (10 * MIB, 9 * MIB)] {
            room.hold(bytes, bytes).await.unwrap();
            assert!(room.places() >= bytes / PLACE);
            room.keep(kept);
            assert_eq!(room.places(), kept.div_ceil(PLACE));
        }
    }
}
