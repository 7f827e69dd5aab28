-- Links to one page with fixed filters: the token itself is not kept, only its hash.
CREATE TABLE shared_link (
    id TEXT PRIMARY KEY,            -- for lists and for revoking; no secret
    workspace_id TEXT NOT NULL,
    hash TEXT NOT NULL UNIQUE,
    page TEXT NOT NULL,             -- its route, such as /channels/{id}
    subject TEXT,                   -- the identifier in that
    parameters TEXT NOT NULL,       -- of its address, as JSON: period, filters, tab
    shows_names BOOLEAN NOT NULL,
    shows_annotations BOOLEAN NOT NULL,
    created_by TEXT NOT NULL,
    created_ms BIGINT NOT NULL,
    expires_ms BIGINT NOT NULL,
    last_used_ms BIGINT
);
CREATE INDEX shared_link_workspace ON shared_link (workspace_id, created_ms);
