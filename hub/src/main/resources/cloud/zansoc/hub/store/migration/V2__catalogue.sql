-- The storage catalogue. BYTEA holds raw ids and UTF-8 keys (a blob in SQLite: both compare bytes).
-- Times are milliseconds since 1970. Tenants, clients and hosts belong to the registry and are
-- named by id, without a foreign key.

CREATE TABLE buckets (
  id      TEXT     NOT NULL PRIMARY KEY,
  tenant  TEXT     NOT NULL,
  name    TEXT     NOT NULL,
  created BIGINT   NOT NULL,
  k       SMALLINT NOT NULL,
  n       SMALLINT NOT NULL,
  objects BIGINT   NOT NULL,  -- live objects, kept by every commit
  bytes   BIGINT   NOT NULL,  -- their sizes
  UNIQUE (tenant, name)
);

CREATE TABLE versions (
  id       BYTEA    NOT NULL PRIMARY KEY,  -- 16 bytes, in the order of time
  bucket   TEXT     NOT NULL REFERENCES buckets (id),
  name     BYTEA    NOT NULL,              -- the object key in UTF-8
  size     BIGINT   NOT NULL,
  root     TEXT     NOT NULL,
  modified BIGINT   NOT NULL,
  latest   SMALLINT NOT NULL,              -- 1 for the newest of its key
  marker   SMALLINT NOT NULL,              -- 1 for a delete marker
  live     SMALLINT NOT NULL,              -- latest and no marker
  segments BYTEA    NOT NULL,              -- 32 bytes for each segment it stands on, in order
  manifest BYTEA    NOT NULL
);
CREATE UNIQUE INDEX versions_by_name ON versions (bucket, name, id);
CREATE UNIQUE INDEX versions_live ON versions (bucket, name) WHERE live = 1;
CREATE UNIQUE INDEX versions_latest ON versions (bucket, name) WHERE latest = 1;

CREATE TABLE segments (
  shard        BYTEA    NOT NULL PRIMARY KEY,
  tenant       TEXT     NOT NULL,
  digest       BYTEA    NOT NULL,  -- of the index
  k            SMALLINT NOT NULL,
  n            SMALLINT NOT NULL,
  length       BIGINT   NOT NULL,
  created      BIGINT   NOT NULL,
  refs         BIGINT   NOT NULL,  -- how often versions name it
  placed       SMALLINT NOT NULL,  -- positions without known damage
  segmentindex BYTEA    NOT NULL,
  UNIQUE (tenant, digest)
);
CREATE INDEX segments_incomplete ON segments (created) WHERE placed < n;
CREATE INDEX segments_unreferenced ON segments (created) WHERE refs = 0;

CREATE TABLE placements (
  shard    BYTEA    NOT NULL REFERENCES segments (shard),
  position SMALLINT NOT NULL,
  host     BYTEA    NOT NULL,
  damaged  SMALLINT NOT NULL,
  PRIMARY KEY (shard, position),
  UNIQUE (host, shard)             -- never two positions of a segment on one host
);
CREATE INDEX placements_damaged ON placements (shard) WHERE damaged = 1;

-- Hosts promised to a shard: by a client's upload, or by a repair of a segment that stands.
CREATE TABLE reservations (
  shard   BYTEA    NOT NULL PRIMARY KEY,
  tenant  TEXT     NOT NULL,
  repair  SMALLINT NOT NULL,
  k       SMALLINT NOT NULL,
  n       SMALLINT NOT NULL,
  length  BIGINT   NOT NULL,       -- bytes promised of the tenant's quota; 0 for a repair
  hosts   BYTEA    NOT NULL,       -- 32 bytes for each host
  expires BIGINT   NOT NULL
);
CREATE INDEX reservations_by_tenant ON reservations (tenant);
CREATE INDEX reservations_by_expiry ON reservations (expires);

-- What hosts must still forget. Attempted: the order may have reached the host.
CREATE TABLE deletions (
  host      BYTEA    NOT NULL,
  shard     BYTEA    NOT NULL,
  due       BIGINT   NOT NULL,
  attempted SMALLINT NOT NULL,
  PRIMARY KEY (host, shard)
);
CREATE INDEX deletions_by_shard ON deletions (shard);

-- Commits of late, so that a repeated request gets the same answer.
CREATE TABLE commits (
  digest   BYTEA  NOT NULL PRIMARY KEY,
  created  BIGINT NOT NULL,
  versions BYTEA  NOT NULL         -- 16 bytes for each version that it made
);
CREATE INDEX commits_by_age ON commits (created);

CREATE TABLE usage (
  tenant TEXT   NOT NULL PRIMARY KEY,
  bytes  BIGINT NOT NULL
);

CREATE TABLE shares (
  id      TEXT     NOT NULL PRIMARY KEY,
  tenant  TEXT     NOT NULL,
  bucket  TEXT     NOT NULL,
  name    BYTEA    NOT NULL,
  version BYTEA    NOT NULL,
  created BIGINT   NOT NULL,
  expires BIGINT,
  revoked SMALLINT NOT NULL
);
CREATE INDEX shares_by_tenant ON shares (tenant);
