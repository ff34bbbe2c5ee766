package cloud.zansoc.hub.store;

/** Seals bytes so that the database alone does not open them. Thread-safe. */
public interface Sealing {
  /**
   * Seals bytes.
   *
   * @param context what they belong to: they open with the same only
   */
  byte[] seal(byte[] context, byte[] plain);

  /** Opens what was sealed; DAMAGED where it was for another context or by another hub. */
  byte[] open(byte[] context, byte[] sealed);
}
