//! Events in order of time, some days at a time.

use clickhouse::Row;
use domain::{
    dimension::Subject,
    event::Kind,
    filter::Filter,
    id::Key64,
    query::Population,
    time::{Instant, Range},
};
use engine::analysis::{Act, MOST_MARKS, OrderedScan};
use serde::Deserialize;

use super::{dialect::ClickHouseDialect, open::Shared, raw};
use crate::{
    StoreError,
    contexts::Acts,
    sql::{self, Scope, Sql, all},
};

/// About how many events are sorted at a time.
const AT_ONCE: u64 = 100_000;

const COLUMNS: &str = "timestamp_ms, type_code, message_type, person_ref, \
                       CAST(channel_ref, 'Nullable(String)') AS channel_ref, thread_key, session_key, message_key, \
                       is_bot, weight, is_reply, \
                       CAST(CASE WHEN is_question OR words IS NOT NULL THEN is_question END, 'Nullable(Bool)') \
                       AS question";

/// An event as it is read.
#[derive(Debug, Row, Deserialize)]
struct ActRow {
    timestamp_ms: i64,
    type_code: u16,
    message_type: Option<u8>,
    person_ref: Option<String>,
    channel_ref: Option<String>,
    thread_key: Option<i64>,
    session_key: Option<i64>,
    message_key: Option<i64>,
    is_bot: bool,
    weight: f64,
    is_reply: bool,
    question: Option<bool>,
    marks: u32,
}

/// Events of a workspace in order of time; read on threads that may block.
pub(super) struct ActsOf<'a> {
    pub(super) shared: &'a Shared,
    pub(super) scope: Scope,
    /// Most events that a question may read.
    pub(super) most: Option<u64>,
}

impl Acts for ActsOf<'_> {
    fn each_act(
        &self,
        scan: &OrderedScan,
        take: &mut (dyn FnMut(&[Act]) + Send),
    ) -> Result<(), StoreError> {
        let (workspace, engine) = (self.scope.workspace_ref, &self.shared.engine);
        let (parts, before) = {
            let ledgers = engine.ledgers();
            let ledger = ledgers.ledger(workspace);
            let parts = ledger.map(|ledger| ledger.parts(scan.range, engine.zone(), AT_ONCE));
            (parts, ledgers.committed)
        };
        // The parts are read one after the other: what arrives meanwhile is in none of them.
        for part in parts.unwrap_or_default() {
            let mut acts = Vec::new();
            let statement = statement(self.scope, scan, part, before);
            let server = &self.shared.server;
            server.each_chunk::<ActRow>(&statement, |rows| {
                acts.extend(rows.iter().map(|row| self.act(row, scan.with_messages)));
                Ok(())
            })?;
            take(&acts);
        }
        Ok(())
    }

    fn check_scan(&self, range: Range) -> Result<u64, StoreError> {
        raw::check_scan(self.shared, self.scope, range, self.most)
    }
}

impl ActsOf<'_> {
    fn act(&self, row: &ActRow, with_message: bool) -> Act {
        let number = |subject, id: &Option<String>| {
            let (directory, workspace) = (&self.shared.directory, self.scope.workspace_ref);
            Some(directory.number(subject, workspace, id.as_deref()?))
        };
        Act {
            timestamp: Instant::from_millis(row.timestamp_ms),
            kind: row.type_code,
            message_type: row.message_type,
            is_reply: row.type_code == Kind::ThreadReply.code() || row.is_reply,
            is_question: row.question,
            person: number(Subject::Person, &row.person_ref),
            channel: number(Subject::Channel, &row.channel_ref),
            thread: row.thread_key.map(Key64),
            session: row.session_key.map(Key64),
            message: row.message_key.filter(|_| with_message).map(Key64),
            is_bot: row.is_bot,
            weight: row.weight,
            marks: row.marks,
        }
    }
}

fn statement(scope: Scope, scan: &OrderedScan, part: Range, before: i64) -> Sql {
    let mut conditions = vec![
        scope.events_in(part),
        Sql::raw("seq < ").with(Sql::int(before)),
    ];
    if scan.population == Population::People {
        conditions.push(Sql::raw("NOT is_bot"));
    }
    if !scan.filter.is_everything() {
        conditions.push(sql::condition(&scan.filter, scope, &ClickHouseDialect));
    }
    Sql::raw(format!("SELECT {COLUMNS}, "))
        .with(marks(scope, &scan.marks))
        .then(" AS marks FROM event WHERE ")
        .with(all(conditions))
        .then(" ORDER BY timestamp_ms, seq")
}

/// Returns the number whose bits say which of the filters let an event through.
fn marks(scope: Scope, filters: &[Filter]) -> Sql {
    let bit = |(place, filter): (usize, &Filter)| {
        Sql::raw("CASE WHEN ")
            .with(sql::condition(filter, scope, &ClickHouseDialect))
            .then(format!(" THEN {} ELSE 0 END", 1u32 << place))
    };
    let bits = filters.iter().enumerate().take(MOST_MARKS).map(bit);
    Sql::raw("toUInt32(")
        .with(Sql::join(bits.chain([Sql::raw("0")]), " + "))
        .then(")")
}
