-- What instances used, signed by host and hub (docs/format/usage-receipt.md), and what clients get back for their hosts' downtime.

CREATE TABLE compute_receipt (
  instance VARCHAR(26) NOT NULL,
  generation BIGINT NOT NULL,
  number BIGINT NOT NULL,
  deployment BYTEA NOT NULL,
  receipt BYTEA NOT NULL,
  PRIMARY KEY (instance, generation, number),
  FOREIGN KEY (deployment) REFERENCES compute_deployment (id)
);

CREATE INDEX compute_receipt_deployment ON compute_receipt (deployment);

-- units: of 10^-18 coins. attempts: how often paying it was refused. paid: 1 when it is.
CREATE TABLE compute_compensation (
  instance VARCHAR(26) NOT NULL,
  number BIGINT NOT NULL,
  deployment BYTEA NOT NULL,
  account VARCHAR(42) NOT NULL,
  units VARCHAR(78) NOT NULL,
  attempts INTEGER NOT NULL,
  paid INTEGER NOT NULL,
  PRIMARY KEY (instance, number),
  FOREIGN KEY (deployment) REFERENCES compute_deployment (id)
);

CREATE INDEX compute_compensation_deployment ON compute_compensation (deployment);
CREATE INDEX compute_compensation_owed ON compute_compensation (paid) WHERE paid = 0;
