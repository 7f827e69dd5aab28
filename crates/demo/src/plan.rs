//! Who does what when on one day.

use super::{
    act::{Act, Acts, Draft},
    calendar::Day,
    dice::{Dice, Purpose, whole},
    pace::DayPace,
    rhythm::Rhythm,
    world::{Milestone, Turn, World},
};

/// Where the chance of showing up is one half: more acts come less from more days than from
/// longer ones.
const HALF: f64 = 5.0;

const MOST_SESSIONS: u32 = 6;

/// The hours in which production is down on a day.
#[derive(Debug, Clone, Copy)]
pub(super) struct Outage {
    pub(super) from: i64,
    pub(super) until: i64,
}

impl Outage {
    /// Returns the outage of a day, if there is one: four hours after noon.
    pub(super) fn of(world: &World, day: usize) -> Option<Self> {
        world.calendar.outages.contains(&day).then(|| {
            let Day { start, end, .. } = world.calendar.days[day];
            let from = start + (end - start) * 13 / 24;
            let until = start + (end - start) * 17 / 24;
            Self { from, until }
        })
    }
}

/// Returns what happens on a day, in the order of time.
pub(super) fn plan(world: &World, index: usize, pace: DayPace) -> Vec<Draft> {
    let day = world.calendar.days[index];
    let mut planner = Planner {
        world,
        day,
        number: i32::try_from(index).unwrap_or(i32::MAX),
        rhythm: Rhythm::of(&day, &world.zones),
        dice: Dice::new(world.knobs.seed, Purpose::Plan, day.serial),
        acts: Acts::new(),
        drafts: Vec::new(),
    };
    planner.turns(pace);
    let crew = planner.people(pace);
    planner.bots(pace);
    if let Some(outage) = Outage::of(world, index) {
        planner.firefight(outage, pace, &crew);
    }
    let mut drafts = planner.drafts;
    drafts.sort_unstable_by_key(|draft| (draft.at, draft.number));
    drafts
}

struct Planner<'w> {
    world: &'w World,
    day: Day,
    number: i32,
    rhythm: Rhythm,
    dice: Dice,
    acts: Acts,
    drafts: Vec<Draft>,
}

impl Planner<'_> {
    fn push(&mut self, at: i64, who: u32, act: Act, session: u8, detail: u32) {
        let number = u32::try_from(self.drafts.len()).unwrap_or(u32::MAX);
        self.drafts.push(Draft {
            at,
            number,
            who,
            act,
            session,
            detail,
        });
    }

    /// Plans what turns today, and the first day of those who sign up.
    fn turns(&mut self, pace: DayPace) {
        let all = &self.world.milestones;
        let from = all.partition_point(|turn| turn.day < self.number);
        let until = all.partition_point(|turn| turn.day <= self.number);
        for milestone in &all[from..until] {
            let Milestone {
                at,
                turn,
                person,
                channel,
                ..
            } = *milestone;
            self.push(at, person, Act::Turn(turn), 0, channel);
            if turn == Turn::SignUp {
                let acts = (self.expected(person, pace) + HALF) * self.dice.around_one();
                let acts = self.dice.round(acts).max(3);
                self.person(person, acts);
            }
        }
    }

    /// Returns how many acts are expected of somebody who is there.
    fn expected(&self, index: u32, pace: DayPace) -> f64 {
        let (level, group) = self.world.pulses[index as usize];
        level * self.rhythm.total(group) * pace.per_level
    }

    /// Plans everybody's day and returns who shows up.
    fn people(&mut self, pace: DayPace) -> Vec<u32> {
        let mut crew = Vec::new();
        let count = u32::try_from(self.world.people.len()).unwrap_or(u32::MAX);
        for index in 0..count {
            let expected = self.expected(index, pace);
            // The chance times the mean gives what is expected.
            if !self.dice.chance(expected / (expected + HALF)) {
                continue;
            }
            let person = &self.world.people[index as usize];
            if person.joined == self.number || !person.is_present(self.number) {
                continue;
            }
            let acts = (expected + HALF) * self.dice.around_one();
            let acts = self.dice.round(acts);
            if acts > 0 {
                self.person(index, acts);
                crew.push(index);
            }
        }
        crew
    }

    fn person(&mut self, index: u32, acts: u32) {
        let person = &self.world.people[index as usize];
        let signed_up = (person.joined == self.number).then_some(person.created_at);
        let sessions = 1 + self.dice.round(f64::from(acts) / 24.0 - 0.5);
        let sessions = sessions.min(MOST_SESSIONS).min(acts);
        let mut left = acts;
        for session in 0..sessions {
            let share = left / (sessions - session);
            left -= share;
            let mut start = self.rhythm.moment(person.group(), &mut self.dice);
            if let Some(signed_up) = signed_up {
                if session == 0 {
                    start = signed_up + 4_000;
                } else if start < signed_up + 60_000 {
                    start = signed_up + 60_000 + whole(self.dice.exponential(1_500_000.0));
                }
            }
            let session = u8::try_from(session).unwrap_or(u8::MAX);
            self.session(index, session, start.min(self.day.end - 1), share);
        }
    }

    fn session(&mut self, index: u32, session: u8, start: i64, acts: u32) {
        let person = &self.world.people[index as usize];
        let mut left = acts - 1;
        if session == 0 && left > 0 && self.dice.chance(0.25) {
            left -= 1;
            self.push(start, index, Act::SignIn, session, 0);
        }
        self.push(start, index, Act::SessionStart, session, 0);
        let mut at = start;
        for _ in 0..left {
            at += 1_500 + whole(self.dice.exponential(110_000.0));
            if at >= self.day.end {
                // Whoever works past midnight begins a session of the next day.
                at = start + whole((self.day.end - start) as f64 * self.dice.unit());
            }
            let act = self.acts.draw(&person.habits, &mut self.dice);
            self.push(at, index, act, session, 0);
            if act == Act::CallStart {
                self.call_end(at, index, session);
            }
        }
    }

    /// The end of the call just pushed; one that would outlast the day has none.
    fn call_end(&mut self, start: i64, who: u32, session: u8) {
        let length = self.dice.log_normal(900_000.0, 0.9);
        let end = start + whole(length.max(20_000.0));
        let call = self.drafts.last().map_or(0, |draft| draft.number);
        if end < self.day.end {
            self.push(end, who, Act::CallEnd, session, call);
        }
    }

    fn bots(&mut self, pace: DayPace) {
        let bots = &self.world.bots;
        let total: f64 = bots.iter().map(|bot| bot.weight).sum();
        for (index, bot) in (0_u32..).zip(bots) {
            for _ in 0..self.dice.round(pace.bots * bot.weight / total) {
                let span = (self.day.start, self.day.end);
                let at = bot.moment(&self.rhythm, span, &mut self.dice);
                self.push(at, index, Act::Bot, 0, 0);
            }
        }
    }

    /// A part of those who are in the channel for incidents, busiest at the beginning.
    fn firefight(&mut self, outage: Outage, pace: DayPace, crew: &[u32]) {
        let world = self.world;
        let in_channel = |person: &&u32| {
            let mut memberships = world.memberships_of(**person).iter();
            memberships.any(|one| one.channel == world.incidents && one.holds(outage.from))
        };
        let mut fighters: Vec<u32> = crew.iter().filter(in_channel).copied().collect();
        fighters.truncate(
            usize::try_from(whole(pace.outage / 12.0))
                .unwrap_or(0)
                .max(4),
        );
        if fighters.is_empty() {
            return;
        }
        let length = (outage.until - outage.from) as f64;
        for _ in 0..self.dice.round(pace.outage) {
            let after = match self.dice.exponential(0.3) {
                late if late > 1.0 => self.dice.unit(),
                after => after,
            };
            let at = outage.from + whole(after * length);
            let who = *self.dice.pick(&fighters);
            self.push(at.min(self.day.end - 1), who, Act::Firefight, u8::MAX, 0);
        }
    }
}
