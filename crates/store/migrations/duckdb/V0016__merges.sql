-- Identifiers that are one person (ADR 0026). Events carry the number of the person that counts.

CREATE TABLE person_merge (
    workspace_ref USMALLINT NOT NULL,
    from_ref UINTEGER NOT NULL,
    into_ref UINTEGER NOT NULL,         -- the person that it was merged into
    counts_as_ref UINTEGER NOT NULL,    -- the one that this counts as in turn
    merged_ms BIGINT NOT NULL
);

-- The number of the identifier that the event came with, where another one counts.
ALTER TABLE event ADD COLUMN IF NOT EXISTS original_ref UINTEGER;

-- Every identifier of a person with the number that its events carry.
CREATE OR REPLACE VIEW counted_person AS
SELECT p.workspace_ref, coalesce(m.counts_as_ref, p.ref) AS ref, p.id
FROM person p
LEFT JOIN person_merge m ON m.workspace_ref = p.workspace_ref AND m.from_ref = p.ref;

-- Merged identifiers are not listed; who counts was made and first seen when the earliest of them was,
-- and is a bot by its own record, else where one of the others is.
CREATE OR REPLACE VIEW person_now AS
WITH known AS (
    SELECT * FROM person_record
    QUALIFY row_number() OVER (PARTITION BY workspace_ref, person_ref ORDER BY valid_from_ms DESC, rowid DESC) = 1
), others AS (
    SELECT m.workspace_ref, m.counts_as_ref, bool_or(k.is_bot) AS is_bot,
           min(k.created_ms) AS created_ms, min(k.first_seen_ms) AS first_seen_ms
    FROM person_merge m
    JOIN known k ON k.workspace_ref = m.workspace_ref AND k.person_ref = m.from_ref
    GROUP BY ALL
)
SELECT p.workspace_ref, p.ref AS person_ref, p.id, r.name, r.email, r.role,
       coalesce(r.is_bot, o.is_bot, false) AS is_bot, coalesce(r.is_deactivated, false) AS is_deactivated,
       least(r.created_ms, o.created_ms) AS created_ms,
       least(r.first_seen_ms, o.first_seen_ms) AS first_seen_ms
FROM person p
LEFT JOIN known r ON r.workspace_ref = p.workspace_ref AND r.person_ref = p.ref
LEFT JOIN others o ON o.workspace_ref = p.workspace_ref AND o.counts_as_ref = p.ref
WHERE NOT starts_with(p.id, chr(1)) AND NOT EXISTS (
    SELECT 1 FROM person_merge m WHERE m.workspace_ref = p.workspace_ref AND m.from_ref = p.ref
);

-- An owner that was merged is the person that counts.
CREATE OR REPLACE VIEW channel_now AS
SELECT c.workspace_ref, c.ref AS channel_ref, c.id, r.name, r.kind,
       coalesce(r.is_archived, false) AS is_archived, r.member_count,
       coalesce(o.id, r.owner_id) AS owner_id, r.created_ms, r.slug
FROM channel c
LEFT JOIN (
    SELECT * FROM channel_record
    QUALIFY row_number() OVER (PARTITION BY workspace_ref, channel_ref ORDER BY valid_from_ms DESC, rowid DESC) = 1
) r ON r.workspace_ref = c.workspace_ref AND r.channel_ref = c.ref
LEFT JOIN (
    SELECT m.workspace_ref, f.id AS from_id, p.id
    FROM person_merge m
    JOIN person f ON f.workspace_ref = m.workspace_ref AND f.ref = m.from_ref
    JOIN person p ON p.workspace_ref = m.workspace_ref AND p.ref = m.counts_as_ref
) o ON o.workspace_ref = c.workspace_ref AND o.from_id = r.owner_id;
