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
}
