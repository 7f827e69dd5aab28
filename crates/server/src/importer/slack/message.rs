//! One object of a day file as Slack writes it.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::importer::scalar::Text;

/// A message, or something else that happened in a channel.
///
/// What may be there or not and has a shape of its own is kept as text at first: when such a part
/// is damaged, the message itself still counts.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Message<'a> {
    #[serde(rename = "type", borrow)]
    pub(super) kind: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) subtype: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) user: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) bot_id: Option<Text<'a>>,
    /// The name a bot wrote under.
    #[serde(borrow)]
    pub(super) username: Option<Text<'a>>,
    /// What is said of an author of another workspace.
    #[serde(borrow)]
    pub(super) user_profile: Option<&'a RawValue>,
    /// What is said of a bot.
    #[serde(borrow)]
    pub(super) bot_profile: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) text: Option<Text<'a>>,
    /// What newer clients and apps show in the place of `text`.
    #[serde(borrow)]
    pub(super) blocks: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) attachments: Option<&'a RawValue>,
    /// Where it was written, outside of exports: an identifier or a [`Channel`].
    #[serde(borrow)]
    pub(super) channel: Option<&'a RawValue>,
    /// The same under another name.
    #[serde(borrow)]
    pub(super) channel_id: Option<Text<'a>>,
    /// The [`Room`] of a call.
    #[serde(borrow)]
    pub(super) room: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) ts: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) thread_ts: Option<Text<'a>>,
    /// Who invited, on joining.
    #[serde(borrow)]
    pub(super) inviter: Option<Text<'a>>,
    /// The message that `message_deleted` deleted.
    #[serde(borrow)]
    pub(super) deleted_ts: Option<Text<'a>>,
    /// An [`Edited`].
    #[serde(borrow)]
    pub(super) edited: Option<&'a RawValue>,
    /// A list of [`Reaction`]s.
    #[serde(borrow)]
    pub(super) reactions: Option<&'a RawValue>,
    /// A list of files.
    #[serde(borrow)]
    pub(super) files: Option<&'a RawValue>,
    /// The one file of older messages.
    #[serde(borrow)]
    pub(super) file: Option<&'a RawValue>,
    /// A [`Comment`] on a file.
    #[serde(borrow)]
    pub(super) comment: Option<&'a RawValue>,
    /// The [`Inner`] message that `message_changed` changed.
    #[serde(rename = "message", borrow)]
    pub(super) inner: Option<&'a RawValue>,
}

/// A channel where it is described and not only named.
#[derive(Debug, Deserialize)]
pub(super) struct Channel<'a> {
    #[serde(borrow)]
    pub(super) id: Text<'a>,
}

/// A call.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Room<'a> {
    #[serde(borrow)]
    pub(super) created_by: Option<Text<'a>>,
}

/// When and by whom a message was last edited.
#[derive(Debug, Deserialize)]
pub(super) struct Edited<'a> {
    #[serde(borrow)]
    pub(super) user: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) ts: Text<'a>,
}

/// An emoji that was put on a message, and by whom.
#[derive(Debug, Deserialize)]
pub(super) struct Reaction<'a> {
    #[serde(borrow)]
    pub(super) name: Text<'a>,
    /// A list of identifiers.
    #[serde(borrow, default)]
    pub(super) users: Option<&'a RawValue>,
    /// How many people; more than `users` where the export does not name all of them.
    #[serde(default)]
    pub(super) count: Option<u64>,
}

/// A comment on a file, which Slack knew as something apart until 2018.
#[derive(Debug, Deserialize)]
pub(super) struct Comment<'a> {
    #[serde(borrow)]
    pub(super) user: Option<Text<'a>>,
}

/// The message within a `message_changed`.
#[derive(Debug, Deserialize)]
pub(super) struct Inner<'a> {
    #[serde(borrow)]
    pub(super) user: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) ts: Text<'a>,
    #[serde(borrow)]
    pub(super) edited: Option<Edited<'a>>,
}
