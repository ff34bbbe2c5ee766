-- The books of the ledger (docs/decisions/0011-books.md). Hashes and addresses are text, 0x and lower-case digits; amounts are decimal
-- text with a sign, since they have up to 256 bits: sums are made by the program, never by SQL.

-- What the books are of: one row.
CREATE TABLE books_origin (
  id INTEGER PRIMARY KEY,
  chain BIGINT NOT NULL,
  escrow VARCHAR(42) NOT NULL,
  genesis VARCHAR(66) NOT NULL
);

-- The blocks that can be gone back to; the highest is the one up to which all is booked.
CREATE TABLE books_block (
  height BIGINT PRIMARY KEY,
  hash VARCHAR(66) NOT NULL
);

-- One event that has moved coins: the log-th of its block.
CREATE TABLE books_entry (
  height BIGINT NOT NULL,
  log INTEGER NOT NULL,
  transaction_hash VARCHAR(66) NOT NULL,
  event VARCHAR(64) NOT NULL,
  PRIMARY KEY (height, log)
);

CREATE TABLE books_posting (
  height BIGINT NOT NULL,
  log INTEGER NOT NULL,
  line INTEGER NOT NULL,
  account VARCHAR(80) NOT NULL,
  amount VARCHAR(80) NOT NULL,
  PRIMARY KEY (height, log, line)
);

CREATE INDEX books_posting_account ON books_posting (account, height, log);

-- The sums of the postings by account.
CREATE TABLE books_balance (
  account VARCHAR(80) PRIMARY KEY,
  amount VARCHAR(120) NOT NULL
);

-- Whose a channel of vouchers is: its id is a digest of both, so that this stays true when a block is undone.
CREATE TABLE books_channel (
  id VARCHAR(66) PRIMARY KEY,
  client VARCHAR(42) NOT NULL,
  host VARCHAR(42) NOT NULL
);
