-- Whether a message is a reply in a thread: by its kind, or because the sender says so. NULL in events
-- of before that are none.

ALTER TABLE event ADD COLUMN IF NOT EXISTS is_reply BOOLEAN;

UPDATE event SET is_reply = true
WHERE type_code = 2
   OR (type_code = 1 AND properties LIKE '%"isReply":true%'
       AND json_extract_string(properties, '/isReply') = 'true');
