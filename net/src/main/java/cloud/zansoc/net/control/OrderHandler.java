package cloud.zansoc.net.control;

/**
 * What a host does with its hub's orders. Called on virtual threads, several at once; a
 * ZansocException travels back to the hub with its code and message.
 */
@FunctionalInterface
public interface OrderHandler {
  /**
   * Carries out the order {@code name}.
   *
   * @param body at most {@value #MAX_BODY_BYTES} bytes
   * @return the answer, at most as long
   */
  byte[] handle(String name, byte[] body);

  /** The longest order or answer. */
  int MAX_BODY_BYTES = 4 << 20;
}
