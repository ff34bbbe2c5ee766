package cloud.zansoc.storage.host;

/** Slows background work down to a rate. */
interface Pace {
  /** As fast as it goes. */
  Pace UNLIMITED = bytes -> true;

  /**
   * Waits for as long as {@code bytes} may take.
   *
   * @return false if the work is to end
   */
  boolean spend(long bytes);
}
