package cloud.zansoc.ledger.evm;

/** What came of a transaction. */
sealed interface Sent {
  /** It is in a block and has done what it says. */
  record Mined(Receipt receipt) implements Sent {}

  /**
   * A contract refused it, before or after it was sent: nothing has changed.
   *
   * @param data the contract's error, encoded; 0x where it gave none
   */
  record Reverted(String data) implements Sent {}
}
