-- Deployments, their instances and leases (docs/decisions/0015-leases-and-instances.md). Documents are JSON of the records of
-- compute.hub; what is searched for or summed up has columns of its own. Times are milliseconds since 1970.

-- state: 0 active, 1 being removed, 2 removed. secrets: by service, sealed by the hub; the document has none. version counts the writes.
CREATE TABLE compute_deployment (
  id BYTEA PRIMARY KEY,
  tenant VARCHAR(200) NOT NULL,
  name VARCHAR(63) NOT NULL,
  state INTEGER NOT NULL,
  document TEXT NOT NULL,
  secrets BYTEA NOT NULL,
  version BIGINT NOT NULL
);

CREATE UNIQUE INDEX compute_deployment_name ON compute_deployment (tenant, name) WHERE state < 2;

CREATE TABLE compute_instance (
  id VARCHAR(26) PRIMARY KEY,
  deployment BYTEA NOT NULL,
  document TEXT NOT NULL,
  FOREIGN KEY (deployment) REFERENCES compute_deployment (id)
);

CREATE INDEX compute_instance_deployment ON compute_instance (deployment);

-- ended: 1 when it is over. The amounts are what is reserved of the host until then.
CREATE TABLE compute_lease (
  instance VARCHAR(26) NOT NULL,
  number BIGINT NOT NULL,
  deployment BYTEA NOT NULL,
  host BYTEA NOT NULL,
  ended INTEGER NOT NULL,
  milli_vcpus BIGINT NOT NULL,
  memory BIGINT NOT NULL,
  disk BIGINT NOT NULL,
  gpus BIGINT NOT NULL,
  document TEXT NOT NULL,
  PRIMARY KEY (instance, number),
  FOREIGN KEY (deployment) REFERENCES compute_deployment (id)
);

CREATE INDEX compute_lease_deployment ON compute_lease (deployment, ended);
CREATE INDEX compute_lease_host ON compute_lease (host) WHERE ended = 0;

CREATE TABLE compute_event (
  deployment BYTEA NOT NULL,
  number BIGINT NOT NULL,
  at BIGINT NOT NULL,
  instance VARCHAR(80) NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (deployment, number),
  FOREIGN KEY (deployment) REFERENCES compute_deployment (id)
);

-- How hosts have kept the terms of leases.
CREATE TABLE compute_standing (
  host BYTEA PRIMARY KEY,
  kept BIGINT NOT NULL,
  broken BIGINT NOT NULL
);
