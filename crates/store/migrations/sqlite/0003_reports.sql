CREATE TABLE report (
    workspace_id TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    period TEXT NOT NULL,
    metrics TEXT NOT NULL,
    format TEXT NOT NULL,
    schedule TEXT,
    recipients TEXT NOT NULL,
    created_ms BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
