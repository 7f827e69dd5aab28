ALTER TABLE api_key ADD COLUMN kinds TEXT NOT NULL DEFAULT '[]';   -- JSON list of names; empty for every kind
ALTER TABLE api_key ADD COLUMN origins TEXT NOT NULL DEFAULT '[]'; -- JSON list; empty for callers from anywhere
ALTER TABLE api_key ADD COLUMN expires_ms BIGINT;
ALTER TABLE api_key ADD COLUMN last_used_ms BIGINT;
