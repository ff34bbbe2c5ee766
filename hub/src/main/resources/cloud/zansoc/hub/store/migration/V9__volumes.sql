-- Volumes of tenants (docs/decisions/0018-volumes.md). Times are milliseconds since 1970.

CREATE TABLE volumes (
  id            TEXT     NOT NULL PRIMARY KEY,
  tenant        TEXT     NOT NULL,
  name          TEXT     NOT NULL,  -- of a removed one: its id
  removed       SMALLINT NOT NULL,  -- 1 until its bucket is gone
  size          BIGINT   NOT NULL,
  created       BIGINT   NOT NULL,
  bucket        TEXT     NOT NULL,
  sealed_key    BYTEA    NOT NULL,
  last_number   BIGINT   NOT NULL,
  start_number  BIGINT   NOT NULL,
  -- Its use by one generation of an instance; without an instance: none.
  instance      TEXT,
  instance_name TEXT,
  generation    BIGINT,
  host          BYTEA,
  every_millis  BIGINT,
  safe_until    BIGINT,
  UNIQUE (tenant, name)
);
CREATE INDEX volumes_removed ON volumes (id) WHERE removed = 1;

CREATE TABLE volume_snapshots (
  volume   TEXT     NOT NULL REFERENCES volumes (id),
  number   BIGINT   NOT NULL,
  object   TEXT     NOT NULL,
  taken    BIGINT   NOT NULL,
  uploaded BIGINT   NOT NULL,
  content  BIGINT   NOT NULL,
  kept     SMALLINT NOT NULL,
  PRIMARY KEY (volume, number)
);
