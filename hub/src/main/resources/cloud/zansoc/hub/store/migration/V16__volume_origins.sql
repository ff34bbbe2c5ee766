-- What a volume that was made of another one's snapshot begins with, until it has one of its own.
ALTER TABLE volumes ADD COLUMN origin_volume TEXT;
ALTER TABLE volumes ADD COLUMN origin_snapshot BIGINT;
