-- Who was erased, by hashes alone: the person is named only while the erasure is under way.
CREATE TABLE erasure (
    workspace_id TEXT NOT NULL,
    id TEXT NOT NULL,
    person TEXT NOT NULL,           -- keyed hash of the identifier
    hashes TEXT NOT NULL,           -- JSON list: keyed hashes of the identifier and of e-mail addresses
    mode TEXT NOT NULL,
    requested_by TEXT NOT NULL,
    requested_ms BIGINT NOT NULL,
    under_way TEXT,                 -- JSON: what names the person; NULL once everything is done
    receipt TEXT,                   -- JSON, signed
    lifted_ms BIGINT,
    PRIMARY KEY (workspace_id, id)
);
