//! What kinds of events there are, and the many names they arrive under.

use std::fmt;

/// What a kind of event is about; the metrics and the activity rules speak of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Category {
    /// A person sent a message.
    Message,
    /// Something happened to a message or between messages.
    Messaging,
    /// Channels and conversations.
    Channel,
    /// Sign-up, sign-in, sign-out and presence.
    Session,
    /// Calls and screens.
    Call,
    /// Pages, features, settings and search.
    Usage,
    /// Errors and timings.
    Operation,
    /// Caused by the machine and not by a person: never activity.
    System,
    /// A name of the sender's own.
    Custom,
}

impl Category {
    /// Returns the name used in the catalogue.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Message => "message",
            Self::Messaging => "messaging",
            Self::Channel => "channel",
            Self::Session => "session",
            Self::Call => "call",
            Self::Usage => "usage",
            Self::Operation => "operation",
            Self::System => "system",
            Self::Custom => "custom",
        }
    }
}

macro_rules! kinds {
    ($(#[doc = $doc:literal] $code:literal $variant:ident $name:literal $category:ident [$($alias:literal),*];)*) => {
        /// A kind of event with a meaning of its own.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Kind {
            $(#[doc = $doc] $variant,)*
        }

        impl Kind {
            /// Every known kind, in the order of the codes.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// Returns the number under which the kind is stored, which never changes.
            pub const fn code(self) -> u16 {
                match self { $(Self::$variant => $code,)* }
            }

            /// Returns the canonical name.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// Returns what happened, in words.
            pub const fn text(self) -> &'static str {
                match self { $(Self::$variant => $doc.trim_ascii_start(),)* }
            }

            /// Returns what the kind is about.
            pub const fn category(self) -> Category {
                match self { $(Self::$variant => Category::$category,)* }
            }

            /// Returns the other names the kind arrives under.
            pub const fn aliases(self) -> &'static [&'static str] {
                match self { $(Self::$variant => &[$($alias),*],)* }
            }

            fn of_snake_case(name: &str) -> Option<Self> {
                match name {
                    $($name $(| $alias)* => Some(Self::$variant),)*
                    _ => None,
                }
            }
        }
    };
}

kinds! {
    /// A message in a channel or conversation.
    1 MessageSent "message_sent" Message ["message", "dm_sent", "message_created"];
    /// A message in answer to a thread.
    2 ThreadReply "thread_reply" Message ["thread_replied"];
    /// A message's text was changed.
    3 MessageEdited "message_edited" Messaging ["message_updated"];
    /// A message was deleted.
    4 MessageDeleted "message_deleted" Messaging [];
    /// A reaction was put on a message.
    5 ReactionAdded "reaction_added" Messaging ["reaction"];
    /// A reaction was taken back.
    6 ReactionRemoved "reaction_removed" Messaging [];
    /// A file was shared.
    7 FileShared "file_shared" Messaging ["file_uploaded", "file", "file_share"];
    /// A file was downloaded.
    8 FileDownloaded "file_downloaded" Messaging [];
    /// A thread was opened on a message.
    9 ThreadStarted "thread_started" Messaging ["thread_created"];
    /// Somebody was mentioned.
    10 MentionUsed "mention_used" Messaging [];
    /// A message was pinned.
    11 MessagePinned "message_pinned" Messaging ["pinned_item"];
    /// Messages of a channel were read.
    12 MessageRead "message_read" Messaging ["messages_read", "channel_read"];

    /// A channel was made.
    20 ChannelCreated "channel_created" Channel [];
    /// A person joined a channel.
    21 ChannelJoined "channel_joined" Channel ["channel_join"];
    /// A person left a channel.
    22 ChannelLeft "channel_left" Channel ["channel_leave"];
    /// A channel was put away.
    23 ChannelArchived "channel_archived" Channel ["channel_archive"];
    /// A channel was taken back into use.
    24 ChannelUnarchived "channel_unarchived" Channel ["channel_unarchive"];
    /// A channel's name, topic or purpose was changed.
    25 ChannelUpdated "channel_updated" Channel ["channel_renamed"];
    /// A direct conversation was opened.
    26 DmStarted "dm_started" Channel [];
    /// A direct conversation was closed.
    27 DmClosed "dm_closed" Channel [];

    /// A person got an account.
    40 SignedUp "user_signed_up" Session ["sign_up", "signup", "signed_up", "user_created", "user_registered"];
    /// A person signed in.
    41 SignIn "sign_in" Session ["login", "signed_in", "log_in", "signin", "user_signed_in"];
    /// A person signed out.
    42 SignOut "sign_out" Session ["logout", "signed_out", "log_out", "signout"];
    /// A sign-in was refused.
    43 SignInFailed "sign_in_failed" Session ["login_failed"];
    /// A password was reset.
    44 PasswordReset "password_reset" Session [];
    /// A connection is open: the presence heartbeat.
    45 Presence "presence" Session ["heartbeat", "presence_heartbeat", "user_online", "online"];
    /// A session began.
    46 SessionStart "session_start" Session ["app_open"];
    /// A session ended.
    47 SessionEnd "session_end" Session [];
    /// A session went on after a pause.
    48 SessionResume "session_resume" Session [];
    /// The app went to the background.
    49 AppBackgrounded "app_backgrounded" Session ["app_background"];
    /// The app came to the foreground.
    50 AppForegrounded "app_foregrounded" Session ["app_foreground"];
    /// The person did nothing for a while.
    51 IdleTimeout "idle_timeout" Session [];

    /// A call began.
    60 CallStarted "call_started" Call [];
    /// A call ended.
    61 CallEnded "call_ended" Call [];
    /// A person joined a call.
    62 CallJoined "call_joined" Call [];
    /// A person left a call.
    63 CallLeft "call_left" Call [];
    /// A call did not come about.
    64 CallFailed "call_failed" Call [];
    /// A screen was shared.
    65 ScreenShared "screen_shared" Call [];

    /// A page was shown.
    80 PageView "page_view" Usage ["pageview", "page_viewed", "screen_view"];
    /// A person went from one place of the app to another.
    81 Navigation "navigation" Usage [];
    /// A named feature was used.
    82 FeatureUsed "feature_used" Usage ["feature_usage", "feature"];
    /// A search was made.
    83 SearchPerformed "search_performed" Usage ["search", "advanced_search_used"];
    /// A search result was opened.
    84 SearchResultClicked "search_result_clicked" Usage [];
    /// The emoji picker was opened.
    85 EmojiPickerUsed "emoji_picker_used" Usage [];
    /// A keyboard shortcut was used.
    86 ShortcutUsed "shortcut_used" Usage [];
    /// A profile was changed.
    87 ProfileUpdated "profile_updated" Usage [];
    /// Settings were changed.
    88 SettingsChanged "settings_changed" Usage [];
    /// The theme was changed.
    89 ThemeChanged "theme_changed" Usage [];
    /// Notification settings were changed.
    90 NotificationPreferenceChanged "notification_preference_changed" Usage ["notification_settings_changed"];

    /// An error reached a person.
    100 ErrorOccurred "error_occurred" Operation ["error", "crash"];
    /// A call of the chat's API failed.
    101 ApiError "api_error" Operation [];
    /// A live connection failed.
    102 WebsocketError "websocket_error" Operation [];
    /// A timing was taken.
    103 PerformanceMark "performance_mark" Operation ["performance", "screen_load_time", "api_call"];
    /// An operation was slow.
    104 SlowOperation "slow_operation" Operation [];

    /// The machine did something by itself.
    120 System "system" System ["system_message"];

    /// Custom kinds beyond the number that can be told apart.
    999 OtherCustom "other_custom" Custom [];
}

/// The first code of kinds with names of the sender's own.
pub const FIRST_CUSTOM_CODE: u16 = 1000;

/// Longest name of a custom kind, in bytes.
pub const MAX_NAME_LENGTH: usize = 100;

/// What happened: a known kind or a name of the sender's own.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum EventType {
    /// A kind with a meaning of its own.
    Known(Kind),
    /// A name that is counted under itself.
    Custom(Box<str>),
}

impl EventType {
    /// Returns the kind of a name as clients write it: `snake_case`, camelCase, kebab-case, with
    /// dots or spaces, or one of the aliases. Unknown names are kept as they came.
    ///
    /// `None` when the name is empty, too long or holds control characters.
    pub fn parse(name: &str) -> Option<Self> {
        let name = name.trim();
        if let Some(kind) = Kind::of_snake_case(name) {
            return Some(Self::Known(kind));
        }
        if name.is_empty() || name.len() > MAX_NAME_LENGTH || name.chars().any(char::is_control) {
            return None;
        }
        match Kind::of_snake_case(&snake_case(name)) {
            Some(kind) => Some(Self::Known(kind)),
            None => Some(Self::Custom(name.into())),
        }
    }

    /// Returns the canonical name.
    pub fn name(&self) -> &str {
        match self {
            Self::Known(kind) => kind.name(),
            Self::Custom(name) => name,
        }
    }

    /// Returns what the kind is about.
    pub fn category(&self) -> Category {
        match self {
            Self::Known(kind) => kind.category(),
            Self::Custom(_) => Category::Custom,
        }
    }

    /// Returns whether it is this known kind.
    pub fn is(&self, kind: Kind) -> bool {
        *self == Self::Known(kind)
    }
}

impl fmt::Display for EventType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl serde::Serialize for EventType {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// Returns `messageSent`, `Message Sent`, `message-sent` and `message.sent` as `message_sent`.
pub fn snake_case(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 4);
    let mut before_lower = false;
    for c in name.chars() {
        if c.is_uppercase() {
            if before_lower {
                out.push('_');
            }
            out.extend(c.to_lowercase());
            before_lower = false;
        } else if matches!(c, ' ' | '-' | '.' | ':' | '/') {
            out.push('_');
            before_lower = false;
        } else {
            out.push(c);
            before_lower = c.is_lowercase() || c.is_ascii_digit();
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn codes_and_names_are_unique_and_codes_stay_below_the_custom_ones() {
        let mut names = HashSet::new();
        let mut codes = HashSet::new();
        for kind in Kind::ALL {
            assert!(codes.insert(kind.code()));
            assert!(kind.code() < FIRST_CUSTOM_CODE);
            assert!(names.insert(kind.name()));
            for alias in kind.aliases() {
                assert!(names.insert(alias), "{alias}");
            }
        }
    }

    #[test]
    fn names_of_clients_become_ours() {
        let parsed = |name: &str| EventType::parse(name).unwrap().name().to_owned();
        for (name, ours) in [
            ("login", "sign_in"),
            ("logout", "sign_out"),
            ("thread_created", "thread_started"),
            ("thread_replied", "thread_reply"),
            ("file_uploaded", "file_shared"),
            ("app_background", "app_backgrounded"),
            ("messageSent", "message_sent"),
            ("message.sent", "message_sent"),
            ("sign_up", "user_signed_up"),
            ("button_click", "button_click"),
            ("Paywall Impression", "Paywall Impression"),
        ] {
            assert_eq!(parsed(name), ours);
        }
        assert_eq!(
            EventType::parse("button_click").unwrap().category(),
            Category::Custom
        );
        for bad in ["", "  ", "a\nb", &"x".repeat(101)] {
            assert_eq!(EventType::parse(bad), None);
        }
    }
}
