-- What senders have used of what they may add.

-- Who began the workspace, where that is somebody who may begin only so many.
ALTER TABLE workspace ADD COLUMN begun_by VARCHAR;

-- Which custom kinds of events a workspace has. The codes are shared by all of them, and few.
CREATE TABLE workspace_kind (
    workspace_ref USMALLINT NOT NULL,
    type_code USMALLINT NOT NULL
);
INSERT INTO workspace_kind SELECT DISTINCT workspace_ref, type_code FROM event WHERE type_code >= 1000;
