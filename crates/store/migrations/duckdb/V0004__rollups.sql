-- The day ledger and the rollups it speaks of.

-- In which zone days are cut, and how blocks are written; anything else makes every day dirty.
CREATE TABLE rollup_basis (
    zone VARCHAR NOT NULL,
    format UINTEGER NOT NULL        -- domain::rollup::FORMAT
);

-- One row for each local day of a workspace that has events.
CREATE TABLE ledger_day (
    workspace_ref USMALLINT NOT NULL,
    day INTEGER NOT NULL,           -- local day since 1970-01-01
    state UTINYINT NOT NULL,        -- 0 dirty, 1 started, 2 clean
    version BIGINT NOT NULL,        -- which making of the rollups; 0 when there are none
    filled_before BIGINT NOT NULL,  -- the rollups hold events with a smaller seq
    events UBIGINT NOT NULL,        -- how many they hold
    first_ms BIGINT,                -- first and last event among them
    last_ms BIGINT,
    filled_ms BIGINT,
    dirty_ms BIGINT
);

-- A table for each rollup, with one block for each day, and for most of them also for each month: see
-- domain::rollup. Apart, so that reading one rollup of a year touches nothing of the others; the
-- blocks are compressed already.
CREATE TABLE workspace_hour (
    workspace_ref USMALLINT NOT NULL,
    grain UTINYINT NOT NULL,        -- 0 day, 1 month
    period INTEGER NOT NULL,        -- day since 1970-01-01, month since January 1970
    version BIGINT NOT NULL,        -- of the day; of a month the fingerprint of its days
    body BLOB NOT NULL USING COMPRESSION uncompressed
);
CREATE TABLE channel_day (
    workspace_ref USMALLINT NOT NULL, grain UTINYINT NOT NULL, period INTEGER NOT NULL,
    version BIGINT NOT NULL, body BLOB NOT NULL USING COMPRESSION uncompressed
);
CREATE TABLE channel_hour (
    workspace_ref USMALLINT NOT NULL, grain UTINYINT NOT NULL, period INTEGER NOT NULL,
    version BIGINT NOT NULL, body BLOB NOT NULL USING COMPRESSION uncompressed
);
CREATE TABLE user_day (
    workspace_ref USMALLINT NOT NULL, grain UTINYINT NOT NULL, period INTEGER NOT NULL,
    version BIGINT NOT NULL, body BLOB NOT NULL USING COMPRESSION uncompressed
);
CREATE TABLE people_day (
    workspace_ref USMALLINT NOT NULL, grain UTINYINT NOT NULL, period INTEGER NOT NULL,
    version BIGINT NOT NULL, body BLOB NOT NULL USING COMPRESSION uncompressed
);
CREATE TABLE user_channel_day (
    workspace_ref USMALLINT NOT NULL, grain UTINYINT NOT NULL, period INTEGER NOT NULL,
    version BIGINT NOT NULL, body BLOB NOT NULL USING COMPRESSION uncompressed
);
CREATE TABLE content_day (
    workspace_ref USMALLINT NOT NULL, grain UTINYINT NOT NULL, period INTEGER NOT NULL,
    version BIGINT NOT NULL, body BLOB NOT NULL USING COMPRESSION uncompressed
);
CREATE TABLE workspace_day (
    workspace_ref USMALLINT NOT NULL, grain UTINYINT NOT NULL, period INTEGER NOT NULL,
    version BIGINT NOT NULL, body BLOB NOT NULL USING COMPRESSION uncompressed
);
CREATE TABLE channel_messages (
    workspace_ref USMALLINT NOT NULL, grain UTINYINT NOT NULL, period INTEGER NOT NULL,
    version BIGINT NOT NULL, body BLOB NOT NULL USING COMPRESSION uncompressed
);
CREATE TABLE channel_last (
    workspace_ref USMALLINT NOT NULL, grain UTINYINT NOT NULL, period INTEGER NOT NULL,
    version BIGINT NOT NULL, body BLOB NOT NULL USING COMPRESSION uncompressed
);
