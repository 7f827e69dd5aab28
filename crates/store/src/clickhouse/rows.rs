//! Rows as they are written and read.

use clickhouse::Row;
use domain::{
    event::{Event, MessageType},
    id::{ChannelId, UserId},
    record::{ChannelKind, ChannelRecord, PersonRecord},
    time::Instant,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::people::{Counted, Person};
use crate::DeadLetter;

/// How many changes of an event a rank tells apart from its place: see [`EventRow::rank`].
const RANKS_OF_A_CHANGE: u64 = 1 << 48;

/// An event.
#[derive(Debug, Clone, Row, Serialize, Deserialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a column of the table"
)]
pub(super) struct EventRow {
    pub(super) seq: i64,
    #[serde(with = "clickhouse::serde::uuid")]
    pub(super) event_id: Uuid,
    pub(super) workspace_ref: u16,
    pub(super) timestamp_ms: i64,
    pub(super) received_s: i64,
    pub(super) type_code: u16,
    pub(super) user_id: Option<String>,
    pub(super) channel_id: Option<String>,
    pub(super) session_key: Option<i64>,
    pub(super) message_key: Option<i64>,
    pub(super) thread_key: Option<i64>,
    pub(super) message_type: Option<u8>,
    pub(super) says_bot: bool,
    pub(super) weight: f64,
    pub(super) words: Option<u32>,
    pub(super) mentions: Vec<String>,
    pub(super) hashtags: Vec<String>,
    pub(super) links: Vec<String>,
    pub(super) emoji: Vec<String>,
    pub(super) properties: String,
    pub(super) is_reply: bool,
    pub(super) is_question: bool,
    pub(super) domains: Vec<String>,
    pub(super) urls: Vec<String>,
    pub(super) topics: Vec<String>,
    pub(super) file_names: Vec<String>,
    pub(super) file_extensions: Vec<String>,
    pub(super) file_kinds: Vec<String>,
    pub(super) file_hashes: Vec<String>,
    pub(super) file_bytes: Option<u64>,
    pub(super) is_keyed: bool,
    pub(super) rank: u64,
}

impl EventRow {
    /// Returns an event as it is stored.
    pub(super) fn new(event: &Event, workspace: u16, kind: u16, seq: i64) -> Self {
        use domain::dimension::TermList;
        let texts = |terms: &[Box<str>]| terms.iter().map(ToString::to_string).collect();
        let list = |terms| texts(event.content.terms(terms));
        let file = event.content.file.as_deref();
        Self {
            seq,
            event_id: event.id.0,
            workspace_ref: workspace,
            timestamp_ms: event.timestamp.as_millis(),
            received_s: event.received_at.as_millis().div_euclid(1_000),
            type_code: kind,
            user_id: event.user.as_ref().map(ToString::to_string),
            channel_id: event.channel.as_ref().map(ToString::to_string),
            session_key: event.session.map(|key| key.0),
            message_key: event.message.map(|key| key.0),
            thread_key: event.thread.map(|key| key.0),
            message_type: event.message_type.map(MessageType::code),
            says_bot: event.is_bot,
            weight: event.weight,
            words: event.content.words,
            mentions: texts(&event.content.mentions),
            hashtags: list(TermList::Hashtags),
            links: list(TermList::Links),
            emoji: list(TermList::Emoji),
            properties: serde_json::Value::from(event.properties.clone()).to_string(),
            is_reply: event.is_reply(),
            is_question: event.content.is_question,
            domains: list(TermList::Domains),
            urls: list(TermList::Urls),
            topics: list(TermList::Topics),
            file_names: list(TermList::FileNames),
            file_extensions: list(TermList::FileExtensions),
            file_kinds: list(TermList::FileKinds),
            file_hashes: list(TermList::FileHashes),
            file_bytes: file.and_then(|file| file.bytes),
            is_keyed: event.keyed,
            rank: Self::rank(0, seq),
        }
    }

    /// Returns the rank of a row among those of the same event: the largest counts. A change stands above
    /// whatever is delivered again, and of what is delivered again the first stands.
    fn rank(change: u64, seq: i64) -> u64 {
        let place = u64::try_from(seq).unwrap_or(0).min(RANKS_OF_A_CHANGE - 1);
        change * RANKS_OF_A_CHANGE + (RANKS_OF_A_CHANGE - 1 - place)
    }

    /// Notes that it is another row of the same event.
    pub(super) fn changed(&mut self) {
        let change = self.rank / RANKS_OF_A_CHANGE + 1;
        self.rank = Self::rank(change, self.seq);
    }
}

/// What is known of an identifier of a person.
#[derive(Debug, Clone, Row, Serialize, Deserialize)]
pub(super) struct PersonOf {
    pub(super) workspace_ref: u16,
    pub(super) id: String,
    name: Option<String>,
    email: Option<String>,
    role: Option<String>,
    record_is_bot: Option<bool>,
    is_deactivated: Option<bool>,
    created_ms: Option<i64>,
    first_seen_ms: Option<i64>,
    has_record: bool,
    told_bot: bool,
    merged_into: Option<String>,
    merged_ms: Option<i64>,
    counts_as: String,
    is_bot: bool,
    pub(super) version: u64,
    is_removed: u8,
}

fn millis(at: Option<Instant>) -> Option<i64> {
    at.map(Instant::as_millis)
}

fn instant(millis: Option<i64>) -> Option<Instant> {
    millis.map(Instant::from_millis)
}

impl PersonOf {
    /// Returns the row of a person.
    pub(super) fn new(workspace: u16, person: &Person, counted: &Counted, version: u64) -> Self {
        let record = person.record.clone();
        Self {
            workspace_ref: workspace,
            id: record.id.into(),
            name: record.name,
            email: record.email,
            role: record.role,
            record_is_bot: record.is_bot,
            is_deactivated: record.is_deactivated,
            created_ms: millis(record.created_at),
            first_seen_ms: millis(record.first_seen_at),
            has_record: person.has_record,
            told_bot: person.told_bot,
            merged_into: person.link.as_ref().map(|(into, _)| into.to_string()),
            merged_ms: millis(person.link.as_ref().map(|(_, at)| *at)),
            counts_as: counted.root.to_string(),
            is_bot: counted.is_bot,
            version,
            is_removed: 0,
        }
    }

    /// Returns the row that takes an identifier away.
    pub(super) fn removed(workspace: u16, id: &UserId, version: u64) -> Self {
        let counted = Counted {
            root: id.clone(),
            is_bot: false,
        };
        Self {
            is_removed: 1,
            ..Self::new(workspace, &Person::new(id.clone()), &counted, version)
        }
    }

    /// Returns the person.
    pub(super) fn person(self) -> Option<Person> {
        let into = self.merged_into.and_then(|id| UserId::new(id).ok());
        Some(Person {
            record: PersonRecord {
                id: UserId::new(self.id).ok()?,
                name: self.name,
                email: self.email,
                role: self.role,
                is_bot: self.record_is_bot,
                is_deactivated: self.is_deactivated,
                created_at: instant(self.created_ms),
                first_seen_at: instant(self.first_seen_ms),
            },
            has_record: self.has_record,
            told_bot: self.told_bot,
            link: into.zip(instant(self.merged_ms)),
        })
    }
}

/// What is known of a channel.
#[derive(Debug, Clone, Row, Serialize, Deserialize)]
pub(super) struct ChannelOf {
    pub(super) workspace_ref: u16,
    pub(super) id: String,
    name: Option<String>,
    slug: Option<String>,
    kind: Option<String>,
    is_archived: Option<bool>,
    member_count: Option<u32>,
    owner: Option<String>,
    created_ms: Option<i64>,
    pub(super) version: u64,
}

impl ChannelOf {
    /// Returns the row of a channel.
    pub(super) fn new(workspace: u16, record: &ChannelRecord, version: u64) -> Self {
        Self {
            workspace_ref: workspace,
            id: record.id.to_string(),
            name: record.name.clone(),
            slug: record.slug.clone(),
            kind: record.kind.map(|kind| kind.name().to_owned()),
            is_archived: record.is_archived,
            member_count: record.member_count,
            owner: record.owner.as_ref().map(ToString::to_string),
            created_ms: millis(record.created_at),
            version,
        }
    }

    /// Returns the channel.
    pub(super) fn record(self) -> Option<ChannelRecord> {
        Some(ChannelRecord {
            id: ChannelId::new(self.id).ok()?,
            name: self.name,
            slug: self.slug,
            kind: self.kind.as_deref().and_then(ChannelKind::parse),
            is_archived: self.is_archived,
            member_count: self.member_count,
            owner: self.owner.and_then(|id| UserId::new(id).ok()),
            created_at: instant(self.created_ms),
        })
    }
}

/// A workspace.
#[derive(Debug, Clone, Row, Serialize, Deserialize)]
pub(super) struct WorkspaceRow {
    #[serde(rename = "ref")]
    pub(super) number: u16,
    pub(super) id: String,
}

/// A kind of events.
#[derive(Debug, Clone, Row, Serialize, Deserialize)]
pub(super) struct KindRow {
    pub(super) code: u16,
    pub(super) name: String,
}

/// What stands for an identifier in blocks: of a person where the subject is 0, of a channel where it is 1.
#[derive(Debug, Clone, Row, Serialize, Deserialize)]
pub(super) struct NumberRow {
    pub(super) workspace_ref: u16,
    pub(super) subject: u8,
    pub(super) number: u32,
    pub(super) id: String,
}

/// Something that could not be accepted.
#[derive(Debug, Clone, Row, Serialize, Deserialize)]
pub(super) struct LetterRow {
    workspace_id: String,
    received_ms: i64,
    #[serde(with = "clickhouse::serde::uuid")]
    id: Uuid,
    source: String,
    code: String,
    reason: String,
    body: String,
}

impl From<&DeadLetter> for LetterRow {
    fn from(letter: &DeadLetter) -> Self {
        Self {
            workspace_id: letter.workspace_id.clone(),
            received_ms: letter.received_at.as_millis(),
            id: letter.id,
            source: letter.source.clone(),
            code: letter.code.clone(),
            reason: letter.reason.clone(),
            body: letter.body.clone(),
        }
    }
}

impl From<LetterRow> for DeadLetter {
    fn from(row: LetterRow) -> Self {
        Self {
            id: row.id,
            workspace_id: row.workspace_id,
            received_at: Instant::from_millis(row.received_ms),
            source: row.source,
            code: row.code,
            reason: row.reason,
            body: row.body,
        }
    }
}
