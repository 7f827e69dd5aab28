//! What the chat knows of its people and channels, beside the events.

use serde::{Deserialize, Serialize};

use crate::{
    id::{ChannelId, UserId},
    time::Instant,
    warning::{Defect, fit},
};

/// Longest name, address or role of a record, in bytes.
pub const MAX_RECORD_TEXT: usize = 1_024;

/// What is known of a person or bot. `None` leaves what was known before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonRecord {
    /// Who.
    pub id: UserId,
    /// Name shown to others.
    pub name: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Role in the chat: owner, admin, moderator, member, guest …
    pub role: Option<String>,
    /// Whether it is a bot.
    pub is_bot: Option<bool>,
    /// Whether the account is switched off.
    pub is_deactivated: Option<bool>,
    /// When the account was made.
    pub created_at: Option<Instant>,
    /// When the person was first seen, where the source knows more than the events at hand.
    pub first_seen_at: Option<Instant>,
}

fn fit_all<'a>(
    texts: impl IntoIterator<Item = (&'static str, &'a mut Option<String>)>,
) -> Vec<(&'static str, Defect)> {
    let mut told = Vec::new();
    for (field, text) in texts {
        if let Some(text) = text {
            // The sender may have replaced characters as well.
            let (defects, is_odd) = (fit(text, MAX_RECORD_TEXT), text.contains('\u{fffd}'));
            let odd = is_odd.then_some(Defect::BadCharacters);
            let defects = defects.filter(|defect| *defect != Defect::BadCharacters);
            told.extend(defects.chain(odd).map(|defect| (field, defect)));
        }
    }
    told
}

impl PersonRecord {
    /// Makes the texts fit; returns which did not, and why.
    pub fn fit(&mut self) -> Vec<(&'static str, Defect)> {
        fit_all([
            ("name", &mut self.name),
            ("email", &mut self.email),
            ("role", &mut self.role),
        ])
    }

    /// Returns a record that says nothing but who.
    pub fn new(id: UserId) -> Self {
        Self {
            id,
            name: None,
            email: None,
            role: None,
            is_bot: None,
            is_deactivated: None,
            created_at: None,
            first_seen_at: None,
        }
    }
}

/// Who may see a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ChannelKind {
    /// Everybody.
    Public,
    /// Its members.
    Private,
    /// Two people.
    Direct,
    /// A few people.
    Group,
    /// Everybody reads, few write.
    Announcement,
}

impl ChannelKind {
    /// Returns the name used in storage and answers.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Private => "private",
            Self::Direct => "direct",
            Self::Group => "group",
            Self::Announcement => "announcement",
        }
    }

    /// Returns the kind of a name as chats write it.
    pub fn parse(name: &str) -> Option<Self> {
        match name.trim().to_ascii_lowercase().as_str() {
            "public" | "channel" | "open" => Some(Self::Public),
            "private" | "private_channel" => Some(Self::Private),
            "direct" | "dm" | "im" => Some(Self::Direct),
            "group" | "mpim" | "group_dm" => Some(Self::Group),
            "announcement" => Some(Self::Announcement),
            _ => None,
        }
    }

    /// Returns whether what is said there is nobody else's business: no content terms are taken
    /// from it unless the operator allows it.
    pub const fn is_confidential(self) -> bool {
        match self {
            Self::Private | Self::Direct | Self::Group => true,
            Self::Public | Self::Announcement => false,
        }
    }
}

/// What is known of a channel. `None` leaves what was known before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelRecord {
    /// Which.
    pub id: ChannelId,
    /// Name shown to people.
    pub name: Option<String>,
    /// Name in addresses.
    pub slug: Option<String>,
    /// Who may see it.
    pub kind: Option<ChannelKind>,
    /// Whether it was put away.
    pub is_archived: Option<bool>,
    /// How many people are members.
    pub member_count: Option<u32>,
    /// Who made or owns it.
    pub owner: Option<UserId>,
    /// When it was made.
    pub created_at: Option<Instant>,
}

impl ChannelRecord {
    /// Makes the texts fit; returns which did not, and why.
    pub fn fit(&mut self) -> Vec<(&'static str, Defect)> {
        fit_all([("name", &mut self.name), ("slug", &mut self.slug)])
    }

    /// Returns a record that says nothing but which.
    pub fn new(id: ChannelId) -> Self {
        Self {
            id,
            name: None,
            slug: None,
            kind: None,
            is_archived: None,
            member_count: None,
            owner: None,
            created_at: None,
        }
    }
}
