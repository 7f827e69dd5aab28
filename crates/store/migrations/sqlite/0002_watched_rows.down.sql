DROP TABLE watched_row;
