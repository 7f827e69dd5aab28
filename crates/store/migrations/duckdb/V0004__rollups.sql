-- The day ledger. The blocks it speaks of are in a file of their own, see rollup/block_file.rs.

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
