-- How many bytes each block takes, so that nobody has to read all of them to know.

ALTER TABLE workspace_hour ADD COLUMN bytes UINTEGER;
UPDATE workspace_hour SET bytes = octet_length(body);
ALTER TABLE channel_day ADD COLUMN bytes UINTEGER;
UPDATE channel_day SET bytes = octet_length(body);
ALTER TABLE channel_hour ADD COLUMN bytes UINTEGER;
UPDATE channel_hour SET bytes = octet_length(body);
ALTER TABLE user_day ADD COLUMN bytes UINTEGER;
UPDATE user_day SET bytes = octet_length(body);
ALTER TABLE people_day ADD COLUMN bytes UINTEGER;
UPDATE people_day SET bytes = octet_length(body);
ALTER TABLE user_channel_day ADD COLUMN bytes UINTEGER;
UPDATE user_channel_day SET bytes = octet_length(body);
ALTER TABLE content_day ADD COLUMN bytes UINTEGER;
UPDATE content_day SET bytes = octet_length(body);
ALTER TABLE workspace_day ADD COLUMN bytes UINTEGER;
UPDATE workspace_day SET bytes = octet_length(body);
ALTER TABLE channel_messages ADD COLUMN bytes UINTEGER;
UPDATE channel_messages SET bytes = octet_length(body);
ALTER TABLE channel_last ADD COLUMN bytes UINTEGER;
UPDATE channel_last SET bytes = octet_length(body);
