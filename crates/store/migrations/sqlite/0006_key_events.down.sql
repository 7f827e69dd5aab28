DROP TABLE key_event;
