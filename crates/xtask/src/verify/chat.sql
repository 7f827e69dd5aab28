-- The lines of a history as rows of nChat's tables. Identifiers become UUIDs, as nChat has them.
SET TIME ZONE 'UTC';
CREATE INDEX ON line ((fields ->> 'type'));

INSERT INTO nchat_users (id, username, metadata, created_at)
SELECT md5(user_id)::uuid, user_id, jsonb_build_object('is_bot', is_bot = 1), first_message_at
FROM person WHERE user_id IN (SELECT fields ->> 'user_id' FROM line);

INSERT INTO nchat_channels (id, name, created_at)
SELECT md5(fields ->> 'channel_id')::uuid, fields ->> 'channel_id', min((fields ->> 'ts')::timestamptz)
FROM line GROUP BY fields ->> 'channel_id';

-- A picture or a film is a file to nChat; what is attached says which. Long texts were cut, and what
-- they link to is given apart, so that takes the place of their links.
INSERT INTO nchat_messages (id, channel_id, user_id, content, type, created_at)
SELECT md5(fields ->> 'message_id')::uuid, md5(fields ->> 'channel_id')::uuid,
    md5(fields ->> 'user_id')::uuid,
    coalesce((
        SELECT string_agg('https://' || host || ' ', '')
        FROM jsonb_array_elements_text(fields -> 'link_domains') host
    ), '') || regexp_replace(fields ->> 'text', 'https?://', '', 'g'),
    CASE WHEN fields ->> 'message_type' IN ('image', 'video') THEN 'file'
         ELSE fields ->> 'message_type' END::message_type,
    (fields ->> 'ts')::timestamptz
FROM line WHERE fields ->> 'type' = 'message_sent';

-- The first attachment of a message is of its type.
INSERT INTO nchat_attachments (message_id, user_id, original_filename, type, created_at)
SELECT md5(file.fields ->> 'message_id')::uuid, md5(file.fields ->> 'user_id')::uuid,
    file.fields ->> 'file_name',
    CASE file.fields ->> 'file_kind' WHEN 'file' THEN 'document' WHEN 'voice' THEN 'audio'
         ELSE file.fields ->> 'file_kind' END::attachment_type,
    (file.fields ->> 'ts')::timestamptz + row_number() OVER (
        PARTITION BY file.fields ->> 'message_id'
        ORDER BY file.fields ->> 'file_kind' = message.fields ->> 'message_type' DESC
    ) * interval '1 microsecond'
FROM line file JOIN line message
    ON message.fields ->> 'message_id' = file.fields ->> 'message_id'
    AND message.fields ->> 'type' = 'message_sent'
WHERE file.fields ->> 'type' = 'file_shared';

ANALYZE;
