-- What happened, beside the numbers of the time. Without an end it happened at one instant.
CREATE TABLE annotation (
    workspace_id TEXT NOT NULL,
    id TEXT NOT NULL,
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
