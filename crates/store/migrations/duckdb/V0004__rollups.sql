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

-- One block for each rollup and day, and for some also each month: see domain::rollup.
CREATE TABLE rollup_block (
    workspace_ref USMALLINT NOT NULL,
    grain UTINYINT NOT NULL,        -- 0 day, 1 month
    period INTEGER NOT NULL,        -- day since 1970-01-01, month since January 1970
    rollup UTINYINT NOT NULL,
    version BIGINT NOT NULL,        -- of the day; of a month the fingerprint of its days
    body BLOB NOT NULL
);
