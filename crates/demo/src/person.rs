//! A person: habits, and when they are there.

use std::ops::Range;

use jiff::tz::TimeZone;

use super::{
    calendar::Calendar,
    dice::{Dice, Purpose, power, whole},
    rhythm::{self, SHIFTS, ZONES, working_moment},
    weighted::Weighted,
};

const DAY_MILLIS: i64 = 86_400_000;

/// Teams, which decide whose channels are whose.
pub(super) const TEAMS: [(Team, f64); 7] = [
    (Team::Engineering, 34.0),
    (Team::Support, 16.0),
    (Team::Sales, 13.0),
    (Team::Product, 12.0),
    (Team::Marketing, 11.0),
    (Team::Design, 8.0),
    (Team::People, 6.0),
];

/// What somebody works on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Team {
    Engineering,
    Support,
    Sales,
    Product,
    Marketing,
    Design,
    People,
}

/// What somebody may do in the chat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Owner,
    Admin,
    Moderator,
    Member,
    Guest,
}

impl Role {
    /// Returns the name that nChat gives it.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Admin => "admin",
            Self::Moderator => "moderator",
            Self::Member => "member",
            Self::Guest => "guest",
        }
    }

    /// Returns whether the role may write where everybody only reads.
    pub(super) const fn announces(self) -> bool {
        match self {
            Self::Owner | Self::Admin | Self::Moderator => true,
            Self::Member | Self::Guest => false,
        }
    }
}

/// How somebody uses the chat. The first two are shares of what they do.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Habits {
    /// Writing.
    pub(super) messages: f64,
    /// Reacting.
    pub(super) reactions: f64,
    /// Share of messages that carry a file.
    pub(super) files: f64,
    /// Share of sessions on the telephone.
    pub(super) mobile: f64,
    /// Factor on emoji, hashtags, links and mentions in a text.
    pub(super) colour: f64,
    /// Factor on the length of a text.
    pub(super) length: f64,
}

/// Somebody with an account. Who they are does not depend on the period; when they come and go
/// is told in days of it.
#[derive(Debug, Clone)]
pub(super) struct Person {
    /// Which of [`ZONES`] they live in.
    pub(super) zone: usize,
    /// Which of [`SHIFTS`] they live by.
    pub(super) shift: usize,
    /// What they work on.
    pub(super) team: Team,
    /// What they may do.
    pub(super) role: Role,
    /// How active they are on a usual weekday, compared with others.
    pub(super) level: f64,
    /// How they use the chat.
    pub(super) habits: Habits,
    /// The day they got their account; negative when that was before the period.
    pub(super) joined: i32,
    /// The millisecond they got it.
    pub(super) created_at: i64,
    /// Days away: holidays, long breaks, and the end. Sorted and apart from each other.
    pub(super) absences: Vec<Range<i32>>,
    /// The day the account was switched off.
    pub(super) deactivated: Option<i32>,
}

impl Person {
    /// Returns the person of that number.
    pub(super) fn draw(seed: u64, index: u32, calendar: &Calendar, zones: &[TimeZone]) -> Self {
        let mut dice = Dice::new(seed, Purpose::Person, index);
        let zone = Weighted::new(ZONES.iter().map(|(_, share)| *share)).draw(&mut dice);
        let shift = Weighted::new(SHIFTS.iter().map(|shift| shift.share)).draw(&mut dice);
        let team = TEAMS[Weighted::new(TEAMS.iter().map(|(_, share)| *share)).draw(&mut dice)].0;
        let role = match (index, dice.unit()) {
            (0, _) => Role::Owner,
            (1 | 2, _) => Role::Admin,
            (_, chance) if chance < 0.03 => Role::Admin,
            (_, chance) if chance < 0.08 => Role::Moderator,
            (_, chance) if chance < 0.92 => Role::Member,
            _ => Role::Guest,
        };
        // Zipf–Mandelbrot over a random rank: a few very active people and a long tail.
        let level = 1.0 / (dice.unit() + 0.08);
        let habits = Habits {
            messages: dice.between(0.40, 0.68),
            reactions: dice.between(0.10, 0.36),
            files: 0.07 * dice.around_one().min(3.0),
            mobile: dice.unit() * dice.unit(),
            colour: dice.between(0.3, 1.7),
            length: dice.log_normal(1.0, 0.35),
        };
        let mut person = Self {
            zone,
            shift,
            team,
            role,
            level,
            habits,
            joined: 0,
            created_at: 0,
            absences: Vec::new(),
            deactivated: None,
        };
        let mut dice = Dice::new(seed, Purpose::Schedule, index);
        person.schedule(index, calendar, &zones[zone], &mut dice);
        person
    }

    /// Returns the number of their zone and shift.
    pub(super) const fn group(&self) -> usize {
        rhythm::group(self.zone, self.shift)
    }

    /// Returns whether they have an account and are not away on a day.
    pub(super) fn is_present(&self, day: i32) -> bool {
        self.joined <= day && !self.absences.iter().any(|away| away.contains(&day))
    }

    /// Returns that day or the next one, at most `patience` days on, on which they are there.
    pub(super) fn present_from(&self, day: i32, patience: i32, calendar: &Calendar) -> Option<i32> {
        let last = day.saturating_add(patience).min(calendar.len() - 1);
        (day.max(0)..=last).find(|day| self.is_present(*day))
    }

    fn schedule(&mut self, index: u32, calendar: &Calendar, zone: &TimeZone, dice: &mut Dice) {
        let days = f64::from(calendar.len());
        // The first ones made the workspace and stay.
        let is_first = index < 3;
        let is_founder = dice.chance(0.45) || is_first;
        let (before, when) = (30.0 + 870.0 * dice.unit(), dice.unit());
        // Nobody was there before the owner.
        let before = if index == 0 { 910.0 } else { before };
        let (drawn_to_launch, delay) = (dice.chance(0.07), dice.exponential(9.0));
        let first = calendar.day(0).copied();
        if let (true, Some(first)) = (is_founder, first) {
            self.joined = -day_number(before);
            self.created_at =
                working_moment(&first, zone, dice) + i64::from(self.joined) * DAY_MILLIS;
        } else {
            let launch = calendar.launch.map(|day| day as f64 + delay);
            // The exponent lets sign-ups become a little more frequent over time.
            let usual = days * power(when.max(1e-9), 0.85);
            let day = launch
                .filter(|_| drawn_to_launch)
                .unwrap_or(usual)
                .min(days - 1.0);
            self.joined = match day_number(day) {
                day if dice.chance(0.92) => calendar.working_day_from(day),
                day => day,
            };
            if let Some(day) = calendar.day(self.joined) {
                self.created_at = working_moment(day, zone, dice);
            }
        }
        self.take_holidays(calendar.len(), dice);
        if !is_first {
            self.leave(is_founder, days, dice);
        }
        self.absences = merge(std::mem::take(&mut self.absences));
    }

    /// One or two weeks off in most thirds of a year.
    fn take_holidays(&mut self, days: i32, dice: &mut Dice) {
        for third in 0..=days / 120 {
            let start = third * 120 + day_number(dice.between(0.0, 105.0));
            let length = day_number(dice.between(4.0, 16.0));
            if dice.chance(0.8) && start > self.joined {
                self.absences.push(start..start + length);
            }
        }
    }

    /// Some leave: newcomers mostly within days. A few of those come back.
    fn leave(&mut self, is_founder: bool, days: f64, dice: &mut Dice) {
        let leaves = dice.chance(if is_founder { 0.18 } else { 0.36 });
        let soon = dice.chance(0.5);
        let tenure = match (is_founder, soon) {
            (true, _) => dice.between(1.0, days.max(2.0)),
            (false, true) => 1.0 + dice.exponential(6.0),
            (false, false) => 20.0 + dice.exponential(120.0),
        };
        let returns = dice.chance(0.3);
        let pause = 20.0 + dice.exponential(40.0);
        let (switched_off, after) = (dice.chance(0.6), dice.exponential(14.0));
        if !leaves {
            return;
        }
        let last = self.joined.max(0).saturating_add(day_number(tenure));
        if returns {
            self.absences
                .push(last..last.saturating_add(day_number(pause)));
        } else {
            self.absences.push(last..i32::MAX);
            self.deactivated = switched_off.then(|| last.saturating_add(day_number(after)));
        }
    }
}

/// Returns the whole days of a number of days.
pub(super) fn day_number(days: f64) -> i32 {
    i32::try_from(whole(days)).unwrap_or(i32::MAX)
}

fn merge(mut ranges: Vec<Range<i32>>) -> Vec<Range<i32>> {
    ranges.sort_unstable_by_key(|range| (range.start, range.end));
    let mut merged: Vec<Range<i32>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match merged.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    merged
}
