DROP TABLE setting;
DROP TABLE api_key;
