-- Who is a bot is decided once for each person: by the record, else by any event. What events said
-- becomes a record, and every event says what is decided.

INSERT INTO person_record
SELECT said.workspace_ref, said.person_ref, greatest(said.at_ms, coalesce(known.valid_from_ms, 0)),
       known.name, known.email, known.role, TRUE, known.is_deactivated, known.created_ms,
       known.first_seen_ms
FROM (
    SELECT workspace_ref, person_ref, max(received_s) * 1000 AS at_ms
    FROM event WHERE is_bot AND person_ref IS NOT NULL GROUP BY ALL
) said
LEFT JOIN (
    SELECT * FROM person_record
    QUALIFY row_number() OVER (PARTITION BY workspace_ref, person_ref ORDER BY valid_from_ms DESC, rowid DESC) = 1
) known ON known.workspace_ref = said.workspace_ref AND known.person_ref = said.person_ref
WHERE known.is_bot IS NULL;

UPDATE event SET is_bot = known.is_bot
FROM (
    SELECT workspace_ref, person_ref, is_bot FROM person_record
    QUALIFY row_number() OVER (PARTITION BY workspace_ref, person_ref ORDER BY valid_from_ms DESC, rowid DESC) = 1
) known
WHERE known.workspace_ref = event.workspace_ref AND known.person_ref = event.person_ref
  AND known.is_bot IS NOT NULL AND event.is_bot <> known.is_bot;

-- Every day is counted again.
DELETE FROM rollup_basis;
