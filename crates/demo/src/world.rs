//! Everything that does not change from day to day.

use domain::{
    id::{ChannelId, UserId},
    record::{ChannelRecord, PersonRecord},
    time::Instant,
};
use jiff::tz::TimeZone;

use super::{
    blueprint,
    bot::Bot,
    calendar::Calendar,
    channel::Channel,
    dice::{Dice, Purpose},
    key::Keys,
    knobs::Knobs,
    membership::{Draw, Drawn, Membership},
    names::Names,
    pace::Pace,
    person::{Person, Role},
    rhythm,
};

/// A turn in the life of an account, a channel or a membership.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Turn {
    /// Somebody gets an account.
    SignUp,
    /// Somebody makes a channel or opens a conversation.
    Create,
    /// Somebody comes to a channel.
    Join,
    /// Somebody leaves a channel.
    Leave,
    /// Somebody puts a channel away.
    Archive,
}

/// A turn that happens within the period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Milestone {
    pub(super) day: i32,
    pub(super) at: i64,
    pub(super) turn: Turn,
    pub(super) person: u32,
    pub(super) channel: u32,
}

/// Everything that does not change from day to day.
#[derive(Debug)]
pub(super) struct World {
    pub(super) knobs: Knobs,
    pub(super) keys: Keys,
    pub(super) calendar: Calendar,
    pub(super) zones: Vec<TimeZone>,
    pub(super) people: Vec<Person>,
    /// Of each person the level and the group: what every day asks of everybody.
    pub(super) pulses: Vec<(f64, usize)>,
    pub(super) bots: Vec<Bot>,
    /// People, then bots.
    pub(super) user_ids: Vec<Option<UserId>>,
    pub(super) channels: Vec<Channel>,
    pub(super) channel_ids: Vec<Option<ChannelId>>,
    /// Number of the channel for incidents.
    pub(super) incidents: u32,
    /// In the order of time.
    pub(super) milestones: Vec<Milestone>,
    pub(super) pace: Pace,
    names: Names,
    /// Memberships of all people, and where each person's begin.
    memberships: (Vec<Membership>, Vec<usize>),
}

impl World {
    /// Returns the world of these knobs.
    pub(super) fn new(knobs: Knobs) -> Self {
        let (seed, crowd) = (knobs.seed, knobs.people.max(1));
        let calendar = Calendar::new(knobs.end, knobs.days.max(1), &knobs.zone);
        let zones = rhythm::zones();
        let names = Names::new(seed, crowd);
        let people: Vec<Person> = (0..crowd)
            .map(|index| Person::draw(seed, index, &calendar, &zones))
            .collect();
        let plans = if names.are_words() {
            blueprint::named(knobs.channels.max(1))
        } else {
            let dice = |index| Dice::new(seed, Purpose::Blueprint, index);
            let draw = |index| blueprint::numbered(index, &mut dice(index));
            (0..knobs.channels.max(1)).map(draw).collect()
        };
        let incidents = u32::try_from(blueprint::incidents(&plans)).unwrap_or_default();
        let channels: Vec<Channel> = (0_u32..)
            .zip(plans)
            .map(|(index, plan)| Channel::draw((seed, index), plan, &people, &calendar, &zones))
            .collect();
        let drawn = memberships(seed, &calendar, &zones, &people, &channels);
        let milestones = milestones(&people, &channels, &drawn);
        let bots: Vec<Bot> = (0..knobs.bots)
            .map(|index| Bot::new(index, &channels))
            .collect();
        let handles = (0..crowd).map(|index| names.handle(index));
        let handles = handles.chain(bots.iter().map(|bot| bot.handle.clone()));
        let pace = Pace::new(&knobs, &calendar, &zones, &people, milestones.len());
        Self {
            keys: Keys::new(seed),
            user_ids: handles.map(|handle| UserId::new(handle).ok()).collect(),
            channel_ids: channel_ids(&channels),
            pulses: people
                .iter()
                .map(|person| (person.level, person.group()))
                .collect(),
            calendar,
            zones,
            people,
            bots,
            channels,
            incidents,
            milestones,
            pace,
            names,
            memberships: pack(&drawn),
            knobs,
        }
    }

    /// Returns the memberships of a person, past and future ones included.
    pub(super) fn memberships_of(&self, person: u32) -> &[Membership] {
        let (all, starts) = &self.memberships;
        &all[starts[person as usize]..starts[person as usize + 1]]
    }

    /// Returns the people who have an account at the end, then the bots.
    pub(super) fn person_records(&self) -> Vec<PersonRecord> {
        let end = self.knobs.end.as_millis();
        let today = self.calendar.len() - 1;
        let people = (0_u32..).zip(&self.people).zip(&self.user_ids);
        let people = people.filter(|((_, person), _)| person.created_at <= end);
        let people = people.filter_map(|((index, person), id)| {
            Some(PersonRecord {
                name: Some(self.names.person(index)),
                email: Some(format!("{}@example.com", self.names.handle(index))),
                role: Some(person.role.name().to_owned()),
                is_bot: Some(false),
                is_deactivated: Some(person.deactivated.is_some_and(|day| day <= today)),
                created_at: Some(Instant::from_millis(person.created_at)),
                ..PersonRecord::new(id.clone()?)
            })
        });
        // The bots came with the workspace.
        let beginning = self.people[0].created_at;
        let bots = self.bots.iter().zip(&self.user_ids[self.people.len()..]);
        let bots = bots.filter_map(|(bot, id)| {
            Some(PersonRecord {
                name: Some(bot.handle.clone()),
                role: Some(Role::Member.name().to_owned()),
                is_bot: Some(true),
                is_deactivated: Some(false),
                created_at: Some(Instant::from_millis(beginning)),
                ..PersonRecord::new(id.clone()?)
            })
        });
        people.chain(bots).collect()
    }

    /// Returns the channels that exist at the end.
    pub(super) fn channel_records(&self) -> Vec<ChannelRecord> {
        let end = self.knobs.end.as_millis();
        let mut members = vec![0_u32; self.channels.len()];
        for membership in &self.memberships.0 {
            if membership.from <= end && end < membership.until {
                members[membership.channel as usize] += 1;
            }
        }
        let channels = self.channels.iter().zip(&self.channel_ids).zip(members);
        let channels = channels.filter(|((channel, _), _)| channel.created_at <= end);
        channels
            .filter_map(|((channel, id), members)| {
                Some(ChannelRecord {
                    id: id.clone()?,
                    name: Some(self.name_of(channel)),
                    slug: (!channel.is_conversation()).then(|| self.name_of(channel)),
                    kind: Some(channel.kind),
                    is_archived: Some(channel.archived.is_some_and(|(_, at)| at <= end)),
                    member_count: Some(members),
                    owner: self.user_ids[channel.owner as usize].clone(),
                    created_at: Some(Instant::from_millis(channel.created_at)),
                })
            })
            .collect()
    }

    fn name_of(&self, channel: &Channel) -> String {
        if channel.is_conversation() {
            let names: Vec<String> = channel
                .few
                .iter()
                .map(|person| self.names.person(*person))
                .collect();
            names.join(", ")
        } else {
            channel.name.clone()
        }
    }
}

fn channel_ids(channels: &[Channel]) -> Vec<Option<ChannelId>> {
    let numbered = channels.iter().enumerate();
    let texts = numbered.map(|(index, channel)| {
        if channel.is_conversation() {
            format!("conversation-{index}")
        } else {
            channel.name.clone()
        }
    });
    texts.map(|text| ChannelId::new(text).ok()).collect()
}

/// Returns each person's memberships.
fn memberships(
    seed: u64,
    calendar: &Calendar,
    zones: &[TimeZone],
    people: &[Person],
    channels: &[Channel],
) -> Vec<Vec<Drawn>> {
    let mut conversations = vec![Vec::new(); people.len()];
    for (index, channel) in (0_u32..).zip(channels) {
        for person in &channel.few {
            conversations[*person as usize].push(index);
        }
    }
    let draw = Draw::new(seed, calendar, zones, channels);
    let people = (0_u32..).zip(people).zip(&conversations);
    people
        .map(|((index, person), own)| draw.of(index, person, own))
        .collect()
}

/// Returns all memberships in a row, and where each person's begin.
fn pack(drawn: &[Vec<Drawn>]) -> (Vec<Membership>, Vec<usize>) {
    let mut starts = vec![0];
    starts.extend(drawn.iter().scan(0, |sum, own| {
        *sum += own.len();
        Some(*sum)
    }));
    let all = drawn.iter().flatten().map(|drawn| drawn.membership);
    (all.collect(), starts)
}

/// Returns everything that turns within the period, in the order of time.
fn milestones(people: &[Person], channels: &[Channel], drawn: &[Vec<Drawn>]) -> Vec<Milestone> {
    let mut found = Vec::new();
    let mut add = |turn, day: i32, at, person, channel| {
        found.push(Milestone {
            day,
            at,
            turn,
            person,
            channel,
        });
    };
    for (index, channel) in (0_u32..).zip(channels) {
        if let Some(day) = channel.born {
            add(Turn::Create, day, channel.created_at, channel.owner, index);
        }
        if let Some((day, at)) = channel.archived {
            add(Turn::Archive, day, at, channel.owner, index);
        }
    }
    for ((index, person), own) in (0_u32..).zip(people).zip(drawn) {
        if person.joined >= 0 {
            add(Turn::SignUp, person.joined, person.created_at, index, 0);
        }
        for Drawn {
            membership,
            join_day,
            leave_day,
        } in own
        {
            if let Some(day) = join_day {
                add(Turn::Join, *day, membership.from, index, membership.channel);
            }
            if let Some(day) = leave_day {
                add(
                    Turn::Leave,
                    *day,
                    membership.until,
                    index,
                    membership.channel,
                );
            }
        }
    }
    found.sort_unstable();
    found
}
