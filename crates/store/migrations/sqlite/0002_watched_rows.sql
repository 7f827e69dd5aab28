-- Rows of the chat's tables whose removal means something: a deleted row leaves no other trace.
CREATE TABLE watched_row (
    feed  TEXT    NOT NULL,
    id    BLOB    NOT NULL, -- 16 bytes
    at_ms INTEGER NOT NULL, -- when the row came about
    body  TEXT    NOT NULL, -- the row, as JSON
    PRIMARY KEY (feed, id)
) WITHOUT ROWID;
