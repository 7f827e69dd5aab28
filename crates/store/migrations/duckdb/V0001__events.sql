-- Events and the dictionaries that keep them small.
--
-- Texts that repeat (workspace, person, channel, custom kind of event) are numbered once and the
-- number is stored. No primary keys or indexes: one writer assigns the numbers, and an index over
-- a hundred million rows would not fit the memory this runs in.

CREATE TABLE workspace (
    ref USMALLINT NOT NULL,
    id VARCHAR NOT NULL
);

CREATE TABLE person (
    workspace_ref USMALLINT NOT NULL,
    ref UINTEGER NOT NULL, -- dense from 0 within the workspace, for sets of people
    id VARCHAR NOT NULL
);

CREATE TABLE channel (
    workspace_ref USMALLINT NOT NULL,
    ref UINTEGER NOT NULL,
    id VARCHAR NOT NULL
);

-- Codes below 1000 are the known kinds, written anew at every start; the rest are custom names.
CREATE TABLE event_type (
    code USMALLINT NOT NULL,
    name VARCHAR NOT NULL
);

-- What is known of people and channels, one row for each change: the newest row holds now.
CREATE TABLE person_record (
    workspace_ref USMALLINT NOT NULL,
    person_ref UINTEGER NOT NULL,
    valid_from_ms BIGINT NOT NULL,
    name VARCHAR,
    email VARCHAR,
    role VARCHAR,
    is_bot BOOLEAN,
    is_deactivated BOOLEAN,
    created_ms BIGINT,
    first_seen_ms BIGINT
);

CREATE TABLE channel_record (
    workspace_ref USMALLINT NOT NULL,
    channel_ref UINTEGER NOT NULL,
    valid_from_ms BIGINT NOT NULL,
    name VARCHAR,
    kind VARCHAR,
    is_archived BOOLEAN,
    member_count UINTEGER,
    owner_id VARCHAR,
    created_ms BIGINT
);

CREATE TABLE event (
    seq BIGINT NOT NULL,            -- order of arrival, over all workspaces
    event_id UUID NOT NULL,
    workspace_ref USMALLINT NOT NULL,
    timestamp_ms BIGINT NOT NULL,   -- milliseconds since 1970, UTC
    received_s BIGINT NOT NULL,     -- seconds since 1970, UTC
    type_code USMALLINT NOT NULL,
    person_ref UINTEGER,
    channel_ref UINTEGER,
    session_key BIGINT,             -- 64-bit keys, see domain::id::Key64
    message_key BIGINT,             -- NULL where event_id holds it, see message_key.rs
    thread_key BIGINT,
    message_type UTINYINT,
    is_bot BOOLEAN NOT NULL,
    weight DOUBLE NOT NULL,         -- the inverse of the sampling rate
    words UINTEGER,
    mentions VARCHAR[],
    hashtags VARCHAR[],
    links VARCHAR[],
    emoji VARCHAR[],
    properties VARCHAR              -- JSON object; NULL when empty
);

-- What could not be accepted, with the reason.
CREATE TABLE dead_letter (
    id UUID NOT NULL,
    workspace_id VARCHAR NOT NULL,
    received_ms BIGINT NOT NULL,
    source VARCHAR NOT NULL,
    code VARCHAR NOT NULL,
    reason VARCHAR NOT NULL,
    body VARCHAR NOT NULL
);
