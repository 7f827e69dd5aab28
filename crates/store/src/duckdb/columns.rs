//! Events as columns, the way the engine takes them fastest.

use std::sync::Arc;

use ::duckdb::arrow::{
    array::{
        ArrayRef, BooleanBuilder, FixedSizeBinaryBuilder, Float64Builder, Int64Builder,
        ListBuilder, StringBuilder, UInt8Builder, UInt16Builder, UInt32Builder, UInt64Builder,
    },
    datatypes::{DataType, Field, Schema, SchemaRef},
    error::ArrowError,
    record_batch::RecordBatch,
};
use domain::{dimension::TermList, event::Event};

use super::message_key;
use crate::sql::list_column;

/// The numbers that stand for an event's texts, and what is decided of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Refs {
    pub(super) workspace: u16,
    pub(super) kind: u16,
    /// The person that counts.
    pub(super) person: Option<u32>,
    /// The identifier that the event came with, where that is another number.
    pub(super) original: Option<u32>,
    pub(super) channel: Option<u32>,
    /// Whether a bot did it, by all that is known.
    pub(super) is_bot: bool,
}

/// Builds record batches in the order of the columns of table `event`.
pub(super) struct EventColumns {
    schema: SchemaRef,
    seq: Int64Builder,
    id: FixedSizeBinaryBuilder,
    workspace: UInt16Builder,
    timestamp: Int64Builder,
    received: Int64Builder,
    kind: UInt16Builder,
    person: UInt32Builder,
    channel: UInt32Builder,
    session: Int64Builder,
    message: Int64Builder,
    thread: Int64Builder,
    message_type: UInt8Builder,
    is_bot: BooleanBuilder,
    weight: Float64Builder,
    words: UInt32Builder,
    mentions: ListBuilder<StringBuilder>,
    hashtags: ListBuilder<StringBuilder>,
    links: ListBuilder<StringBuilder>,
    emoji: ListBuilder<StringBuilder>,
    properties: StringBuilder,
    is_reply: BooleanBuilder,
    is_question: BooleanBuilder,
    /// The lists of [`LATER_LISTS`].
    lists: [ListBuilder<StringBuilder>; LATER_LISTS.len()],
    file_bytes: UInt64Builder,
    original: UInt32Builder,
}

/// The lists of terms that the table got after its first columns, in order.
const LATER_LISTS: [TermList; 7] = [
    TermList::Domains,
    TermList::Urls,
    TermList::Topics,
    TermList::FileNames,
    TermList::FileExtensions,
    TermList::FileKinds,
    TermList::FileHashes,
];

fn schema() -> Schema {
    let uuid = Field::new("event_id", DataType::FixedSizeBinary(16), false)
        .with_metadata([("ARROW:extension:name".to_owned(), "arrow.uuid".to_owned())].into());
    let list = |name: &str| {
        let item = Field::new_list_field(DataType::Utf8, true);
        Field::new(name, DataType::List(Arc::new(item)), true)
    };
    let field = |name: &str, kind: DataType| Field::new(name, kind, true);
    let mut fields = vec![
        field("seq", DataType::Int64),
        uuid,
        field("workspace_ref", DataType::UInt16),
        field("timestamp_ms", DataType::Int64),
        field("received_s", DataType::Int64),
        field("type_code", DataType::UInt16),
        field("person_ref", DataType::UInt32),
        field("channel_ref", DataType::UInt32),
        field("session_key", DataType::Int64),
        field("message_key", DataType::Int64),
        field("thread_key", DataType::Int64),
        field("message_type", DataType::UInt8),
        field("is_bot", DataType::Boolean),
        field("weight", DataType::Float64),
        field("words", DataType::UInt32),
        list("mentions"),
        list("hashtags"),
        list("links"),
        list("emoji"),
        field("properties", DataType::Utf8),
        field("is_reply", DataType::Boolean),
        field("is_question", DataType::Boolean),
    ];
    fields.extend(LATER_LISTS.map(|terms| list(list_column(terms))));
    fields.push(field("file_bytes", DataType::UInt64));
    fields.push(field("original_ref", DataType::UInt32));
    Schema::new(fields)
}

impl EventColumns {
    /// Returns empty columns.
    pub(super) fn new() -> Self {
        let list = || ListBuilder::new(StringBuilder::new());
        Self {
            schema: Arc::new(schema()),
            seq: Int64Builder::new(),
            id: FixedSizeBinaryBuilder::new(16),
            workspace: UInt16Builder::new(),
            timestamp: Int64Builder::new(),
            received: Int64Builder::new(),
            kind: UInt16Builder::new(),
            person: UInt32Builder::new(),
            channel: UInt32Builder::new(),
            session: Int64Builder::new(),
            message: Int64Builder::new(),
            thread: Int64Builder::new(),
            message_type: UInt8Builder::new(),
            is_bot: BooleanBuilder::new(),
            weight: Float64Builder::new(),
            words: UInt32Builder::new(),
            mentions: list(),
            hashtags: list(),
            links: list(),
            emoji: list(),
            properties: StringBuilder::new(),
            is_reply: BooleanBuilder::new(),
            is_question: BooleanBuilder::new(),
            lists: std::array::from_fn(|_| list()),
            file_bytes: UInt64Builder::new(),
            original: UInt32Builder::new(),
        }
    }

    /// Adds an event.
    pub(super) fn push(&mut self, seq: i64, event: &Event, refs: Refs) -> Result<(), ArrowError> {
        self.seq.append_value(seq);
        self.id.append_value(event.id.0.as_bytes())?;
        self.workspace.append_value(refs.workspace);
        self.timestamp.append_value(event.timestamp.as_millis());
        self.received
            .append_value(event.received_at.as_millis().div_euclid(1_000));
        self.kind.append_value(refs.kind);
        self.person.append_option(refs.person);
        self.channel.append_option(refs.channel);
        self.session.append_option(event.session.map(|key| key.0));
        self.message
            .append_option(message_key::kept(event.id, event.message));
        self.thread.append_option(event.thread.map(|key| key.0));
        self.message_type
            .append_option(event.message_type.map(domain::event::MessageType::code));
        self.is_bot.append_value(refs.is_bot);
        self.weight.append_value(event.weight);
        self.words.append_option(event.content.words);
        push_terms(&mut self.mentions, &event.content.mentions);
        push_terms(&mut self.hashtags, &event.content.hashtags);
        push_terms(&mut self.links, &event.content.links);
        push_terms(&mut self.emoji, &event.content.emoji);
        if event.properties.is_empty() {
            self.properties.append_null();
        } else {
            let text = serde_json::to_string(&event.properties)
                .map_err(|error| ArrowError::ExternalError(Box::new(error)))?;
            self.properties.append_value(text);
        }
        self.is_reply.append_value(event.is_reply());
        self.is_question.append_value(event.content.is_question);
        for (list, terms) in self.lists.iter_mut().zip(LATER_LISTS) {
            push_terms(list, event.content.terms(terms));
        }
        let file = event.content.file.as_deref();
        self.file_bytes
            .append_option(file.and_then(|file| file.bytes));
        self.original.append_option(refs.original);
        Ok(())
    }

    /// Takes what was added as one record batch.
    pub(super) fn finish(&mut self) -> Result<RecordBatch, ArrowError> {
        let mut columns: Vec<ArrayRef> = vec![
            Arc::new(self.seq.finish()),
            Arc::new(self.id.finish()),
            Arc::new(self.workspace.finish()),
            Arc::new(self.timestamp.finish()),
            Arc::new(self.received.finish()),
            Arc::new(self.kind.finish()),
            Arc::new(self.person.finish()),
            Arc::new(self.channel.finish()),
            Arc::new(self.session.finish()),
            Arc::new(self.message.finish()),
            Arc::new(self.thread.finish()),
            Arc::new(self.message_type.finish()),
            Arc::new(self.is_bot.finish()),
            Arc::new(self.weight.finish()),
            Arc::new(self.words.finish()),
            Arc::new(self.mentions.finish()),
            Arc::new(self.hashtags.finish()),
            Arc::new(self.links.finish()),
            Arc::new(self.emoji.finish()),
            Arc::new(self.properties.finish()),
            Arc::new(self.is_reply.finish()),
            Arc::new(self.is_question.finish()),
        ];
        for list in &mut self.lists {
            columns.push(Arc::new(list.finish()));
        }
        columns.push(Arc::new(self.file_bytes.finish()));
        columns.push(Arc::new(self.original.finish()));
        RecordBatch::try_new(Arc::clone(&self.schema), columns)
    }
}

/// No terms are NULL, which costs nothing on disk.
fn push_terms(list: &mut ListBuilder<StringBuilder>, terms: &[Box<str>]) {
    for term in terms {
        list.values().append_value(term);
    }
    list.append(!terms.is_empty());
}
