-- Whether a message of another kind than a reply in a thread is one because the sender says so.

ALTER TABLE event ADD COLUMN IF NOT EXISTS is_reply BOOLEAN;

UPDATE event SET is_reply = true
WHERE type_code = 1 AND properties LIKE '%"isReply":true%'
  AND json_extract_string(properties, '/isReply') = 'true';
