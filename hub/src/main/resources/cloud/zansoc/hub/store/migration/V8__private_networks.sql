-- The private networks of deployments. Times are milliseconds since 1970, those of certificates seconds.

-- deployment is its id; group_name is in the certificates of all its members, and in no others.
CREATE TABLE private_network (
  deployment VARCHAR(100) NOT NULL PRIMARY KEY,
  group_name VARCHAR(64) NOT NULL
);

-- address: its four bytes as a number. A released seat keeps its address until it has no certificate left.
CREATE TABLE network_seat (
  instance VARCHAR(26) NOT NULL PRIMARY KEY,
  deployment VARCHAR(100) NOT NULL REFERENCES private_network (deployment),
  deployment_name VARCHAR(63) NOT NULL,
  name VARCHAR(63) NOT NULL,
  address BIGINT NOT NULL UNIQUE,
  generation BIGINT NOT NULL,
  released BIGINT
);

CREATE UNIQUE INDEX network_seat_name ON network_seat (deployment, name) WHERE released IS NULL;
CREATE INDEX network_seat_released ON network_seat (released) WHERE released IS NOT NULL;

-- Every certificate that has not expired; its secret key follows from the authority's.
CREATE TABLE network_certificate (
  fingerprint VARCHAR(64) NOT NULL PRIMARY KEY,
  instance VARCHAR(26) NOT NULL REFERENCES network_seat (instance),
  deployment VARCHAR(100) NOT NULL,
  generation BIGINT NOT NULL,
  not_before BIGINT NOT NULL,
  not_after BIGINT NOT NULL,
  pem TEXT NOT NULL
);

CREATE INDEX network_certificate_deployment ON network_certificate (deployment, not_after);
CREATE INDEX network_certificate_instance ON network_certificate (instance);
CREATE INDEX network_certificate_expiry ON network_certificate (not_after);
