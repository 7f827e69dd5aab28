-- Everything that a settings file holds by its migration 14. Texts are compared byte by byte, as there.

CREATE TABLE setting (
    name TEXT COLLATE "C" PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE api_key (
    id TEXT COLLATE "C" PRIMARY KEY,
    name TEXT NOT NULL,
    access TEXT NOT NULL,
    workspace_id TEXT,
    kinds TEXT NOT NULL DEFAULT '[]',   -- JSON list of names; empty for every kind
    origins TEXT NOT NULL DEFAULT '[]', -- JSON list; empty for callers from anywhere
    hash TEXT NOT NULL UNIQUE,
    created_ms BIGINT NOT NULL,
    expires_ms BIGINT,
    last_used_ms BIGINT,
    revoked_ms BIGINT
);

-- Who made, used and revoked which key. A key's use is noted once a day.
CREATE TABLE key_event (
    rowid BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, -- the order of insertion, which SQLite keeps by itself
    at_ms BIGINT NOT NULL,
    key_id TEXT NOT NULL,
    action TEXT NOT NULL,
    by_whom TEXT NOT NULL
);

CREATE INDEX key_event_of_key ON key_event (key_id, at_ms);

-- Rows of the chat's tables whose removal means something: a deleted row leaves no other trace.
CREATE TABLE watched_row (
    feed TEXT NOT NULL,
    id UUID NOT NULL,
    at_ms BIGINT NOT NULL,              -- when the row came about
    body TEXT COLLATE "C" NOT NULL,     -- the row, as JSON
    PRIMARY KEY (feed, id)
);

CREATE TABLE report (
    workspace_id TEXT NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    name TEXT NOT NULL,
    period TEXT NOT NULL,
    metrics TEXT NOT NULL,
    format TEXT NOT NULL,
    schedule TEXT,
    recipients TEXT NOT NULL,
    created_ms BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
);

-- What happened, beside the numbers of the time. Without an end it happened at one instant.
CREATE TABLE annotation (
    workspace_id TEXT NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    from_ms BIGINT NOT NULL,
    to_ms BIGINT,
    title TEXT NOT NULL,
    body TEXT,
    kind TEXT NOT NULL,
    channel_id TEXT,
    created_by TEXT NOT NULL,
    created_ms BIGINT NOT NULL,
    updated_ms BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
);

CREATE INDEX annotation_by_time ON annotation (workspace_id, from_ms);

-- Rules that say which people, or which channels, somebody means.
CREATE TABLE segment (
    workspace_id TEXT NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    description TEXT,
    subject TEXT NOT NULL,
    rule TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_ms BIGINT NOT NULL,
    updated_ms BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
);

CREATE TABLE funnel (
    workspace_id TEXT NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    definition TEXT NOT NULL,
    created_ms BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
);

-- Who was erased, by hashes alone: the person is named only while the erasure is under way.
CREATE TABLE erasure (
    workspace_id TEXT NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    person TEXT NOT NULL,               -- keyed hash of the identifier
    hashes TEXT NOT NULL,               -- JSON list: keyed hashes of the identifier and of e-mail addresses
    mode TEXT NOT NULL,
    requested_by TEXT NOT NULL,
    requested_ms BIGINT NOT NULL,
    under_way TEXT,                     -- JSON: what names the person; NULL once everything is done
    receipt TEXT,                       -- JSON, signed
    lifted_ms BIGINT,
    PRIMARY KEY (workspace_id, id)
);

-- Who is signed in on the pages: the cookie itself is not kept, only its hash.
CREATE TABLE session (
    id TEXT COLLATE "C" PRIMARY KEY,    -- for lists and for ending it; no secret
    hash TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    role TEXT,                          -- in the chat
    access TEXT NOT NULL,
    workspace_id TEXT,                  -- NULL for any
    opened_by TEXT NOT NULL,            -- key, configured_key, token or link
    detail TEXT,                        -- of what it was opened by: key, proof, person or whoever made the link
    address TEXT NOT NULL,
    created_ms BIGINT NOT NULL,
    seen_ms BIGINT NOT NULL,
    ends_ms BIGINT NOT NULL             -- whatever is done until then
);

CREATE INDEX session_opened_by ON session (opened_by, detail);

-- Codes of links that sign somebody in once.
CREATE TABLE sign_in_code (
    hash TEXT PRIMARY KEY,
    made_by TEXT NOT NULL,
    expires_ms BIGINT NOT NULL
);

-- Links to one page with fixed filters: the token itself is not kept, only its hash.
CREATE TABLE shared_link (
    id TEXT COLLATE "C" PRIMARY KEY,    -- for lists and for revoking; no secret
    workspace_id TEXT NOT NULL,
    hash TEXT NOT NULL UNIQUE,
    page TEXT NOT NULL,                 -- its route, such as /channels/{id}
    subject TEXT,                       -- the identifier in that
    parameters TEXT NOT NULL,           -- of its address, as JSON: period, filters, tab
    shows_names BOOLEAN NOT NULL,
    shows_annotations BOOLEAN NOT NULL,
    created_by TEXT NOT NULL,
    created_ms BIGINT NOT NULL,
    expires_ms BIGINT NOT NULL,
    last_used_ms BIGINT
);

CREATE INDEX shared_link_workspace ON shared_link (workspace_id, created_ms);

-- Questions that somebody keeps under a name, by the parameters of their addresses.
CREATE TABLE saved_view (
    workspace_id TEXT NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    query TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_ms BIGINT NOT NULL,
    updated_ms BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
