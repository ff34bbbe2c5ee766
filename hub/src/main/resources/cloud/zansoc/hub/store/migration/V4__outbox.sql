-- What the hub's account wants done on the ledger, and what was signed for it. Times are milliseconds since 1970.
-- sender is the chain's number, a slash and the account: another key or chain has an outbox of its own.

-- state: 0 signed, 1 in a block, 2 finished. failure: why it has done nothing, once it is in a block.
CREATE TABLE outbox_transaction (
  sender VARCHAR(80) NOT NULL,
  nonce BIGINT NOT NULL,
  state INTEGER NOT NULL,
  mined_hash VARCHAR(66),
  mined_block BIGINT,
  failure TEXT,
  changed BIGINT NOT NULL,
  PRIMARY KEY (sender, nonce)
);

CREATE INDEX outbox_open ON outbox_transaction (sender, nonce) WHERE state < 2;
CREATE INDEX outbox_finished ON outbox_transaction (sender, changed) WHERE state = 2;

-- raw is the signed transaction as it is sent; fees are wei for a unit of gas, in decimal.
CREATE TABLE outbox_attempt (
  sender VARCHAR(80) NOT NULL,
  nonce BIGINT NOT NULL,
  attempt INTEGER NOT NULL,
  hash VARCHAR(66) NOT NULL,
  raw TEXT NOT NULL,
  most_fee VARCHAR(80) NOT NULL,
  tip VARCHAR(80) NOT NULL,
  signed BIGINT NOT NULL,
  PRIMARY KEY (sender, nonce, attempt),
  FOREIGN KEY (sender, nonce) REFERENCES outbox_transaction (sender, nonce)
);

-- operation: docs/format/outbox.md. Queued: neither nonce nor refusal.
CREATE TABLE outbox_request (
  sender VARCHAR(80) NOT NULL,
  request_key VARCHAR(200) NOT NULL,
  position BIGINT NOT NULL,
  settlement INTEGER NOT NULL,
  operation BYTEA NOT NULL,
  nonce BIGINT,
  refusal TEXT,
  changed BIGINT NOT NULL,
  PRIMARY KEY (sender, request_key),
  UNIQUE (sender, position),
  FOREIGN KEY (sender, nonce) REFERENCES outbox_transaction (sender, nonce)
);

CREATE INDEX outbox_queued ON outbox_request (sender, settlement, position) WHERE nonce IS NULL AND refusal IS NULL;
CREATE INDEX outbox_refused ON outbox_request (sender, changed) WHERE refusal IS NOT NULL;
CREATE INDEX outbox_request_nonce ON outbox_request (sender, nonce);
