package cloud.zansoc.ledger.outbox;

/**
 * Something to be done once.
 *
 * @param key chosen by who asks; the same key again is the same request. At most {@value
 *     #KEY_LENGTH} characters
 */
public record Request(String key, Operation operation) {
  /** The longest key. */
  public static final int KEY_LENGTH = 200;

  /** Refuses an empty or too long key. */
  public Request {
    if (key.isEmpty() || key.length() > KEY_LENGTH) {
      throw new IllegalArgumentException(
          "a key has 1 to " + KEY_LENGTH + " characters, not " + key.length());
    }
  }
}
