-- Who is signed in on the pages: the cookie itself is not kept, only its hash.
CREATE TABLE session (
    id TEXT PRIMARY KEY,            -- for lists and for ending it; no secret
    hash TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    role TEXT,                      -- in the chat
    access TEXT NOT NULL,
    workspace_id TEXT,              -- NULL for any
    opened_by TEXT NOT NULL,        -- key, configured_key, token or link
    detail TEXT,                    -- of what it was opened by: key, proof, person or whoever made the link
    address TEXT NOT NULL,
    created_ms BIGINT NOT NULL,
    seen_ms BIGINT NOT NULL,
    ends_ms BIGINT NOT NULL         -- whatever is done until then
);
CREATE INDEX session_opened_by ON session (opened_by, detail);

-- Codes of links that sign somebody in once.
CREATE TABLE sign_in_code (
    hash TEXT PRIMARY KEY,
    made_by TEXT NOT NULL,
    expires_ms BIGINT NOT NULL
);
