//! A channel's life.

use domain::record::ChannelKind;
use jiff::tz::TimeZone;

use super::{
    blueprint::{Audience, Blueprint, Trend},
    calendar::Calendar,
    dice::{Dice, Purpose, whole},
    person::{Person, day_number},
    rhythm::working_moment,
};

/// A channel or conversation.
#[derive(Debug, Clone)]
pub(super) struct Channel {
    /// Name shown to people; empty for conversations.
    pub(super) name: String,
    pub(super) kind: ChannelKind,
    pub(super) audience: Audience,
    /// How much is said there, compared with others.
    pub(super) popularity: f64,
    pub(super) trend: Trend,
    /// Number of the person who made it.
    pub(super) owner: u32,
    /// The people of a conversation, the owner first; empty for channels.
    pub(super) few: Vec<u32>,
    /// The day it was made; `None` before the period.
    pub(super) born: Option<i32>,
    /// The millisecond it was made.
    pub(super) created_at: i64,
    /// The day and millisecond it was put away.
    pub(super) archived: Option<(i32, i64)>,
}

impl Channel {
    /// Gives a blueprint its people and dates.
    pub(super) fn draw(
        (seed, index): (u64, u32),
        plan: Blueprint,
        people: &[Person],
        calendar: &Calendar,
        zones: &[TimeZone],
    ) -> Self {
        let mut dice = Dice::new(seed, Purpose::Channel, index);
        let few = match plan.audience {
            Audience::Few(count) => choose_few(count, people, &mut dice),
            Audience::Everyone | Audience::Team(_) | Audience::Anyone => Vec::new(),
        };
        let owner = match (plan.audience, few.first()) {
            // The channels that are there from the first minute on.
            (Audience::Everyone, _) => 0,
            (_, Some(first)) => *first,
            (_, None) => founder(people, 0.3, &mut dice),
        };
        let maker = &people[owner as usize];
        let day = |part: f64| day_number(part * f64::from(calendar.len()));
        // Only somebody who is there can make it or put it away.
        let birthday = plan
            .born
            .and_then(|part| maker.present_from(calendar.working_day_from(day(part)), 60, calendar))
            .filter(|birthday| *birthday > maker.joined);
        let moment = |index: i32, dice: &mut Dice| {
            let day = calendar.day(index)?;
            Some(working_moment(day, &zones[maker.zone], dice))
        };
        let made = birthday.and_then(|birthday| Some((birthday, moment(birthday, &mut dice)?)));
        let before = long_ago(maker, plan.audience, calendar, &mut dice);
        let archived = plan
            .archived
            .and_then(|part| maker.present_from(calendar.working_day_from(day(part)), 30, calendar))
            .filter(|end| *end > birthday.unwrap_or(0))
            .and_then(|end| Some((end, moment(end, &mut dice)?)));
        Self {
            name: plan.name,
            kind: plan.kind,
            audience: plan.audience,
            popularity: plan.popularity,
            trend: plan.trend,
            owner,
            few,
            born: made.map(|(day, _)| day),
            created_at: made.map_or(before, |(_, at)| at),
            archived,
        }
    }

    /// Returns whether people can write there at that millisecond.
    pub(super) fn is_open(&self, at: i64) -> bool {
        self.created_at < at && self.archived.is_none_or(|(_, end)| at < end)
    }

    /// Returns whether it is a conversation of a few people.
    pub(super) const fn is_conversation(&self) -> bool {
        !self.few.is_empty()
    }
}

/// Returns when a channel was made that was there before the period.
fn long_ago(maker: &Person, audience: Audience, calendar: &Calendar, dice: &mut Dice) -> i64 {
    let start = calendar.day(0).map_or(0, |day| day.start);
    let share = match audience {
        Audience::Everyone => 0.0,
        Audience::Team(_) | Audience::Anyone | Audience::Few(_) => dice.unit(),
    };
    let span = (start - maker.created_at) as f64;
    maker.created_at + 60_000 + whole(share * 0.99 * span)
}

/// Returns somebody from before the period, who can have made channels then; one who will be gone
/// at the end only with that probability.
fn founder(people: &[Person], leavers: f64, dice: &mut Dice) -> u32 {
    for _ in 0..30 {
        let index = dice.below(people.len());
        let absences = &people[index].absences;
        let leaves = absences.iter().any(|away| away.end == i32::MAX);
        if people[index].joined < 0 && (!leaves || dice.chance(leavers)) {
            return u32::try_from(index).unwrap_or_default();
        }
    }
    0
}

fn choose_few(count: usize, people: &[Person], dice: &mut Dice) -> Vec<u32> {
    let mut few = vec![founder(people, 0.0, dice)];
    for _ in 0..count * 8 {
        let index = founder(people, 0.0, dice);
        if few.len() < count && !few.contains(&index) {
            few.push(index);
        }
    }
    few
}
