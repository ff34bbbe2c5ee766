-- The SSH keys that reach tenants' instances. Times are milliseconds since 1970. The fingerprint stands for the key.
CREATE TABLE ssh_key (
  tenant VARCHAR(64) NOT NULL,
  fingerprint VARCHAR(64) NOT NULL,
  type VARCHAR(64) NOT NULL,
  comment VARCHAR(200) NOT NULL,
  added BIGINT NOT NULL,
  expires BIGINT,
  PRIMARY KEY (tenant, fingerprint)
);

CREATE INDEX ssh_key_fingerprint ON ssh_key (fingerprint);
