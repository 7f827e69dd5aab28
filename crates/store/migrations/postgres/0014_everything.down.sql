DROP TABLE saved_view, shared_link, sign_in_code, session, erasure, funnel, segment, annotation, report, watched_row,
    key_event, api_key, setting;
