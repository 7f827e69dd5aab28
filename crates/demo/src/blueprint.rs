//! Which channels a company or a community has.

use domain::record::ChannelKind;

use super::{
    dice::{Dice, power},
    person::Team,
};

/// Who comes to a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Audience {
    /// Everybody with an account.
    Everyone,
    /// A team, and a few others.
    Team(Team),
    /// Whoever likes the topic.
    Anyone,
    /// So many people, chosen once.
    Few(usize),
}

/// How a channel's popularity goes over the period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trend {
    Steady,
    Growing,
    /// Falls asleep after seven tenths of the period.
    Dying,
}

impl Trend {
    /// Returns the factor on the popularity at a point of the period from 0 to 1.
    pub(super) fn factor(self, progress: f64) -> f64 {
        match self {
            Self::Steady => 1.0,
            Self::Growing => 0.25 + 1.75 * progress * progress,
            Self::Dying => {
                let left = (1.0 - progress / 0.7).max(0.0);
                1.3 * left * left
            }
        }
    }
}

/// A channel before it has a life.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Blueprint {
    /// Name shown to people; empty for conversations, which are named after theirs.
    pub(super) name: String,
    pub(super) kind: ChannelKind,
    pub(super) audience: Audience,
    /// How many come, and how much each of them says, compared with others.
    pub(super) popularity: f64,
    pub(super) trend: Trend,
    /// The part of the period after which it is made; `None` when it was there before.
    pub(super) born: Option<f64>,
    /// The part of the period after which it is put away.
    pub(super) archived: Option<f64>,
}

impl Blueprint {
    fn new(name: &str, audience: Audience, popularity: f64) -> Self {
        Self {
            name: name.to_owned(),
            kind: ChannelKind::Public,
            audience,
            popularity,
            trend: Trend::Steady,
            born: None,
            archived: None,
        }
    }

    fn kind(self, kind: ChannelKind) -> Self {
        Self { kind, ..self }
    }

    fn trend(self, trend: Trend) -> Self {
        Self { trend, ..self }
    }

    fn born(self, part: f64) -> Self {
        let born = Some(part);
        Self { born, ..self }
    }

    fn archived(self, part: f64) -> Self {
        let archived = Some(part);
        Self { archived, ..self }
    }

    fn conversation(people: usize, popularity: f64) -> Self {
        let kind = if people == 2 {
            ChannelKind::Direct
        } else {
            ChannelKind::Group
        };
        Self::new("", Audience::Few(people), popularity).kind(kind)
    }

    /// Returns whether it is a conversation of a few people.
    pub(super) const fn is_conversation(&self) -> bool {
        matches!(self.kind, ChannelKind::Direct | ChannelKind::Group)
    }
}

/// Returns the channels of a company, the most needed first, with topics by number at the end.
pub(super) fn named(count: u32) -> Vec<Blueprint> {
    use Audience::{Anyone, Everyone, Team as Of};
    use Team::{Design, Engineering, Marketing, People, Product, Sales, Support};
    let on = Blueprint::new;
    let listed = vec![
        on("general", Everyone, 6.0),
        on("random", Everyone, 4.0),
        on("announcements", Everyone, 1.0).kind(ChannelKind::Announcement),
        on("engineering", Of(Engineering), 7.0),
        on("support", Of(Support), 6.0),
        on("incidents", Anyone, 1.5),
        on("release-notes", Anyone, 0.8),
        on("product", Of(Product), 4.0),
        on("design", Of(Design), 4.0),
        on("leadership", Anyone, 1.0).kind(ChannelKind::Private),
        Blueprint::conversation(2, 2.5),
        on("marketing", Of(Marketing), 4.0).trend(Trend::Growing),
        on("sales", Of(Sales), 4.0),
        on("backend", Of(Engineering), 4.0),
        on("frontend", Of(Engineering), 3.0).trend(Trend::Growing),
        on("people-ops", Of(People), 2.0).kind(ChannelKind::Private),
        on("project-aurora", Anyone, 3.0).trend(Trend::Dying),
        on("project-borealis", Anyone, 3.0)
            .trend(Trend::Growing)
            .born(0.45),
        on("coffee-break", Anyone, 2.0),
        on("music", Anyone, 1.5).trend(Trend::Dying),
        Blueprint::conversation(2, 2.0).born(0.35),
        on("hiring", Of(People), 1.5)
            .kind(ChannelKind::Private)
            .born(0.3),
        on("office-move", Anyone, 1.5).born(0.15).archived(0.5),
        Blueprint::conversation(4, 2.0),
        on("customer-stories", Of(Sales), 1.2).born(0.7),
        on("pets", Anyone, 1.5),
        on("book-club", Anyone, 0.8),
        on("mobile", Of(Engineering), 2.0),
        on("security", Of(Engineering), 1.0),
        on("data", Of(Product), 1.5).trend(Trend::Growing),
        on("travel", Anyone, 0.8).trend(Trend::Dying),
        on("design-critique", Of(Design), 1.0),
        on("brand", Of(Marketing), 1.0).born(0.5),
    ];
    let more = (listed.len()..count as usize)
        .map(|index| on(&format!("topic-{index:02}"), Anyone, 20.0 / index as f64));
    let listed = listed.into_iter();
    listed.chain(more).take(count as usize).collect()
}

/// Returns the blueprint of a large community's channel of that number.
pub(super) fn numbered(index: u32, dice: &mut Dice) -> Blueprint {
    let popularity = 60.0 * power(f64::from(index) + 5.0, -0.9);
    let name = format!("channel-{index:04}");
    let channel = Blueprint::new(&name, Audience::Anyone, popularity);
    match index {
        0 => {
            return Blueprint {
                audience: Audience::Everyone,
                popularity: 0.1,
                ..channel
            };
        }
        1 => {
            return Blueprint {
                audience: Audience::Everyone,
                popularity: 0.02,
                ..channel.kind(ChannelKind::Announcement)
            };
        }
        // The one for incidents stays, too.
        2 => return channel,
        _ => {}
    }
    let channel = match dice.unit() {
        chance if chance < 0.05 => Blueprint::conversation(2, popularity),
        chance if chance < 0.08 => Blueprint::conversation(5, popularity),
        chance if chance < 0.20 => channel.kind(ChannelKind::Private),
        _ => channel,
    };
    let channel = match dice.unit() {
        chance if chance < 0.12 => channel.trend(Trend::Dying),
        chance if chance < 0.24 => channel.trend(Trend::Growing),
        _ => channel,
    };
    let (is_new, part) = (dice.chance(0.25), dice.between(0.02, 0.9));
    let channel = if is_new { channel.born(part) } else { channel };
    let (is_archived, part) = (dice.chance(0.05), dice.between(part, 1.0));
    if is_archived && !channel.is_conversation() {
        channel.archived(part)
    } else {
        channel
    }
}

/// Returns which channel is the one for incidents.
pub(super) fn incidents(channels: &[Blueprint]) -> usize {
    let named = channels
        .iter()
        .position(|channel| channel.name == "incidents");
    named.unwrap_or_else(|| 2.min(channels.len().saturating_sub(1)))
}
