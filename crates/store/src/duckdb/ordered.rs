//! Events in order of time, some days at a time.

use ::duckdb::{
    Connection,
    arrow::{
        array::{Array, AsArray as _, BooleanArray, PrimitiveArray, StringArray, StructArray},
        datatypes::{Float64Type, Int64Type, UInt8Type, UInt16Type, UInt32Type},
    },
};
use domain::{
    event::Kind,
    filter::Filter,
    id::{EventId, Key64},
    query::Population,
    time::{Instant, Range},
};
use engine::{
    Engine,
    analysis::{Act, MOST_MARKS, OrderedScan},
};
use uuid::Uuid;

use super::{
    dialect::DuckDbDialect, facts::value, failure::classify, message_key, raw, reader::each_chunk,
};
use crate::{
    StoreError,
    contexts::Acts,
    sql::{self, Scope, Sql, all},
};

/// About how many events are sorted at a time.
const AT_ONCE: u64 = 100_000;

/// What is read of each event, in this order; what is needed only sometimes comes after it.
const COLUMNS: &str = "seq, timestamp_ms, type_code, message_type, person_ref, channel_ref, \
                       thread_key, session_key, is_bot, weight, is_reply, \
                       CASE WHEN is_question OR words IS NOT NULL THEN is_question END";
/// What is read where messages are asked for: identities are needed where no key is kept beside them.
const MESSAGE: &str =
    ", CASE WHEN message_key IS NULL THEN CAST(event_id AS VARCHAR) END, message_key";
/// How many columns come first.
const COUNT: usize = 12;

/// Events of a workspace of the file, in order of time.
pub(super) struct ActsOf<'a> {
    pub(super) connection: &'a Connection,
    pub(super) engine: &'a Engine,
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
        each_act(self.connection, self.engine, self.scope, scan, take)
    }

    fn check_scan(&self, range: Range) -> Result<u64, StoreError> {
        raw::check_scan(self.connection, self.engine, self.scope, range, self.most)
    }
}

/// Hands every event of a scan to `take`, in order of time and of arrival.
pub(super) fn each_act(
    connection: &Connection,
    engine: &Engine,
    scope: Scope,
    scan: &OrderedScan,
    take: &mut (dyn FnMut(&[Act]) + Send),
) -> Result<(), StoreError> {
    let parts = {
        let ledgers = engine.ledgers();
        let ledger = ledgers.ledger(scope.workspace_ref);
        ledger.map(|ledger| ledger.parts(scan.range, engine.zone(), AT_ONCE))
    };
    // The parts are read one after the other: what arrives meanwhile is in none of them.
    let before: i64 = connection
        .query_row("SELECT coalesce(max(seq) + 1, 0) FROM event", [], |row| {
            row.get(0)
        })
        .map_err(classify)?;
    for part in parts.unwrap_or_default() {
        let mut acts = Vec::new();
        let statement = statement(scope, scan, part, before);
        let values = ::duckdb::params_from_iter(&statement.params);
        each_chunk(connection, &statement.text, values, |chunk| {
            let columns = Columns::of(chunk, scan)
                .ok_or_else(|| StoreError::Engine("the events have other columns".into()))?;
            acts.extend((0..chunk.len()).map(|row| (columns.seq.value(row), columns.act(row))));
            Ok(())
        })?;
        acts.sort_unstable_by_key(|(seq, act)| (act.timestamp, *seq));
        let acts: Vec<Act> = acts.into_iter().map(|(_, act)| act).collect();
        take(&acts);
    }
    Ok(())
}

fn statement(scope: Scope, scan: &OrderedScan, part: Range, before: i64) -> Sql {
    let mut columns = Sql::raw(format!("--sql\nSELECT {COLUMNS}"));
    if scan.with_messages {
        columns = columns.then(MESSAGE);
    }
    if !scan.marks.is_empty() {
        columns = columns.then(", ").with(marks(scope, &scan.marks));
    }
    let mut conditions = vec![
        Sql::raw(format!("workspace_ref = {}", scope.workspace_ref)),
        Sql::raw("timestamp_ms >= ").with(Sql::int(part.from().as_millis())),
        Sql::raw("timestamp_ms < ").with(Sql::int(part.to().as_millis())),
        Sql::raw("seq < ").with(Sql::int(before)),
    ];
    if scan.population == Population::People {
        conditions.push(Sql::raw("NOT is_bot"));
    }
    if !scan.filter.is_everything() {
        conditions.push(sql::condition(&scan.filter, scope, &DuckDbDialect));
    }
    columns.then(" FROM event WHERE ").with(all(conditions))
}

/// Returns the number whose bits say which of the filters let an event through.
fn marks(scope: Scope, filters: &[Filter]) -> Sql {
    let bit = |(place, filter): (usize, &Filter)| {
        Sql::raw("CASE WHEN ")
            .with(sql::condition(filter, scope, &DuckDbDialect))
            .then(format!(" THEN {} ELSE 0 END", 1u32 << place))
    };
    let bits = filters.iter().enumerate().take(MOST_MARKS).map(bit);
    Sql::raw("CAST(")
        .with(Sql::join(bits, " + "))
        .then(" AS UINTEGER)")
}

struct Columns<'a> {
    seq: &'a PrimitiveArray<Int64Type>,
    timestamp: &'a PrimitiveArray<Int64Type>,
    kind: &'a PrimitiveArray<UInt16Type>,
    message_type: &'a PrimitiveArray<UInt8Type>,
    person: &'a PrimitiveArray<UInt32Type>,
    channel: &'a PrimitiveArray<UInt32Type>,
    thread: &'a PrimitiveArray<Int64Type>,
    session: &'a PrimitiveArray<Int64Type>,
    is_bot: &'a BooleanArray,
    weight: &'a PrimitiveArray<Float64Type>,
    is_reply: &'a BooleanArray,
    is_question: &'a BooleanArray,
    message: Option<(&'a StringArray, &'a PrimitiveArray<Int64Type>)>,
    marks: Option<&'a PrimitiveArray<UInt32Type>>,
}

impl<'a> Columns<'a> {
    fn of(chunk: &'a StructArray, scan: &OrderedScan) -> Option<Self> {
        let column = |index: usize| chunk.columns().get(index);
        let after_messages = if scan.with_messages { COUNT + 2 } else { COUNT };
        Some(Self {
            seq: column(0)?.as_primitive_opt()?,
            timestamp: column(1)?.as_primitive_opt()?,
            kind: column(2)?.as_primitive_opt()?,
            message_type: column(3)?.as_primitive_opt()?,
            person: column(4)?.as_primitive_opt()?,
            channel: column(5)?.as_primitive_opt()?,
            thread: column(6)?.as_primitive_opt()?,
            session: column(7)?.as_primitive_opt()?,
            is_bot: column(8)?.as_boolean_opt()?,
            weight: column(9)?.as_primitive_opt()?,
            is_reply: column(10)?.as_boolean_opt()?,
            is_question: column(11)?.as_boolean_opt()?,
            message: if scan.with_messages {
                Some((
                    column(COUNT)?.as_string_opt()?,
                    column(COUNT + 1)?.as_primitive_opt()?,
                ))
            } else {
                None
            },
            marks: if scan.marks.is_empty() {
                None
            } else {
                Some(column(after_messages)?.as_primitive_opt()?)
            },
        })
    }

    fn act(&self, row: usize) -> Act {
        let kind = self.kind.value(row);
        // Events of before the column was there have none.
        let is_marked = self.is_reply.is_valid(row) && self.is_reply.value(row);
        let message = self.message.and_then(|(ids, kept)| {
            let id = if ids.is_valid(row) {
                Uuid::parse_str(ids.value(row)).ok()?
            } else {
                Uuid::nil()
            };
            message_key::read(EventId(id), value(kept, row))
        });
        let questions = Some(self.is_question).filter(|questions| questions.is_valid(row));
        Act {
            timestamp: Instant::from_millis(self.timestamp.value(row)),
            kind,
            message_type: value(self.message_type, row),
            is_reply: kind == Kind::ThreadReply.code() || is_marked,
            is_question: questions.map(|questions| questions.value(row)),
            person: value(self.person, row),
            channel: value(self.channel, row),
            thread: value(self.thread, row).map(Key64),
            session: value(self.session, row).map(Key64),
            message,
            is_bot: self.is_bot.value(row),
            weight: self.weight.value(row),
            marks: self.marks.map_or(0, |marks| marks.value(row)),
        }
    }
}
