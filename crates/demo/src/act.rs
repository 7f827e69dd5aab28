//! What people do, before it is known where and to what.

use super::{dice::Dice, person::Habits, weighted::Weighted, world::Turn};

/// What somebody does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
    Turn(Turn),
    SignIn,
    SignInFailed,
    SessionStart,
    Message,
    Reaction,
    Presence,
    PageView,
    Read,
    Edit,
    Delete,
    Unreact,
    Pin,
    Download,
    Feature,
    Search,
    Performance,
    Settings,
    Theme,
    Error,
    ApiError,
    CallStart,
    CallEnd,
    /// Writing or reacting in the channel for incidents while production is down.
    Firefight,
    /// A bot's message.
    Bot,
}

/// Everything but writing and reacting, by weight.
const OTHER: [(Act, f64); 17] = [
    (Act::Presence, 33.0),
    (Act::PageView, 22.0),
    (Act::Read, 8.0),
    (Act::Edit, 8.0),
    (Act::Feature, 7.0),
    (Act::Performance, 7.0),
    (Act::Search, 5.0),
    (Act::Download, 2.0),
    (Act::Delete, 1.6),
    (Act::Unreact, 1.5),
    (Act::CallStart, 1.6),
    (Act::Error, 0.9),
    (Act::Pin, 0.6),
    (Act::ApiError, 0.6),
    (Act::Settings, 0.5),
    (Act::SignInFailed, 0.4),
    (Act::Theme, 0.3),
];

/// One thing that somebody does.
#[derive(Debug, Clone, Copy)]
pub(super) struct Draft {
    /// When.
    pub(super) at: i64,
    /// Which of the day's drafts it is, so that equal times keep their order.
    pub(super) number: u32,
    /// Number of the person or, for [`Act::Bot`], of the bot.
    pub(super) who: u32,
    pub(super) act: Act,
    /// Which of the person's sessions of the day.
    pub(super) session: u8,
    /// The channel of a turn; the start's number for the end of a call.
    pub(super) detail: u32,
}

/// The choice of what somebody does next.
pub(super) struct Acts {
    other: Weighted,
}

impl Acts {
    /// Returns the choice among everything.
    pub(super) fn new() -> Self {
        Self {
            other: Weighted::new(OTHER.iter().map(|(_, weight)| *weight)),
        }
    }

    /// Returns what somebody of these habits does.
    pub(super) fn draw(&self, habits: &Habits, dice: &mut Dice) -> Act {
        let unit = dice.unit();
        if unit < habits.messages {
            Act::Message
        } else if unit < habits.messages + habits.reactions {
            Act::Reaction
        } else {
            OTHER[self.other.draw(dice)].0
        }
    }
}
