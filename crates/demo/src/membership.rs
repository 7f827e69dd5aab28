//! Who is in which channel from when to when.

use jiff::tz::TimeZone;

use super::{
    blueprint::Audience,
    calendar::Calendar,
    channel::Channel,
    dice::{Dice, Purpose, whole},
    person::{Person, day_number},
    rhythm::working_moment,
    weighted::Weighted,
};

/// Most memberships of one person.
pub(super) const MOST: usize = 24;

const MINUTE_MILLIS: f64 = 60_000.0;

/// One person's time in one channel. Kept small: it is asked for with every act.
#[derive(Debug, Clone, Copy)]
pub(super) struct Membership {
    /// Number of the channel.
    pub(super) channel: u32,
    /// How much the person likes it, compared with others.
    pub(super) liking: f32,
    /// The millisecond of joining; `i64::MIN` when that was before the period.
    pub(super) from: i64,
    /// The millisecond of leaving; `i64::MAX` when that is never.
    pub(super) until: i64,
}

impl Membership {
    /// Returns whether the person is in the channel at that millisecond.
    pub(super) const fn holds(&self, at: i64) -> bool {
        self.from < at && at < self.until
    }
}

/// A membership with the days on which somebody comes and goes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Drawn {
    pub(super) membership: Membership,
    /// The day of joining, where it is within the period and worth an event.
    pub(super) join_day: Option<i32>,
    /// The day of leaving.
    pub(super) leave_day: Option<i32>,
}

/// What memberships are drawn from.
pub(super) struct Draw<'a> {
    seed: u64,
    calendar: &'a Calendar,
    zones: &'a [TimeZone],
    channels: &'a [Channel],
    everyones: Vec<u32>,
    topics: Vec<u32>,
    choice: Weighted,
}

impl<'a> Draw<'a> {
    /// Returns the draw of memberships in these channels.
    pub(super) fn new(
        seed: u64,
        calendar: &'a Calendar,
        zones: &'a [TimeZone],
        channels: &'a [Channel],
    ) -> Self {
        let of = |wanted: fn(&Channel) -> bool| {
            let numbered = (0_u32..).zip(channels);
            let found = numbered.filter(|(_, channel)| wanted(channel));
            found.map(|(index, _)| index).collect::<Vec<_>>()
        };
        let topics =
            of(|channel| channel.audience != Audience::Everyone && !channel.is_conversation());
        // People look into many channels and talk in few.
        let popularity = |index: &u32| channels[*index as usize].popularity.sqrt();
        Self {
            seed,
            calendar,
            zones,
            channels,
            everyones: of(|channel| channel.audience == Audience::Everyone),
            choice: Weighted::new(topics.iter().map(popularity)),
            topics,
        }
    }

    /// Returns the memberships of a person, at most [`MOST`].
    pub(super) fn of(&self, index: u32, person: &Person, own: &[u32]) -> Vec<Drawn> {
        let mut dice = Dice::new(self.seed, Purpose::Membership, index);
        let mut found: Vec<Drawn> = Vec::new();
        let join = |channel: u32, dice: &mut Dice, found: &mut Vec<Drawn>| {
            let known = found
                .iter()
                .any(|drawn| drawn.membership.channel == channel);
            if !known && found.len() < MOST {
                found.extend(self.join(index, person, channel, found.len(), dice));
            }
        };
        for channel in self.everyones.iter().chain(own) {
            join(*channel, &mut dice, &mut found);
        }
        if !self.topics.is_empty() {
            for _ in 0..5 + dice.below(10) {
                let channel = self.topics[self.choice.draw(&mut dice)];
                // Strangers to a team look in now and then, and stay seldom.
                let welcome = match self.channels[channel as usize].audience {
                    Audience::Team(team) if team != person.team => 0.15,
                    _ => 0.85,
                };
                if dice.chance(welcome) {
                    join(channel, &mut dice, &mut found);
                }
            }
        }
        found
    }

    fn join(
        &self,
        index: u32,
        person: &Person,
        number: u32,
        earlier: usize,
        dice: &mut Dice,
    ) -> Option<Drawn> {
        let channel = &self.channels[number as usize];
        let is_owner = channel.owner == index;
        let (from, join_day) = if channel.is_conversation() {
            // Opening a conversation brings all of its people at once.
            (channel.created_at, None)
        } else if person.joined < 0 && channel.born.is_none() {
            (i64::MIN, None)
        } else if is_owner && channel.born.is_some() {
            (channel.created_at + 1_000, channel.born)
        } else {
            let (day, at) = self.arrival(person, channel, earlier, dice)?;
            (at, Some(day))
        };
        if channel.archived.is_some_and(|(_, end)| end <= from) {
            return None;
        }
        let team = matches!(channel.audience, Audience::Team(team) if team == person.team);
        let stays = is_owner || channel.audience == Audience::Everyone || channel.is_conversation();
        let left = if !stays && dice.chance(0.12) {
            let stay = day_number(20.0 + dice.exponential(100.0));
            self.moment(person, join_day.unwrap_or(0).saturating_add(stay), dice)
        } else {
            None
        };
        let gone = channel.archived.map_or(i64::MAX, |(_, end)| end);
        let left = left.filter(|(_, end)| *end < gone);
        let liking = dice.around_one().max(0.05) * if team { 2.0 } else { 1.0 };
        #[expect(clippy::cast_possible_truncation, reason = "a few digits are enough")]
        let membership = Membership {
            channel: number,
            liking: liking as f32,
            from,
            until: left.map_or(i64::MAX, |(_, end)| end),
        };
        Some(Drawn {
            membership,
            join_day,
            leave_day: left.map(|(day, _)| day),
        })
    }

    /// Returns when somebody comes to a channel that one of the two has not known before.
    fn arrival(
        &self,
        person: &Person,
        channel: &Channel,
        earlier: usize,
        dice: &mut Dice,
    ) -> Option<(i32, i64)> {
        let born = channel.born.unwrap_or(i32::MIN);
        let at_once = channel.audience == Audience::Everyone || dice.chance(0.5);
        if born < person.joined && at_once {
            // The tour of a newcomer, one channel after the other.
            let minutes = 0.5 + earlier as f64 * 0.6 + dice.between(0.0, 0.4);
            return Some((
                person.joined,
                person.created_at + whole(minutes * MINUTE_MILLIS),
            ));
        }
        let wait = if born < person.joined {
            1.0 + dice.exponential(25.0)
        } else {
            dice.exponential(6.0)
        };
        let day = born.max(person.joined).saturating_add(day_number(wait));
        let (day, at) = self.moment(person, day, dice)?;
        // On the first day of either, what comes first must be first.
        let soonest = channel.created_at.max(person.created_at) + 60_000;
        Some((day, at.max(soonest)))
    }

    /// Returns a moment of that day or of the next one on which the person is there.
    fn moment(&self, person: &Person, day: i32, dice: &mut Dice) -> Option<(i32, i64)> {
        let day = person.present_from(day, 40, self.calendar)?;
        let at = working_moment(self.calendar.day(day)?, &self.zones[person.zone], dice);
        Some((day, at))
    }
}
