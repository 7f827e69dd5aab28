-- Blocks were in tables here before they had a file of their own; they are made again.

DROP TABLE IF EXISTS workspace_hour;
DROP TABLE IF EXISTS channel_day;
DROP TABLE IF EXISTS channel_hour;
DROP TABLE IF EXISTS user_day;
DROP TABLE IF EXISTS people_day;
DROP TABLE IF EXISTS user_channel_day;
DROP TABLE IF EXISTS content_day;
DROP TABLE IF EXISTS workspace_day;
DROP TABLE IF EXISTS channel_messages;
DROP TABLE IF EXISTS channel_last;
