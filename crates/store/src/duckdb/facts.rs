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
            UInt64Type,
        },
    },
};
use domain::{
    dimension::{FEATURE, NamedProperty, PLATFORM, TermList},
    event::Kind,
    time::{Instant, Range},
};
use engine::{
    measured::KEPT,
    rollup::{Fact, TermKind},
    storage::{FactScan, FactSource, Position},
};

use super::{dialect::DuckDbDialect, reader::each_chunk, sampled::Sampled};
use crate::{
    StoreError,
    sql::{Sql, all, kept_number, list_column, named_property},
};

/// What is read of each event, in this order.
const COLUMNS: &str = "seq, workspace_ref, timestamp_ms, type_code, message_type, person_ref, \
                       channel_ref, is_bot, weight, words, is_reply, is_question, \
                       CAST(len(mentions) AS UINTEGER)";
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
/// Place of the first list among the columns.
const FIRST_LIST: usize = 13;
/// Place of the first property.
const FIRST_PROPERTY: usize = FIRST_LIST + LISTS.len();
/// Place of the bytes of files.
const FILE_BYTES: usize = FIRST_PROPERTY + PROPERTIES.len();

/// Returns what is read besides where details are wanted.
fn details() -> Sql {
    let lists = LISTS.map(|(_, list)| Sql::raw(list_column(list)));
    let properties = PROPERTIES.map(|(_, property)| named_property(property, &DuckDbDialect));
    let numbers = KEPT.map(|kept| kept_number(&kept, &DuckDbDialect));
    let all = lists.into_iter().chain(properties);
    let all = all.chain([Sql::raw("file_bytes")]).chain(numbers);
    Sql::raw(", ").with(Sql::join(all, ", "))
}

/// Events of the file, read over one of its connections.
pub(super) struct Facts<'a> {
    pub(super) connection: &'a Connection,
    pub(super) sampled: &'a Sampled,
}

impl FactSource for Facts<'_> {
    fn each_fact(
        &self,
        scan: &FactScan,
        take: &mut dyn FnMut(Position, u16, &Fact<'_>),
    ) -> Result<(), StoreError> {
        let condition = condition(scan);
        let mut statement = Sql::raw(format!("--sql\nSELECT {COLUMNS}"));
        if scan.with_details {
            statement = statement.with(details());
        }
        let statement = statement.then(" FROM event WHERE ").with(condition);
        let values = ::duckdb::params_from_iter(&statement.params);
        each_chunk(self.connection, &statement.text, values, |chunk| {
            let other = || StoreError::Engine("the events have other columns".into());
            let columns = Columns::of(chunk).ok_or_else(other)?;
            let details = if scan.with_details {
                Some(Details::of(chunk).ok_or_else(other)?)
            } else {
                None
            };
            let mut terms = Vec::new();
            for row in 0..chunk.len() {
                terms.clear();
                if let Some(details) = &details {
                    details.push_terms(&mut terms, row);
                }
                let fact = columns.fact(row, &terms, details.as_ref());
                take(columns.seq.value(row), columns.workspace.value(row), &fact);
            }
            Ok(())
        })
    }

    fn is_sampled(&self, workspace: u16, range: Range) -> bool {
        self.sampled.is_in(workspace, range)
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
    is_question: &'a BooleanArray,
    mentions: &'a PrimitiveArray<UInt32Type>,
}

struct Details<'a> {
    lists: [&'a GenericListArray<i32>; LISTS.len()],
    properties: [&'a StringArray; PROPERTIES.len()],
    file_bytes: &'a PrimitiveArray<UInt64Type>,
    numbers: [&'a PrimitiveArray<Int64Type>; KEPT.len()],
}

impl<'a> Details<'a> {
    fn of(chunk: &'a StructArray) -> Option<Self> {
        let column = |index: usize| chunk.columns().get(index);
        let list = |index: usize| column(FIRST_LIST + index)?.as_list_opt();
        let text = |index: usize| column(FIRST_PROPERTY + index)?.as_string_opt();
        let number = |index: usize| column(FILE_BYTES + 1 + index)?.as_primitive_opt();
        Some(Self {
            lists: each(list)?,
            properties: each(text)?,
            file_bytes: column(FILE_BYTES)?.as_primitive_opt()?,
            numbers: each(number)?,
        })
    }

    fn push_terms(&self, terms: &mut Vec<(TermKind, &'a str)>, row: usize) {
        for ((kind, _), lists) in LISTS.iter().zip(self.lists) {
            push_terms(terms, *kind, lists, row);
        }
        for ((kind, _), values) in PROPERTIES.iter().zip(self.properties) {
            if values.is_valid(row) {
                terms.push((*kind, values.value(row)));
            }
        }
    }
}

/// Returns one of each place; `None` where one is missing.
fn each<T: Copy, const N: usize>(of: impl Fn(usize) -> Option<T>) -> Option<[T; N]> {
    let all: Option<Vec<T>> = (0..N).map(of).collect();
    all?.try_into().ok()
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
            is_reply: column(10)?.as_boolean_opt()?,
            is_question: column(11)?.as_boolean_opt()?,
            mentions: column(12)?.as_primitive_opt()?,
        })
    }

    fn fact<'t>(
        &self,
        row: usize,
        terms: &'t [(TermKind, &'t str)],
        details: Option<&Details<'_>>,
    ) -> Fact<'t> {
        let kind = self.kind.value(row);
        // Events of before a column was there have none.
        let is_set = |column: &BooleanArray| column.is_valid(row) && column.value(row);
        Fact {
            timestamp: Instant::from_millis(self.timestamp.value(row)),
            kind,
            message_type: value(self.message_type, row),
            is_reply: kind == Kind::ThreadReply.code() || is_set(self.is_reply),
            is_question: is_set(self.is_question),
            mentions: value(self.mentions, row).unwrap_or(0),
            person: value(self.person, row),
            channel: value(self.channel, row),
            is_bot: self.is_bot.value(row),
            weight: self.weight.value(row),
            words: value(self.words, row),
            terms,
            file_bytes: details
                .and_then(|details| value(details.file_bytes, row))
                .map_or(0.0, |bytes| bytes as f64),
            numbers: details.map_or([None; KEPT.len()], |details| {
                let number = |column| u32::try_from(value(column, row)?).ok();
                details.numbers.map(number)
            }),
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
