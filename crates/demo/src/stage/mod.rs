//! From what people do on a day to the events that come of it.

mod change;
mod client;
mod message;
mod place;
mod reaction;
mod text;
mod turn;

use domain::{
    content::Content,
    event::{Category, Event, EventType, Kind},
    time::Instant,
};
use serde_json::{Map, Value};

use place::{Spot, spots};

use super::{
    act::{Act, Draft},
    calendar::Day,
    dice::{Dice, Purpose, whole},
    key,
    plan::Outage,
    state::State,
    vocabulary::{Around, BURSTS, EMOJI, FEATURES, FILES, HASHTAGS, HOSTS},
    weighted::Weighted,
    world::World,
};

/// Plays one day.
pub(super) struct Stage<'w> {
    world: &'w World,
    state: &'w mut State,
    day: Day,
    dice: Dice,
    /// What the choice of a channel asks of each.
    spots: Vec<Spot>,
    outage: Option<Outage>,
    is_launch: bool,
    /// Whether the feature of the launch is there.
    has_launched: bool,
    /// Tags in fashion today.
    tags: Vec<&'static str>,
    choices: Choices,
    /// Number of the next event of the day.
    number: u32,
    events: Vec<Event>,
}

/// How the words of the history are drawn.
struct Choices {
    emoji: Weighted,
    hashtags: Weighted,
    hosts: Weighted,
    features: Weighted,
    files: Weighted,
}

impl Choices {
    fn new() -> Self {
        Self {
            emoji: Weighted::zipf(EMOJI.len(), 1.0),
            hashtags: Weighted::zipf(HASHTAGS.len(), 0.9),
            hosts: Weighted::zipf(HOSTS.len(), 1.0),
            features: Weighted::zipf(FEATURES.len() - 1, 0.8),
            files: Weighted::new(FILES.iter().map(|kind| kind.weight)),
        }
    }
}

impl<'w> Stage<'w> {
    /// Returns the stage of the day of that number.
    pub(super) fn new(world: &'w World, state: &'w mut State, index: usize) -> Self {
        let day = world.calendar.days[index];
        let launch = world.calendar.launch;
        let is_launch = launch == Some(index);
        let spots = spots(world, state, index, is_launch);
        state.calls.clear();
        Self {
            spots,
            outage: Outage::of(world, index),
            is_launch,
            has_launched: launch.is_some_and(|launch| launch <= index),
            tags: tags(world, index),
            choices: Choices::new(),
            dice: Dice::new(world.knobs.seed, Purpose::Stage, day.serial),
            number: 0,
            events: Vec::new(),
            day,
            world,
            state,
        }
    }

    /// Returns the events of what was planned, which is in the order of time.
    pub(super) fn play(mut self, drafts: &[Draft]) -> Vec<Event> {
        self.events.reserve(drafts.len() + drafts.len() / 8);
        for draft in drafts {
            self.act(draft);
        }
        for event in &mut self.events {
            if let Some(message) = event.message {
                event.id = key::about(message, event.id);
            }
        }
        self.events
    }

    fn act(&mut self, draft: &Draft) {
        match draft.act {
            Act::Turn(turn) => self.turn(draft, turn),
            Act::SignIn => self.sign_in(draft, Kind::SignIn),
            Act::SignInFailed => self.sign_in(draft, Kind::SignInFailed),
            Act::SessionStart => self.sign_in(draft, Kind::SessionStart),
            Act::Message => self.message(draft),
            Act::Reaction => self.reaction(draft),
            Act::Presence => self.plain(draft, Kind::Presence),
            Act::PageView => self.page_view(draft),
            Act::Read => self.read(draft),
            Act::Edit => self.edit(draft),
            Act::Delete => self.delete(draft),
            Act::Unreact => self.unreact(draft),
            Act::Pin => self.pin(draft),
            Act::Download => self.download(draft),
            Act::Feature => self.feature(draft),
            Act::Search => self.search(draft),
            Act::Performance => self.performance(draft),
            Act::Settings => self.settings(draft),
            Act::Theme => self.theme(draft),
            Act::Error => self.error(draft),
            Act::ApiError => self.api_error(draft),
            Act::CallStart => self.call_start(draft),
            Act::CallEnd => self.call_end(draft),
            Act::Firefight => self.firefight(draft),
            Act::Bot => self.bot(draft),
        }
    }

    /// Adds the day's next event, with what all events of an act have in common.
    fn emit(&mut self, draft: &Draft, kind: Kind) -> &mut Event {
        let is_bot = draft.act == Act::Bot;
        let user = draft.who as usize + if is_bot { self.world.people.len() } else { 0 };
        // Mostly some milliseconds, now and then more than a second.
        let delay = 1.0 / (self.dice.unit() + 0.0008);
        let number = self.number;
        self.number += 1;
        let session = comes_from_client(kind).then(|| {
            self.world
                .keys
                .session(draft.who, self.day.serial, draft.session)
        });
        self.events.push(Event {
            id: self.world.keys.event(self.day.serial, number),
            also: None,
            keyed: true,
            timed: true,
            workspace: self.world.knobs.workspace.clone(),
            event_type: EventType::Known(kind),
            timestamp: Instant::from_millis(draft.at),
            received_at: Instant::from_millis(draft.at + 5 + whole(delay)),
            user: self.world.user_ids[user].clone(),
            channel: None,
            session,
            message: None,
            thread: None,
            message_type: None,
            is_bot,
            weight: 1.0,
            content: Content::default(),
            properties: Map::new(),
        });
        let last = self.events.len() - 1;
        &mut self.events[last]
    }

    /// Adds the day's next event as one about a channel.
    fn emit_in(&mut self, draft: &Draft, kind: Kind, channel: u32) -> &mut Event {
        let world = self.world;
        let event = self.emit(draft, kind);
        event
            .channel
            .clone_from(&world.channel_ids[channel as usize]);
        event
    }

    /// Returns whether nothing may be told of what is said in a channel.
    fn is_confidential(&self, channel: u32) -> bool {
        self.world.channels[channel as usize].kind.is_confidential()
    }
}

/// Returns whether the app tells of such events; the others are known to the chat itself, which
/// knows nothing of sessions.
fn comes_from_client(kind: Kind) -> bool {
    match kind.category() {
        Category::Session => kind != Kind::SignedUp,
        Category::Call | Category::Usage | Category::Operation => true,
        Category::Message
        | Category::Messaging
        | Category::Channel
        | Category::System
        | Category::Custom => false,
    }
}

/// Returns the tags in fashion on a day.
fn tags(world: &World, index: usize) -> Vec<&'static str> {
    let number = |index: usize| i64::try_from(index).unwrap_or(i64::MAX);
    let today = number(index);
    let last = number(world.calendar.days.len()) - 1;
    let near =
        |day: i64, (before, after): (i64, i64)| (day - before..=day + after).contains(&today);
    let in_fashion = BURSTS.iter().filter(|burst| match burst.around {
        Around::Launch => world
            .calendar
            .launch
            .is_some_and(|day| near(number(day), burst.days)),
        Around::Outage => {
            let mut outages = world.calendar.outages.iter();
            outages.any(|day| near(number(*day), burst.days))
        }
        Around::BeforeEnd(days) => near(last - days, burst.days),
    });
    in_fashion.map(|burst| burst.tag).collect()
}

/// Returns properties of these names and values.
fn properties<const N: usize>(pairs: [(&str, Value); N]) -> Map<String, Value> {
    let mut map = Map::new();
    for (name, value) in pairs {
        map.insert(name.to_owned(), value);
    }
    map
}
