ALTER TABLE report ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE report ADD COLUMN updated_ms BIGINT;
-- Nothing made reports before: what was kept stays a draft until somebody makes it active.
ALTER TABLE report ADD COLUMN status TEXT NOT NULL DEFAULT 'draft';
ALTER TABLE report ADD COLUMN paused_because TEXT;
ALTER TABLE report ADD COLUMN next_ms BIGINT;
ALTER TABLE report ADD COLUMN last_run_ms BIGINT;
ALTER TABLE report ADD COLUMN failures BIGINT NOT NULL DEFAULT 0;
CREATE INDEX report_next ON report (next_ms) WHERE next_ms IS NOT NULL;

CREATE TABLE report_run (
    workspace_id TEXT NOT NULL,
    report_id TEXT NOT NULL,
    id TEXT NOT NULL,
    cause TEXT NOT NULL,
    format TEXT NOT NULL,
    due_ms BIGINT NOT NULL,
    started_ms BIGINT NOT NULL,
    ended_ms BIGINT,
    late BOOLEAN NOT NULL,
    outcome TEXT NOT NULL,
    reason TEXT,
    file_bytes BIGINT,
    -- What it may say of people: its file is shown in no stricter mode.
    privacy TEXT NOT NULL,
    recipients BIGINT NOT NULL,
    sent BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (workspace_id, report_id, id)
);
CREATE INDEX report_run_started ON report_run (started_ms);

-- The file of a run, written in the transaction that says that it is made.
CREATE TABLE report_file (
    workspace_id TEXT NOT NULL,
    report_id TEXT NOT NULL,
    run_id TEXT NOT NULL,
    body BYTEA NOT NULL,
    PRIMARY KEY (workspace_id, report_id, run_id)
);

-- To whom a run that has not ended was sent: nobody is sent it twice.
CREATE TABLE report_delivery (
    workspace_id TEXT NOT NULL,
    report_id TEXT NOT NULL,
    run_id TEXT NOT NULL,
    recipient TEXT NOT NULL,
    PRIMARY KEY (workspace_id, report_id, run_id, recipient)
);
