package cloud.zansoc.storage.client;

/**
 * What an upload sends, readable at any offset and again, since a segment whose hosts fail is sent
 * once more. Thread-safe.
 */
interface Ciphertext {
  /**
   * Reads {@code length} bytes of ciphertext from {@code offset} on into {@code into} at {@code
   * at}.
   *
   * @throws cloud.zansoc.base.ZansocException CONFLICT where the source has changed meanwhile
   */
  void read(long offset, byte[] into, int at, int length);

  /**
   * Asked before a segment is read again, and before anything that was read becomes an object. What
   * is held in memory or in a file of one's own does not change.
   *
   * @throws cloud.zansoc.base.ZansocException CONFLICT where the source has changed meanwhile
   */
  default void requireUnchanged() {}
}
