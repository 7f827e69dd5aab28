-- When there are sampled events, so that answers over that time are known to be estimates.

CREATE TABLE sampled_quarter (
    workspace_ref USMALLINT NOT NULL,
    quarter INTEGER NOT NULL        -- quarters of an hour since 1970, UTC
);

INSERT INTO sampled_quarter
SELECT DISTINCT workspace_ref,
       CAST((timestamp_ms - ((timestamp_ms % 900000) + 900000) % 900000) // 900000 AS INTEGER)
FROM event WHERE weight <> 1;
