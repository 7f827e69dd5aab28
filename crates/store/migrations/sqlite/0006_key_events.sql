-- Who made, used and revoked which key. A key's use is noted once a day.
CREATE TABLE key_event (
    at_ms BIGINT NOT NULL,
    key_id TEXT NOT NULL,
    action TEXT NOT NULL,
    by_whom TEXT NOT NULL
);

CREATE INDEX key_event_of_key ON key_event (key_id, at_ms);
