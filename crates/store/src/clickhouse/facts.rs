//! Events, as far as rollups look at them.

use clickhouse::Row;
use domain::{
    dimension::{FEATURE, NamedProperty, PLATFORM, Subject, TermList},
    event::Kind,
    time::{Instant, Range},
};
use engine::{
    measured::KEPT,
    rollup::{Fact, TermKind},
    storage::{FactScan, FactSource, Position},
};
use serde::Deserialize;

use super::{dialect::ClickHouseDialect, directory::Directory, open::Shared, server::Server};
use crate::{
    StoreError,
    sampled::Sampled,
    sql::{Sql, all, kept_number, list_column, named_property},
};

/// Lists of texts that are read besides where details are wanted.
const LISTS: [(TermKind, TermList); 9] = [
    (TermKind::Emoji, TermList::Emoji),
    (TermKind::Link, TermList::Links),
    (TermKind::Hashtag, TermList::Hashtags),
    (TermKind::Domain, TermList::Domains),
    (TermKind::Url, TermList::Urls),
    (TermKind::FileName, TermList::FileNames),
    (TermKind::FileExtension, TermList::FileExtensions),
    (TermKind::FileKind, TermList::FileKinds),
    (TermKind::FileHash, TermList::FileHashes),
];
/// Properties that are terms.
const PROPERTIES: [(TermKind, NamedProperty); 2] =
    [(TermKind::Feature, FEATURE), (TermKind::Platform, PLATFORM)];

const COLUMNS: &str = "seq, workspace_ref, timestamp_ms, type_code, message_type, person_ref, \
                       CAST(channel_ref, 'Nullable(String)') AS channel_ref, is_bot, weight, words, is_reply, \
                       is_question, toUInt32(length(mentions)) AS mentioned";

/// A fact as it is read.
#[derive(Debug, Row, Deserialize)]
struct FactRow {
    seq: i64,
    workspace_ref: u16,
    timestamp_ms: i64,
    type_code: u16,
    message_type: Option<u8>,
    person_ref: Option<String>,
    channel_ref: Option<String>,
    is_bot: bool,
    weight: f64,
    words: Option<u32>,
    is_reply: bool,
    is_question: bool,
    mentioned: u32,
    lists: Vec<Vec<String>>,
    texts: Vec<Option<String>>,
    bytes: Option<u64>,
    numbers: Vec<Option<i64>>,
}

/// Returns what is read besides; nothing where details are not wanted.
fn details(wanted: bool) -> Sql {
    let array = |parts: Vec<Sql>, of: &str, name: &str| {
        let parts = if wanted { parts } else { Vec::new() };
        Sql::raw(", CAST([")
            .with(Sql::join(parts, ", "))
            .then(format!("], 'Array({of})') AS {name}"))
    };
    let lists =
        LISTS.map(|(_, list)| Sql::raw(format!("CAST({}, 'Array(String)')", list_column(list))));
    let texts = PROPERTIES.map(|(_, property)| named_property(property, &ClickHouseDialect));
    let numbers = KEPT.map(|kept| kept_number(&kept, &ClickHouseDialect));
    let bytes = if wanted { "file_bytes" } else { "NULL" };
    array(lists.into(), "Array(String)", "lists")
        .with(array(texts.into(), "Nullable(String)", "texts"))
        .then(format!(", CAST({bytes}, 'Nullable(UInt64)') AS bytes"))
        .with(array(numbers.into(), "Nullable(Int64)", "numbers"))
}

/// Events of the server, with a number for each person and channel; read on threads that may block.
pub(super) struct Facts<'a> {
    server: &'a Server,
    directory: &'a Directory,
    sampled: &'a Sampled,
}

impl<'a> Facts<'a> {
    pub(super) fn of(shared: &'a Shared) -> Self {
        Self {
            server: &shared.server,
            directory: &shared.directory,
            sampled: &shared.sampled,
        }
    }
}

impl FactSource for Facts<'_> {
    fn each_fact(
        &self,
        scan: &FactScan,
        take: &mut dyn FnMut(Position, u16, &Fact<'_>),
    ) -> Result<(), StoreError> {
        let statement = Sql::raw(format!("SELECT {COLUMNS}"))
            .with(details(scan.with_details))
            .then(" FROM event WHERE ")
            .with(condition(scan));
        self.server.each_chunk::<FactRow>(&statement, |rows| {
            let mut terms = Vec::new();
            for row in rows {
                terms.clear();
                push_terms(&mut terms, row);
                take(row.seq, row.workspace_ref, &self.fact(row, &terms));
            }
            Ok(())
        })
    }

    fn is_sampled(&self, workspace: u16, range: Range) -> bool {
        self.sampled.is_in(workspace, range)
    }
}

impl Facts<'_> {
    fn fact<'t>(&self, row: &FactRow, terms: &'t [(TermKind, &'t str)]) -> Fact<'t> {
        let number = |subject, id: &Option<String>| {
            let id = id.as_deref()?;
            Some(self.directory.number(subject, row.workspace_ref, id))
        };
        let kept = |place: usize| {
            let number = row.numbers.get(place).copied().flatten()?;
            u32::try_from(number).ok()
        };
        Fact {
            timestamp: Instant::from_millis(row.timestamp_ms),
            kind: row.type_code,
            message_type: row.message_type,
            is_reply: row.type_code == Kind::ThreadReply.code() || row.is_reply,
            is_question: row.is_question,
            mentions: row.mentioned,
            person: number(Subject::Person, &row.person_ref),
            channel: number(Subject::Channel, &row.channel_ref),
            is_bot: row.is_bot,
            weight: row.weight,
            words: row.words,
            terms,
            file_bytes: row.bytes.map_or(0.0, |bytes| bytes as f64),
            numbers: std::array::from_fn(kept),
        }
    }
}

fn push_terms<'r>(terms: &mut Vec<(TermKind, &'r str)>, row: &'r FactRow) {
    for ((kind, _), list) in LISTS.iter().zip(&row.lists) {
        terms.extend(list.iter().map(|text| (*kind, text.as_str())));
    }
    for ((kind, _), text) in PROPERTIES.iter().zip(&row.texts) {
        terms.extend(text.iter().map(|text| (*kind, text.as_str())));
    }
}

fn condition(scan: &FactScan) -> Sql {
    let mut conditions = Vec::new();
    conditions.extend(
        scan.workspace
            .map(|number| Sql::raw(format!("workspace_ref = {number}"))),
    );
    let bound = |text: &str, value: i64| Sql::raw(text).with(Sql::int(value));
    if let Some(range) = scan.range {
        conditions.push(bound("timestamp_ms >= ", range.from().as_millis()));
        conditions.push(bound("timestamp_ms < ", range.to().as_millis()));
    }
    conditions.extend(scan.from.map(|from| bound("seq >= ", from)));
    conditions.extend(scan.before.map(|before| bound("seq < ", before)));
    all(conditions)
}
