-- The public names: the same columns on every engine.

CREATE VIEW person_now AS
SELECT p.workspace_ref, p.ref AS person_ref, p.id, r.name, r.email, r.role,
       coalesce(r.is_bot, false) AS is_bot, coalesce(r.is_deactivated, false) AS is_deactivated,
       r.created_ms, r.first_seen_ms
FROM person p
LEFT JOIN (
    SELECT * FROM person_record
    QUALIFY row_number() OVER (PARTITION BY workspace_ref, person_ref ORDER BY valid_from_ms DESC, rowid DESC) = 1
) r ON r.workspace_ref = p.workspace_ref AND r.person_ref = p.ref;

CREATE VIEW channel_now AS
SELECT c.workspace_ref, c.ref AS channel_ref, c.id, r.name, r.kind,
       coalesce(r.is_archived, false) AS is_archived, r.member_count, r.owner_id, r.created_ms
FROM channel c
LEFT JOIN (
    SELECT * FROM channel_record
    QUALIFY row_number() OVER (PARTITION BY workspace_ref, channel_ref ORDER BY valid_from_ms DESC, rowid DESC) = 1
) r ON r.workspace_ref = c.workspace_ref AND r.channel_ref = c.ref;

CREATE VIEW analytics_events AS
SELECT e.event_id,
       w.id AS workspace_id,
       t.name AS event_type,
       make_timestamp_ms(e.timestamp_ms) AS timestamp,
       make_timestamp_ms(e.received_s * 1000) AS received_at,
       p.id AS user_id,
       c.id AS channel_id,
       printf('%016x', e.session_key) AS session_id,
       -- An identity of version 8 holds the key of its message in its lower half; 0 says that it
       -- holds none.
       CASE WHEN e.message_key <> 0 THEN printf('%016x', e.message_key)
            WHEN e.message_key IS NULL AND regexp_matches(CAST(e.event_id AS VARCHAR), '^.{14}8.{4}[89ab]')
            THEN right(replace(CAST(e.event_id AS VARCHAR), '-', ''), 16) END AS message_id,
       printf('%016x', e.thread_key) AS thread_id,
       CASE e.message_type WHEN 0 THEN 'text' WHEN 1 THEN 'image' WHEN 2 THEN 'file' WHEN 3 THEN 'video'
            WHEN 4 THEN 'voice' WHEN 5 THEN 'system' WHEN 6 THEN 'other' END AS message_type,
       e.is_bot, e.weight, e.words, e.mentions, e.hashtags, e.links, e.emoji,
       coalesce(e.properties, '{}') AS properties
FROM event e
JOIN workspace w ON w.ref = e.workspace_ref
JOIN event_type t ON t.code = e.type_code
LEFT JOIN person p ON p.workspace_ref = e.workspace_ref AND p.ref = e.person_ref
LEFT JOIN channel c ON c.workspace_ref = e.workspace_ref AND c.ref = e.channel_ref;

-- By UTC day; people only, as everywhere, but for total_events, which counts bots as well.
CREATE VIEW analytics_daily_metrics AS
SELECT workspace_id,
       CAST(timestamp AS DATE) AS date,
       count(DISTINCT user_id) FILTER (WHERE NOT is_bot AND event_type <> 'system') AS dau,
       CAST(round(sum(weight)) AS BIGINT) AS total_events,
       CAST(round(coalesce(sum(weight) FILTER (
           WHERE NOT is_bot AND event_type IN ('message_sent', 'thread_reply')
             AND message_type IS DISTINCT FROM 'system'), 0)) AS BIGINT) AS messages
FROM analytics_events
GROUP BY ALL;
