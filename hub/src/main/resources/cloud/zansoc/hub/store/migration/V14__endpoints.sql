-- What deployments are reached by at this hub (docs/decisions/0019-endpoints.md). Rows come before their deployment, which may be
-- refused yet, and count for nothing once it is removed.

-- label: its part of host names.
CREATE TABLE endpoint_name (
  label VARCHAR(63) PRIMARY KEY,
  deployment BYTEA NOT NULL UNIQUE
);

CREATE TABLE endpoint_port (
  public_port INTEGER PRIMARY KEY,
  deployment BYTEA NOT NULL,
  service VARCHAR(63) NOT NULL,
  port INTEGER NOT NULL
);

CREATE INDEX endpoint_port_deployment ON endpoint_port (deployment);
