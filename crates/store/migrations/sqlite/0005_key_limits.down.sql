ALTER TABLE api_key DROP COLUMN last_used_ms;
ALTER TABLE api_key DROP COLUMN expires_ms;
ALTER TABLE api_key DROP COLUMN origins;
ALTER TABLE api_key DROP COLUMN kinds;
