-- What else messages and files contain: NULL in events of before, of which nobody knows.

ALTER TABLE event ADD COLUMN IF NOT EXISTS is_question BOOLEAN;
ALTER TABLE event ADD COLUMN IF NOT EXISTS domains VARCHAR[];           -- of links: registrable domains
ALTER TABLE event ADD COLUMN IF NOT EXISTS urls VARCHAR[];              -- without query and fragment
ALTER TABLE event ADD COLUMN IF NOT EXISTS topics VARCHAR[];            -- key phrases
ALTER TABLE event ADD COLUMN IF NOT EXISTS file_names VARCHAR[];        -- of a shared file: one or none
ALTER TABLE event ADD COLUMN IF NOT EXISTS file_extensions VARCHAR[];
ALTER TABLE event ADD COLUMN IF NOT EXISTS file_kinds VARCHAR[];
ALTER TABLE event ADD COLUMN IF NOT EXISTS file_hashes VARCHAR[];
ALTER TABLE event ADD COLUMN IF NOT EXISTS file_bytes UBIGINT;
