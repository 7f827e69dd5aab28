//! Who did what a message tells of.

use domain::event::Kind;

use super::{
    message::{Comment, Message, Room},
    part,
    people::People,
    subtype::Act,
    text,
    user::SLACKBOT,
};
use crate::importer::{identifier::Identifiers, scalar::Text};

/// The person or bot behind a message.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Author {
    /// Who, where the export says so.
    pub(super) user: Option<String>,
    /// `Some(true)` for what is surely a bot; `None` leaves it to what is known of the person.
    pub(super) is_bot: Option<bool>,
}

impl Author {
    /// Returns the author of a message.
    ///
    /// Rules, in order:
    /// 1. Of a call, whoever made its room: Slack itself says that it began.
    /// 2. The named person. With a `bot_id` beside it, a person wrote through an app, or the
    ///    account of a bot did: `users.json` knows which, and where it does not name the account or
    ///    is not there, a bot has a profile as such and a person one as a person.
    /// 3. For a comment on a file, the person of the comment, or whom its text begins by naming:
    ///    Slack let a bot say that somebody commented.
    /// 4. The bot; old webhooks wrote without an account of any kind.
    pub(super) fn of(
        message: &Message<'_>,
        act: Act,
        people: &People,
        identifiers: &Identifiers,
    ) -> Self {
        let person = |text: String| identifiers.person(&text);
        if act == Act::Did(Kind::CallStarted)
            && let Some(user) = caller(message).and_then(person)
        {
            return Self {
                is_bot: (user == SLACKBOT).then_some(true),
                user: Some(user),
            };
        }
        let is_bot_message = subtype(message) == Some("bot_message");
        let named = filled(message.user.as_ref()).and_then(person);
        if let Some(user) = named {
            let has_bot_profile = message.bot_profile.is_some() && message.user_profile.is_none();
            let is_bot = user == SLACKBOT
                || is_bot_message
                || (has_bot_profile && people.is_unlisted(&user));
            return Self {
                is_bot: is_bot.then_some(true),
                user: Some(user),
            };
        }
        if act == Act::WroteOfFile
            && let Some(user) = commenter(message)
        {
            return Self {
                user: Some(identifiers.read(&user)),
                is_bot: None,
            };
        }
        let bot = filled(message.bot_id.as_ref()).map(|bot| identifiers.read(&bot));
        let is_bot = bot.is_some() || is_bot_message;
        Self {
            is_bot: is_bot.then_some(true),
            user: bot,
        }
    }
}

fn caller(message: &Message<'_>) -> Option<String> {
    let room: Room<'_> = part::of(message.room?).ok()?;
    filled(room.created_by.as_ref())
}

fn subtype<'a>(message: &'a Message<'_>) -> Option<&'a str> {
    message.subtype.as_ref().map(|subtype| subtype.0.as_ref())
}

fn commenter(message: &Message<'_>) -> Option<String> {
    let comment = message
        .comment
        .and_then(|raw| serde_json::from_str::<Comment<'_>>(raw.get()).ok());
    filled(comment.and_then(|comment| comment.user).as_ref()).or_else(|| {
        let text = message.text.as_ref()?;
        text::first_mention(&text.0).map(str::to_owned)
    })
}

/// Returns a text that is not blank.
pub(super) fn filled(text: Option<&Text<'_>>) -> Option<String> {
    text.map(|text| text.0.trim())
        .filter(|text| !text.is_empty())
        .map(str::to_owned)
}
