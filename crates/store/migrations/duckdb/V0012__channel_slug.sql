-- The name of a channel in addresses.

ALTER TABLE channel_record ADD COLUMN IF NOT EXISTS slug VARCHAR;

CREATE OR REPLACE VIEW channel_now AS
SELECT c.workspace_ref, c.ref AS channel_ref, c.id, r.name, r.kind,
       coalesce(r.is_archived, false) AS is_archived, r.member_count, r.owner_id, r.created_ms, r.slug
FROM channel c
LEFT JOIN (
    SELECT * FROM channel_record
    QUALIFY row_number() OVER (PARTITION BY workspace_ref, channel_ref ORDER BY valid_from_ms DESC, rowid DESC) = 1
) r ON r.workspace_ref = c.workspace_ref AND r.channel_ref = c.ref;
