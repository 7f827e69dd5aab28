DROP TABLE sign_in_code;
DROP TABLE session;
