//! Events, as far as rollups look at them, read in columns.

use ::duckdb::{
    Connection,
    arrow::{
        array::{
            Array, AsArray as _, BooleanArray, GenericListArray, PrimitiveArray, StringArray,
            StructArray,
        },
        datatypes::{
            ArrowPrimitiveType, Float64Type, Int64Type, UInt8Type, UInt16Type, UInt32Type,
        },
    },
};
use domain::{event::Kind, time::Instant};
use engine::{
    rollup::{Fact, TermKind},
    storage::{FactScan, FactSource, Position},
};

use super::reader::each_chunk;
use crate::{
    StoreError,
    sql::{Sql, all},
};

/// What is read of each event, in this order.
const COLUMNS: &str = "seq, workspace_ref, timestamp_ms, type_code, message_type, person_ref, \
                       channel_ref, is_bot, weight, words, is_reply";
/// What is read besides where terms are wanted.
const TERMS: &str = ", emoji, links, hashtags";

/// Events of the file, read over one of its connections.
pub(super) struct Facts<'a>(pub(super) &'a Connection);

impl FactSource for Facts<'_> {
    fn each_fact(
        &self,
        scan: &FactScan,
        take: &mut dyn FnMut(Position, u16, &Fact<'_>),
    ) -> Result<(), StoreError> {
        let condition = condition(scan);
        let terms = if scan.with_terms { TERMS } else { "" };
        let text = format!(
            "--sql\nSELECT {COLUMNS}{terms} FROM event WHERE {}",
            condition.text
        );
        let values = ::duckdb::params_from_iter(&condition.params);
        each_chunk(self.0, &text, values, |chunk| {
            let is_whole = |columns: &Columns<'_>| {
                let mut lists = columns.terms.iter();
                lists.all(|list| list.is_some() == scan.with_terms)
            };
            let columns = Columns::of(chunk)
                .filter(is_whole)
                .ok_or_else(|| StoreError::Engine("the events have other columns".into()))?;
            let mut terms = Vec::new();
            for row in 0..chunk.len() {
                terms.clear();
                for (kind, lists) in columns.terms.iter().flatten() {
                    push_terms(&mut terms, *kind, lists, row);
                }
                let fact = columns.fact(row, &terms);
                take(columns.seq.value(row), columns.workspace.value(row), &fact);
            }
            Ok(())
        })
    }
}

fn condition(scan: &FactScan) -> Sql {
    let mut conditions = Vec::new();
    conditions.extend(
        scan.workspace
            .map(|number| Sql::raw(format!("workspace_ref = {number}"))),
    );
    if let Some(range) = scan.range {
        conditions.push(Sql::raw("timestamp_ms >= ").with(Sql::int(range.from().as_millis())));
        conditions.push(Sql::raw("timestamp_ms < ").with(Sql::int(range.to().as_millis())));
    }
    let seq = |text: &'static str, place: i64| Sql::raw(text).with(Sql::int(place));
    conditions.extend(scan.from.map(|from| seq("seq >= ", from)));
    conditions.extend(scan.before.map(|before| seq("seq < ", before)));
    all(conditions)
}

struct Columns<'a> {
    seq: &'a PrimitiveArray<Int64Type>,
    workspace: &'a PrimitiveArray<UInt16Type>,
    timestamp: &'a PrimitiveArray<Int64Type>,
    kind: &'a PrimitiveArray<UInt16Type>,
    message_type: &'a PrimitiveArray<UInt8Type>,
    person: &'a PrimitiveArray<UInt32Type>,
    channel: &'a PrimitiveArray<UInt32Type>,
    is_bot: &'a BooleanArray,
    weight: &'a PrimitiveArray<Float64Type>,
    words: &'a PrimitiveArray<UInt32Type>,
    is_reply: &'a BooleanArray,
    terms: [Option<(TermKind, &'a GenericListArray<i32>)>; 3],
}

impl<'a> Columns<'a> {
    fn of(chunk: &'a StructArray) -> Option<Self> {
        let column = |index: usize| chunk.columns().get(index);
        let list = |kind, index| Some((kind, column(index)?.as_list_opt()?));
        Some(Self {
            seq: column(0)?.as_primitive_opt()?,
            workspace: column(1)?.as_primitive_opt()?,
            timestamp: column(2)?.as_primitive_opt()?,
            kind: column(3)?.as_primitive_opt()?,
            message_type: column(4)?.as_primitive_opt()?,
            person: column(5)?.as_primitive_opt()?,
            channel: column(6)?.as_primitive_opt()?,
            is_bot: column(7)?.as_boolean_opt()?,
            weight: column(8)?.as_primitive_opt()?,
            words: column(9)?.as_primitive_opt()?,
            is_reply: column(10)?.as_boolean_opt()?,
            terms: [
                list(TermKind::Emoji, 11),
                list(TermKind::Link, 12),
                list(TermKind::Hashtag, 13),
            ],
        })
    }

    fn fact<'t>(&self, row: usize, terms: &'t [(TermKind, &'t str)]) -> Fact<'t> {
        let kind = self.kind.value(row);
        // Events of before the column was there have none.
        let is_marked = self.is_reply.is_valid(row) && self.is_reply.value(row);
        Fact {
            timestamp: Instant::from_millis(self.timestamp.value(row)),
            kind,
            message_type: value(self.message_type, row),
            is_reply: kind == Kind::ThreadReply.code() || is_marked,
            person: value(self.person, row),
            channel: value(self.channel, row),
            is_bot: self.is_bot.value(row),
            weight: self.weight.value(row),
            words: value(self.words, row),
            terms,
        }
    }
}

pub(super) fn value<T: ArrowPrimitiveType>(
    column: &PrimitiveArray<T>,
    row: usize,
) -> Option<T::Native> {
    column.is_valid(row).then(|| column.value(row))
}

fn push_terms<'a>(
    terms: &mut Vec<(TermKind, &'a str)>,
    kind: TermKind,
    lists: &'a GenericListArray<i32>,
    row: usize,
) {
    if lists.is_null(row) {
        return;
    }
    let offsets = lists.value_offsets();
    let range =
        usize::try_from(offsets[row]).unwrap_or(0)..usize::try_from(offsets[row + 1]).unwrap_or(0);
    let Some(texts) = lists.values().as_any().downcast_ref::<StringArray>() else {
        return;
    };
    for index in range {
        if texts.is_valid(index) {
            terms.push((kind, texts.value(index)));
        }
    }
}
