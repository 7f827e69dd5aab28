//! Bots: what they tell whom, and when.

use super::{
    channel::Channel,
    dice::Dice,
    rhythm::{self, Rhythm},
};

/// What a bot is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Routine {
    /// Tells of builds.
    Builds,
    /// Tells of deployments.
    Deploys,
    /// Tells of alerts, at any hour.
    Alerts,
    /// Reminds of meetings.
    Reminders,
}

const ROUTINES: [(Routine, &str, &str, f64); 4] = [
    (Routine::Builds, "ci-bot", "engineering", 10.0),
    (Routine::Deploys, "deploy-bot", "release-notes", 4.0),
    (Routine::Alerts, "alert-bot", "incidents", 3.0),
    (Routine::Reminders, "reminder-bot", "general", 2.0),
];

/// A bot.
#[derive(Debug, Clone)]
pub(super) struct Bot {
    /// How the chat names it.
    pub(super) handle: String,
    /// What it is for.
    pub(super) routine: Routine,
    /// Number of the channel it writes to.
    pub(super) channel: u32,
    /// How much it writes, compared with others.
    pub(super) weight: f64,
}

impl Bot {
    /// Returns the bot of that number.
    pub(super) fn new(index: u32, channels: &[Channel]) -> Self {
        let round = index / 4;
        let (routine, name, place, weight) = ROUTINES[index as usize % ROUTINES.len()];
        let named = channels.iter().position(|channel| channel.name == place);
        // Where channels are numbers, the later bots go each to another one.
        let channel = match named {
            Some(found) => found,
            None => index as usize % channels.len(),
        };
        Self {
            handle: match round {
                0 => name.to_owned(),
                round => format!("{name}-{}", round + 1),
            },
            routine,
            channel: u32::try_from(channel).unwrap_or_default(),
            weight,
        }
    }

    /// Returns a millisecond of the day at which the bot writes.
    pub(super) fn moment(&self, rhythm: &Rhythm, day: (i64, i64), dice: &mut Dice) -> i64 {
        // Bots work where most people do, in their hours.
        let office = rhythm::group(0, 1);
        match self.routine {
            Routine::Alerts => {
                let length = (day.1 - day.0).max(1);
                day.0 + i64::try_from(dice.below(usize::try_from(length).unwrap_or(1))).unwrap_or(0)
            }
            Routine::Builds | Routine::Deploys | Routine::Reminders => rhythm.moment(office, dice),
        }
    }
}
