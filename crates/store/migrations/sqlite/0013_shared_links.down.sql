DROP TABLE shared_link;
