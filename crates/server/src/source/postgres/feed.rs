//! The declarations: which tables are read, by which columns, and what their rows are.
//!
//! A feed is read in the order of (time, identity), account by account where its table has accounts:
//! that is the order of the indexes that nChat's own migrations make. A column or joined table that
//! an installation lacks leaves its part of a row unknown; without a required one the feed is
//! passed over. What is missing is reported, see [`super::schema`].

/// What the rows of a feed are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RowKind {
    User,
    Channel,
    Member,
    Message,
    Reaction,
    Attachment,
    Login,
    Session,
    Audit,
    Search,
    Call,
    Participant,
    Presence,
}

/// How a column's type becomes one that is read alike everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Read {
    AsIs,
    /// Enumerations are types of each installation.
    Text,
    /// Integers of any width.
    Whole,
    Time,
}

/// A column of a row.
#[derive(Debug, Clone, Copy)]
pub(super) struct Column {
    /// Its name in the row.
    pub(super) name: &'static str,
    /// Alias of the table it is of, and its names there, best first.
    pub(super) of: (&'static str, &'static [&'static str]),
    pub(super) read: Read,
}

/// A table that is looked into by its identity.
#[derive(Debug, Clone, Copy)]
pub(super) struct Join {
    pub(super) table: &'static str,
    pub(super) alias: &'static str,
    /// Alias and column that hold the identity.
    pub(super) by: (&'static str, &'static str),
}

/// A table that is read.
#[derive(Debug)]
pub(super) struct Feed {
    /// Its name in cursors and answers, which never changes.
    pub(super) name: &'static str,
    pub(super) table: &'static str,
    pub(super) row: RowKind,
    /// The column whose order is read in; together with `id`.
    pub(super) time: &'static str,
    pub(super) columns: &'static [Column],
    pub(super) joins: &'static [Join],
    /// Columns without which there is nothing to tell.
    pub(super) required: &'static [&'static str],
    /// A condition beside the cursor.
    pub(super) only: Option<&'static str>,
    /// Feeds of one group take the place of each other: the first that exists is read.
    pub(super) group: Option<&'static str>,
    /// Whether rows that vanish mean something, and for how many days after their time; 0 for ever.
    pub(super) watched_days: Option<i64>,
}

const fn own(name: &'static str, names: &'static [&'static str], read: Read) -> Column {
    Column {
        name,
        of: ("t", names),
        read,
    }
}

const fn of(
    alias: &'static str,
    name: &'static str,
    names: &'static [&'static str],
    read: Read,
) -> Column {
    Column {
        name,
        of: (alias, names),
        read,
    }
}

const fn join(table: &'static str, alias: &'static str, by: (&'static str, &'static str)) -> Join {
    Join { table, alias, by }
}

const ID: Column = own("id", &["id"], Read::AsIs);
const ACCOUNT: Column = own("source_account_id", &["source_account_id"], Read::Text);
const USER_ACCOUNT: Column = of("u", "source_account_id", &["source_account_id"], Read::Text);
const USER: Column = own("user_id", &["user_id"], Read::AsIs);
const CREATED: Column = own("created_at", &["created_at"], Read::Time);
const DEVICE: Column = own("device_type", &["device_type"], Read::Text);
const BY_USER: Join = join("nchat_users", "u", ("t", "user_id"));
const BY_MESSAGE: Join = join("nchat_messages", "m", ("t", "message_id"));

/// Days back from now within which a reaction that is taken back is noticed.
pub(super) const REACTION_DAYS: i64 = 7;

const PLAIN: Feed = Feed {
    name: "",
    table: "",
    row: RowKind::User,
    time: "created_at",
    columns: &[],
    joins: &[],
    required: &[],
    only: None,
    group: None,
    watched_days: None,
};

/// Every feed that is read by a cursor, in the order in which a round reads them: people and channels
/// first, so that who is a bot and what is confidential is known before what they wrote.
pub(super) const FEEDS: &[Feed] = &[
    Feed {
        name: "users",
        table: "nchat_users",
        row: RowKind::User,
        columns: USER_COLUMNS,
        ..PLAIN
    },
    Feed {
        name: "channels",
        table: "nchat_channels",
        row: RowKind::Channel,
        columns: CHANNEL_COLUMNS,
        ..PLAIN
    },
    Feed {
        name: "members",
        table: "nchat_channel_members",
        row: RowKind::Member,
        time: "joined_at",
        columns: &[
            ID,
            ACCOUNT,
            own("channel_id", &["channel_id"], Read::AsIs),
            USER,
            own("invited_by", &["invited_by"], Read::AsIs),
            own("joined_at", &["joined_at"], Read::Time),
        ],
        required: &["channel_id", "user_id"],
        watched_days: Some(0),
        ..PLAIN
    },
    Feed {
        name: "messages",
        table: "nchat_messages",
        row: RowKind::Message,
        columns: MESSAGE_COLUMNS,
        joins: &[join("nchat_channels", "c", ("t", "channel_id"))],
        required: &["channel_id"],
        ..PLAIN
    },
    Feed {
        name: "reactions",
        table: "nchat_reactions",
        row: RowKind::Reaction,
        columns: &[
            ID,
            ACCOUNT,
            own("message_id", &["message_id"], Read::AsIs),
            USER,
            own("emoji", &["emoji"], Read::Text),
            CREATED,
            of("m", "channel_id", &["channel_id"], Read::AsIs),
            of("m", "author_id", &["user_id"], Read::AsIs),
        ],
        joins: &[BY_MESSAGE],
        required: &["message_id"],
        watched_days: Some(REACTION_DAYS),
        ..PLAIN
    },
    Feed {
        name: "attachments",
        table: "nchat_attachments",
        row: RowKind::Attachment,
        columns: &[
            ID,
            Column {
                name: "source_account_id",
                of: ("m", &["source_account_id"]),
                read: Read::Text,
            },
            own("message_id", &["message_id"], Read::AsIs),
            USER,
            own("filename", &["filename"], Read::Text),
            own("original_filename", &["original_filename"], Read::Text),
            own("type", &["type"], Read::Text),
            own("mime_type", &["mime_type"], Read::Text),
            own("size_bytes", &["size_bytes"], Read::Whole),
            CREATED,
            of("m", "channel_id", &["channel_id"], Read::AsIs),
            of("m", "thread_id", &["thread_id"], Read::AsIs),
        ],
        joins: &[BY_MESSAGE],
        ..PLAIN
    },
    Feed {
        name: "login_history",
        table: "nchat_login_history",
        row: RowKind::Login,
        columns: &[
            ID,
            USER_ACCOUNT,
            USER,
            own("success", &["success"], Read::AsIs),
            DEVICE,
            CREATED,
        ],
        joins: &[BY_USER],
        required: &["user_id"],
        group: Some("sign-ins"),
        ..PLAIN
    },
    Feed {
        name: "sessions",
        table: "nchat_sessions",
        row: RowKind::Session,
        columns: &[ID, USER_ACCOUNT, USER, DEVICE, CREATED],
        joins: &[BY_USER],
        required: &["user_id"],
        group: Some("sign-ins"),
        ..PLAIN
    },
    Feed {
        name: "audit_logs",
        table: "nchat_audit_logs",
        row: RowKind::Audit,
        columns: &[
            ID,
            USER_ACCOUNT,
            USER,
            own("action", &["action"], Read::Text),
            CREATED,
        ],
        joins: &[BY_USER],
        required: &["user_id", "action"],
        only: Some("t.\"action\"::text = 'login'"),
        group: Some("sign-ins"),
        ..PLAIN
    },
    Feed {
        name: "searches",
        table: "nchat_search_history",
        row: RowKind::Search,
        columns: &[
            ID,
            ACCOUNT,
            USER,
            own("result_count", &["result_count"], Read::Whole),
            CREATED,
        ],
        ..PLAIN
    },
    Feed {
        name: "calls",
        table: "nchat_calls",
        row: RowKind::Call,
        columns: CALL_COLUMNS,
        ..PLAIN
    },
    Feed {
        name: "call_participants",
        table: "nchat_call_participants",
        row: RowKind::Participant,
        time: "joined_at",
        columns: PARTICIPANT_COLUMNS,
        joins: &[join("nchat_calls", "k", ("t", "call_id"))],
        ..PLAIN
    },
];

const USER_COLUMNS: &[Column] = &[
    ID,
    ACCOUNT,
    own("email", &["email"], Read::Text),
    own("display_name", &["display_name"], Read::Text),
    own("username", &["username"], Read::Text),
    own("status", &["status"], Read::Text),
    own("role", &["role"], Read::Text),
    own("is_bot", &["is_bot"], Read::AsIs),
    own("metadata", &["metadata"], Read::AsIs),
    CREATED,
    own("deleted_at", &["deleted_at"], Read::Time),
];

const CHANNEL_COLUMNS: &[Column] = &[
    ID,
    ACCOUNT,
    own("name", &["name"], Read::Text),
    own("slug", &["slug"], Read::Text),
    own("type", &["type"], Read::Text),
    own("is_archived", &["is_archived"], Read::AsIs),
    own("created_by", &["created_by"], Read::AsIs),
    CREATED,
    own("archived_at", &["archived_at"], Read::Time),
];

const MESSAGE_COLUMNS: &[Column] = &[
    ID,
    ACCOUNT,
    own("channel_id", &["channel_id"], Read::AsIs),
    USER,
    own("thread_id", &["thread_id"], Read::AsIs),
    own("parent_message_id", &["parent_message_id"], Read::AsIs),
    own("content", &["content_plain", "content"], Read::Text),
    own("type", &["type"], Read::Text),
    own("mentions", &["mentions"], Read::AsIs),
    own("is_system", &["is_system"], Read::AsIs),
    own("is_deleted", &["is_deleted"], Read::AsIs),
    own("edited_at", &["edited_at"], Read::Time),
    own("deleted_at", &["deleted_at"], Read::Time),
    own("updated_at", &["updated_at"], Read::Time),
    CREATED,
    of("c", "channel_type", &["type"], Read::Text),
];

const CALL_COLUMNS: &[Column] = &[
    ID,
    ACCOUNT,
    own("channel_id", &["channel_id"], Read::AsIs),
    own(
        "created_by",
        &["initiated_by", "initiator_id", "caller_id", "created_by"],
        Read::AsIs,
    ),
    own("started_at", &["started_at"], Read::Time),
    own("ended_at", &["ended_at"], Read::Time),
    CREATED,
];

const PARTICIPANT_COLUMNS: &[Column] = &[
    ID,
    of("k", "source_account_id", &["source_account_id"], Read::Text),
    of("k", "channel_id", &["channel_id"], Read::AsIs),
    USER,
    own("joined_at", &["joined_at"], Read::Time),
    own("left_at", &["left_at"], Read::Time),
];

/// Who is connected: read whole at each round, by the index on the heartbeat.
pub(super) const PRESENCE: Feed = Feed {
    name: "presence",
    table: "nchat_presence",
    row: RowKind::Presence,
    time: "last_heartbeat_at",
    columns: &[
        USER,
        ACCOUNT,
        own("status", &["status"], Read::Text),
        own("last_heartbeat_at", &["last_heartbeat_at"], Read::Time),
    ],
    required: &["user_id", "status"],
    ..PLAIN
};

/// Returns every table that is read, with the columns it cannot do without.
pub(super) fn all() -> impl Iterator<Item = &'static Feed> {
    FEEDS.iter().chain(std::iter::once(&PRESENCE))
}

/// Returns the feed of that name.
pub(super) fn find(name: &str) -> Option<&'static Feed> {
    all().find(|feed| feed.name == name)
}
