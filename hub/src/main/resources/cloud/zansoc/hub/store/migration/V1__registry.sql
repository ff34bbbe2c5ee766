-- Who belongs to the hub. Times are milliseconds since 1970; ids and digests are their 32 bytes.

CREATE TABLE tenant (
  id VARCHAR(64) PRIMARY KEY,
  name VARCHAR(200) NOT NULL,
  quota_bytes BIGINT,
  created BIGINT NOT NULL
);

CREATE TABLE member (
  id BYTEA PRIMARY KEY,
  public_key BYTEA NOT NULL,
  name VARCHAR(200) NOT NULL,
  role VARCHAR(16) NOT NULL,
  tenant VARCHAR(64) NOT NULL REFERENCES tenant (id),
  joined BIGINT NOT NULL
);

-- secret is the SHA-256 of the token's 16 random bytes: nothing here lets anybody join.
CREATE TABLE token (
  id VARCHAR(64) PRIMARY KEY,
  secret BYTEA NOT NULL UNIQUE,
  role VARCHAR(16) NOT NULL,
  tenant VARCHAR(64) REFERENCES tenant (id),
  created BIGINT NOT NULL,
  expires BIGINT NOT NULL,
  max_uses INTEGER,
  uses INTEGER NOT NULL,
  revoked INTEGER NOT NULL,
  note VARCHAR(1000) NOT NULL
);

-- registration and status are the records of the API as JSON.
CREATE TABLE host (
  id BYTEA PRIMARY KEY,
  name VARCHAR(64) NOT NULL UNIQUE,
  wish VARCHAR(16) NOT NULL,
  external_ip VARCHAR(64) NOT NULL,
  registration TEXT NOT NULL,
  status TEXT,
  joined BIGINT NOT NULL,
  last_seen BIGINT NOT NULL
);

-- A host's receipts in the order in which it gave them: what it will be paid by.
CREATE TABLE host_receipt (
  host BYTEA NOT NULL,
  sequence BIGINT NOT NULL,
  receipt BYTEA NOT NULL,
  PRIMARY KEY (host, sequence)
);
