//! The tables and views.
//!
//! 1. `events` holds every event with the identifiers that it came with. Of an event that came twice the first one
//!    counts, and of one that was changed the last change: `rank` says which row that is.
//! 2. `event` is what questions ask: events once, each with the person that it counts for.
//! 3. `people` and `channels` hold what is known now, a row an identifier; `numbers` what stands for them in blocks.
//! 4. `identity` finds an event by its identity, whatever time it came with.

use domain::event::Kind;

use crate::sql::Sql;

/// The version of the schema.
pub(super) const VERSION: u32 = 1;

/// Milliseconds of a quarter of an hour.
const QUARTER: i64 = 900_000;

/// Returns the statements that make what is not there.
pub(super) fn statements() -> Vec<Sql> {
    let kinds: Vec<String> = Kind::ALL
        .iter()
        .map(|kind| format!("({}, '{}')", kind.code(), kind.name()))
        .collect();
    let mut all: Vec<String> = TABLES.iter().map(|table| (*table).to_owned()).collect();
    all.push(format!(
        "CREATE MATERIALIZED VIEW IF NOT EXISTS sampled_quarter_of_events TO sampled_quarter AS
         SELECT workspace_ref, toInt32(floor(timestamp_ms / {QUARTER})) AS quarter FROM events WHERE weight != 1"
    ));
    all.push(format!(
        "INSERT INTO event_kind SELECT code, name FROM values('code UInt16, name String', {})
         WHERE code NOT IN (SELECT code FROM event_kind)",
        kinds.join(", ")
    ));
    all.push(format!(
        "INSERT INTO basis (name, value) VALUES ('schema', '{VERSION}')"
    ));
    all.into_iter().map(Sql::raw).collect()
}

const TABLES: [&str; 25] = [
    "CREATE TABLE IF NOT EXISTS events (
        seq Int64 CODEC(Delta, ZSTD(1)),
        event_id UUID,
        workspace_ref UInt16 CODEC(ZSTD(1)),
        timestamp_ms Int64 CODEC(Delta, ZSTD(1)),
        received_s Int64 CODEC(Delta, ZSTD(1)),
        type_code UInt16 CODEC(ZSTD(1)),
        user_id Nullable(String) CODEC(ZSTD(1)),
        channel_id LowCardinality(Nullable(String)),
        session_key Nullable(Int64) CODEC(ZSTD(1)),
        message_key Nullable(Int64) CODEC(ZSTD(1)),
        thread_key Nullable(Int64) CODEC(ZSTD(1)),
        message_type Nullable(UInt8) CODEC(ZSTD(1)),
        says_bot Bool CODEC(ZSTD(1)),
        weight Float64 CODEC(ZSTD(1)),
        words Nullable(UInt32) CODEC(ZSTD(1)),
        mentions Array(String) CODEC(ZSTD(1)),
        hashtags Array(LowCardinality(String)),
        links Array(LowCardinality(String)),
        emoji Array(LowCardinality(String)),
        properties String CODEC(ZSTD(3)),
        is_reply Bool CODEC(ZSTD(1)),
        is_question Bool CODEC(ZSTD(1)),
        domains Array(LowCardinality(String)),
        urls Array(String) CODEC(ZSTD(1)),
        topics Array(LowCardinality(String)),
        file_names Array(String) CODEC(ZSTD(1)),
        file_extensions Array(LowCardinality(String)),
        file_kinds Array(LowCardinality(String)),
        file_hashes Array(String) CODEC(ZSTD(1)),
        file_bytes Nullable(UInt64) CODEC(ZSTD(1)),
        is_keyed Bool CODEC(ZSTD(1)),
        rank UInt64 CODEC(Delta, ZSTD(1)),
        INDEX by_user user_id TYPE bloom_filter(0.01) GRANULARITY 4
    ) ENGINE = ReplacingMergeTree(rank)
    PARTITION BY toYYYYMM(fromUnixTimestamp64Milli(timestamp_ms))
    ORDER BY (workspace_ref, intDiv(timestamp_ms, 86400000), type_code, timestamp_ms, event_id)
    SETTINGS non_replicated_deduplication_window = 1000",
    "CREATE TABLE IF NOT EXISTS identity (
        workspace_ref UInt16,
        event_id UUID,
        timestamp_ms Int64
    ) ENGINE = ReplacingMergeTree
    ORDER BY (workspace_ref, event_id)
    SETTINGS index_granularity = 1024",
    "CREATE MATERIALIZED VIEW IF NOT EXISTS identity_of_events TO identity AS
     SELECT workspace_ref, event_id, timestamp_ms FROM events WHERE is_keyed",
    "CREATE TABLE IF NOT EXISTS sampled_quarter (workspace_ref UInt16, quarter Int32)
     ENGINE = ReplacingMergeTree ORDER BY (workspace_ref, quarter)",
    "CREATE TABLE IF NOT EXISTS workspace (ref UInt16, id String)
     ENGINE = ReplacingMergeTree ORDER BY ref",
    "CREATE TABLE IF NOT EXISTS event_kind (code UInt16, name String)
     ENGINE = ReplacingMergeTree ORDER BY code",
    "CREATE OR REPLACE VIEW event_type AS SELECT code, name FROM event_kind FINAL",
    "CREATE TABLE IF NOT EXISTS people (
        workspace_ref UInt16,
        id String,
        name Nullable(String),
        email Nullable(String),
        role Nullable(String),
        record_is_bot Nullable(Bool),
        is_deactivated Nullable(Bool),
        created_ms Nullable(Int64),
        first_seen_ms Nullable(Int64),
        has_record Bool,
        told_bot Bool,
        merged_into Nullable(String),
        merged_ms Nullable(Int64),
        counts_as String,
        is_bot Bool,
        version UInt64,
        is_removed UInt8
    ) ENGINE = ReplacingMergeTree(version, is_removed) ORDER BY (workspace_ref, id)",
    // Every name and address that somebody was ever known under.
    "CREATE TABLE IF NOT EXISTS person_name (workspace_ref UInt16, id String, text String)
     ENGINE = ReplacingMergeTree ORDER BY (workspace_ref, id, text)",
    "CREATE MATERIALIZED VIEW IF NOT EXISTS person_name_of_people TO person_name AS
     SELECT workspace_ref, id, arrayJoin(arrayFilter(text -> text != '', [coalesce(name, ''), coalesce(email, '')])) AS text
     FROM people WHERE is_removed = 0",
    "CREATE TABLE IF NOT EXISTS channels (
        workspace_ref UInt16,
        id String,
        name Nullable(String),
        slug Nullable(String),
        kind Nullable(String),
        is_archived Nullable(Bool),
        member_count Nullable(UInt32),
        owner Nullable(String),
        created_ms Nullable(Int64),
        version UInt64
    ) ENGINE = ReplacingMergeTree(version) ORDER BY (workspace_ref, id)",
    "CREATE TABLE IF NOT EXISTS numbers (workspace_ref UInt16, subject UInt8, number UInt32, id String)
     ENGINE = ReplacingMergeTree ORDER BY (workspace_ref, subject, number)",
    "CREATE TABLE IF NOT EXISTS dead_letter (
        workspace_id String,
        received_ms Int64,
        id UUID,
        source LowCardinality(String),
        code LowCardinality(String),
        reason String,
        body String
    ) ENGINE = ReplacingMergeTree ORDER BY (workspace_id, received_ms, id)",
    "CREATE TABLE IF NOT EXISTS ledger_day (
        workspace_ref UInt16,
        day Int32,
        state UInt8,
        version Int64,
        filled_before Int64,
        events UInt64,
        first_ms Nullable(Int64),
        last_ms Nullable(Int64),
        filled_ms Nullable(Int64),
        dirty_ms Nullable(Int64),
        revision UInt64,
        is_removed UInt8
    ) ENGINE = ReplacingMergeTree(revision, is_removed) ORDER BY (workspace_ref, day)",
    "CREATE TABLE IF NOT EXISTS block (
        workspace_ref UInt16,
        rollup LowCardinality(String),
        grain UInt8,
        period Int32,
        version Int64,
        form UInt32,
        body String CODEC(NONE)
    ) ENGINE = ReplacingMergeTree ORDER BY (workspace_ref, rollup, grain, period, version)
    SETTINGS index_granularity = 64",
    "CREATE TABLE IF NOT EXISTS basis (name String, value String) ENGINE = ReplacingMergeTree ORDER BY name",
    // Who counts as somebody else, or is a bot: of everybody else there is nothing to look up.
    "CREATE OR REPLACE VIEW counted AS
     SELECT workspace_ref, id, counts_as, is_bot FROM people FINAL WHERE is_bot OR counts_as != id",
    "CREATE OR REPLACE VIEW event AS
     SELECT e.seq AS seq, e.event_id AS event_id, e.workspace_ref AS workspace_ref, e.timestamp_ms AS timestamp_ms,
        e.received_s AS received_s, e.type_code AS type_code,
        if(c.id = '', e.user_id, c.counts_as) AS person_ref, e.channel_id AS channel_ref,
        e.session_key AS session_key, e.message_key AS message_key, e.thread_key AS thread_key,
        e.message_type AS message_type, if(e.user_id IS NULL, e.says_bot, c.is_bot) AS is_bot,
        e.weight AS weight, e.words AS words, e.mentions AS mentions, e.hashtags AS hashtags, e.links AS links,
        e.emoji AS emoji, e.properties AS properties, e.is_reply AS is_reply, e.is_question AS is_question,
        e.domains AS domains, e.urls AS urls, e.topics AS topics, e.file_names AS file_names,
        e.file_extensions AS file_extensions, e.file_kinds AS file_kinds, e.file_hashes AS file_hashes,
        e.file_bytes AS file_bytes
     FROM events AS e FINAL
     LEFT ANY JOIN counted AS c ON e.workspace_ref = c.workspace_ref AND e.user_id = c.id",
    "CREATE OR REPLACE VIEW person AS SELECT workspace_ref, id AS ref, id FROM people FINAL",
    "CREATE OR REPLACE VIEW counted_person AS SELECT workspace_ref, id, counts_as AS ref FROM people FINAL",
    "CREATE OR REPLACE VIEW person_now AS
     SELECT workspace_ref, is_bot FROM people FINAL WHERE counts_as = id",
    "CREATE OR REPLACE VIEW channel AS SELECT workspace_ref, id AS ref, id FROM channels FINAL",
    // For people who write SQL by hand; the names and columns are those of the embedded store.
    "CREATE OR REPLACE VIEW analytics_events AS
     SELECT e.event_id AS event_id, w.id AS workspace_id, t.name AS event_type,
        fromUnixTimestamp64Milli(e.timestamp_ms, 'UTC') AS timestamp,
        toDateTime(e.received_s, 'UTC') AS received_at,
        e.person_ref AS user_id, CAST(e.channel_ref, 'Nullable(String)') AS channel_id,
        leftPad(lower(hex(reinterpretAsUInt64(e.session_key))), 16, '0') AS session_id,
        leftPad(lower(hex(reinterpretAsUInt64(e.message_key))), 16, '0') AS message_id,
        leftPad(lower(hex(reinterpretAsUInt64(e.thread_key))), 16, '0') AS thread_id,
        transform(e.message_type, [0, 1, 2, 3, 4, 5, 6],
            ['text', 'image', 'file', 'video', 'voice', 'system', 'other'], NULL) AS message_type,
        e.is_bot AS is_bot, e.weight AS weight, e.words AS words, e.mentions AS mentions,
        e.hashtags AS hashtags, e.links AS links, e.emoji AS emoji, e.properties AS properties
     FROM event AS e
     JOIN (SELECT ref, id FROM workspace FINAL) AS w ON w.ref = e.workspace_ref
     JOIN event_type AS t ON t.code = e.type_code",
    // By UTC day; people only, as everywhere, but for total_events, which counts bots as well.
    "CREATE OR REPLACE VIEW analytics_daily_metrics AS
     SELECT workspace_id, toDate(timestamp) AS date,
        uniqExactIf(user_id, NOT is_bot AND event_type != 'system') AS dau,
        toInt64(round(sum(weight))) AS total_events,
        toInt64(round(sumIf(weight, NOT is_bot AND event_type IN ('message_sent', 'thread_reply')
            AND ifNull(message_type, '') != 'system'))) AS messages
     FROM analytics_events GROUP BY workspace_id, date",
    "CREATE OR REPLACE VIEW analytics_hourly_channels AS
     SELECT workspace_id, channel_id, toStartOfHour(timestamp) AS hour,
        uniqExactIf(user_id, NOT is_bot AND event_type != 'system') AS people,
        toInt64(round(sum(weight))) AS total_events,
        toInt64(round(sumIf(weight, NOT is_bot AND event_type IN ('message_sent', 'thread_reply')
            AND ifNull(message_type, '') != 'system'))) AS messages
     FROM analytics_events WHERE channel_id IS NOT NULL GROUP BY workspace_id, channel_id, hour",
];
