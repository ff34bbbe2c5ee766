-- From when on nothing runs on a host that its owner has back, in milliseconds.
ALTER TABLE host ADD COLUMN reclaimed BIGINT;
