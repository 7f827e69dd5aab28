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
use domain::{
    rollup::{Fact, TermKind},
    time::Instant,
};

use crate::{StoreError, duckdb::reader::each_chunk, sql::Sql};

/// What is read of each event, in this order.
const COLUMNS: &str = "seq, workspace_ref, timestamp_ms, type_code, message_type, person_ref, \
                       channel_ref, is_bot, weight, words, emoji, links, hashtags, is_reply";

/// Hands over every event that meets the condition: its place in the order of arrival, its
/// workspace, and what rollups look at.
pub(super) fn each_fact(
    connection: &Connection,
    condition: &Sql,
    mut take: impl FnMut(i64, u16, &Fact<'_>),
) -> Result<(), StoreError> {
    let text = format!(
        "--sql\nSELECT {COLUMNS} FROM event WHERE {}",
        condition.text
    );
    let values = ::duckdb::params_from_iter(&condition.params);
    each_chunk(connection, &text, values, |chunk| {
        let columns = Columns::of(chunk)
            .ok_or_else(|| StoreError::Engine("the events have other columns".into()))?;
        let mut terms = Vec::new();
        for row in 0..chunk.len() {
            terms.clear();
            push_terms(&mut terms, TermKind::Emoji, columns.emoji, row);
            push_terms(&mut terms, TermKind::Link, columns.links, row);
            push_terms(&mut terms, TermKind::Hashtag, columns.hashtags, row);
            let fact = Fact {
                timestamp: Instant::from_millis(columns.timestamp.value(row)),
                kind: columns.kind.value(row),
                message_type: value(columns.message_type, row),
                is_reply: columns.is_reply.is_valid(row) && columns.is_reply.value(row),
                person: value(columns.person, row),
                channel: value(columns.channel, row),
                is_bot: columns.is_bot.value(row),
                weight: columns.weight.value(row),
                words: value(columns.words, row),
                terms: &terms,
            };
            take(columns.seq.value(row), columns.workspace.value(row), &fact);
        }
        Ok(())
    })
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
    emoji: &'a GenericListArray<i32>,
    links: &'a GenericListArray<i32>,
    hashtags: &'a GenericListArray<i32>,
    is_reply: &'a BooleanArray,
}

impl<'a> Columns<'a> {
    fn of(chunk: &'a StructArray) -> Option<Self> {
        let column = |index: usize| chunk.columns().get(index);
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
            emoji: column(10)?.as_list_opt()?,
            links: column(11)?.as_list_opt()?,
            hashtags: column(12)?.as_list_opt()?,
            is_reply: column(13)?.as_boolean_opt()?,
        })
    }
}

fn value<T: ArrowPrimitiveType>(column: &PrimitiveArray<T>, row: usize) -> Option<T::Native> {
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
