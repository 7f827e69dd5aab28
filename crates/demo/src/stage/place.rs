//! Where people do what they do.

use domain::record::ChannelKind;

use super::Stage;
use crate::{
    blueprint::Audience,
    channel::Channel,
    membership,
    state::{self, State},
    world::World,
};

/// How long somebody's attention stays with a channel.
const ATTENTION_MILLIS: i64 = 15 * 60_000;

/// How much more a channel draws people while it is busy, and for how long it counts as busy.
const HEAT: f32 = 4.0;
const HEAT_MILLIS: i64 = 10 * 60_000;

/// What the choice of a channel asks of it, side by side for speed.
pub(super) struct Spot {
    opens: i64,
    closes: i64,
    /// When the last message came.
    pub(super) last_at: i64,
    /// How much it draws people today.
    draw: f32,
    /// Whether few may write.
    is_announcement: bool,
}

impl Spot {
    /// Returns whether one may be there at a millisecond, to write or to read.
    pub(super) const fn allows(&self, at: i64, to_write: bool) -> bool {
        self.opens < at && at < self.closes && !(to_write && self.is_announcement)
    }
}

/// Returns what the choice of a channel asks of each on a day.
pub(super) fn spots(world: &World, state: &State, index: usize, is_launch: bool) -> Vec<Spot> {
    let progress = world.calendar.progress(index);
    let channels = world.channels.iter().zip(&state.channels);
    let spot = |(channel, memory): (&Channel, &state::Channel)| {
        // The popular channels have more people already, so each draws less than in proportion.
        let draw = channel.popularity.sqrt() * channel.trend.factor(progress);
        let everyones = channel.audience == Audience::Everyone;
        let draw = draw * if is_launch && everyones { 2.5 } else { 1.0 };
        #[expect(clippy::cast_possible_truncation, reason = "a few digits are enough")]
        let draw = draw as f32;
        Spot {
            opens: channel.created_at,
            closes: channel.archived.map_or(i64::MAX, |(_, end)| end),
            // Long before everything, and still far from the end of the type.
            last_at: memory.last_at().unwrap_or(i64::MIN / 2),
            draw,
            is_announcement: channel.kind == ChannelKind::Announcement,
        }
    };
    channels.map(spot).collect()
}

impl Stage<'_> {
    /// Returns where somebody does something: mostly where they were, else where they like to be,
    /// all the more when something goes on there.
    pub(super) fn place(&mut self, who: u32, at: i64, to_write: bool) -> Option<u32> {
        let world = self.world;
        // Those who announce may write everywhere.
        let is_bound = to_write && !world.people[who as usize].role.announces();
        let place = &mut self.state.people[who as usize].place;
        if let Some((channel, then)) = *place
            && at - then < ATTENTION_MILLIS
            && self.dice.chance(0.6)
            && self.spots[channel as usize].allows(at, is_bound)
        {
            *place = Some((channel, at));
            return Some(channel);
        }
        let mut sums = [(0_u32, 0.0_f32); membership::MOST];
        let (mut count, mut sum) = (0, 0.0);
        for one in world.memberships_of(who) {
            let spot = &self.spots[one.channel as usize];
            if one.holds(at) && spot.allows(at, is_bound) {
                let heat = if at - spot.last_at < HEAT_MILLIS {
                    HEAT
                } else {
                    1.0
                };
                sum += one.liking * spot.draw * heat;
                sums[count] = (one.channel, sum);
                count += 1;
            }
        }
        #[expect(clippy::cast_possible_truncation, reason = "a few digits are enough")]
        let target = self.dice.unit() as f32 * sum;
        let found = sums[..count].iter().find(|(_, sum)| *sum > target);
        let channel = found.map(|(channel, _)| *channel)?;
        *place = Some((channel, at));
        Some(channel)
    }
}
