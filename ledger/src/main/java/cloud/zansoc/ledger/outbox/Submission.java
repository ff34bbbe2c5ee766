package cloud.zansoc.ledger.outbox;

/** What came of handing requests in. */
public sealed interface Submission {
  /**
   * All are kept durably and will be done.
   *
   * @param added how many were not known yet
   */
  record Accepted(int added) implements Submission {}

  /** Too many wait already: none was taken. */
  record Full(int waiting, int limit) implements Submission {}
}
