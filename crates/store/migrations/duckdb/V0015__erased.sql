-- Numbers of people who were erased: they stay given, under an identifier that nobody can have (it
-- begins with a control character), and stand for nobody.

CREATE OR REPLACE VIEW person_now AS
SELECT p.workspace_ref, p.ref AS person_ref, p.id, r.name, r.email, r.role,
       coalesce(r.is_bot, false) AS is_bot, coalesce(r.is_deactivated, false) AS is_deactivated,
       r.created_ms, r.first_seen_ms
FROM person p
LEFT JOIN (
    SELECT * FROM person_record
    QUALIFY row_number() OVER (PARTITION BY workspace_ref, person_ref ORDER BY valid_from_ms DESC, rowid DESC) = 1
) r ON r.workspace_ref = p.workspace_ref AND r.person_ref = p.ref
WHERE NOT starts_with(p.id, chr(1));
