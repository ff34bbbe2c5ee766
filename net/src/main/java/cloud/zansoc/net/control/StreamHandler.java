package cloud.zansoc.net.control;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;

/**
 * What a host does with the streams that its hub opens. Called on a virtual thread of its own for
 * each stream, which ends with the call.
 */
@FunctionalInterface
public interface StreamHandler {
  /**
   * Serves the stream {@code name}. A ZansocException thrown before the stream was asked for its
   * input or output travels to the hub with its code and message, and later resets the stream. With
   * the return of this call the stream ends, and with it the thread; where the stream ends first,
   * the thread is interrupted.
   *
   * @param request at most {@value #MAX_REQUEST_BYTES} bytes
   */
  void handle(String name, byte[] request, ControlStream stream);

  /** For a host that serves no streams. */
  static StreamHandler none() {
    return (name, request, stream) -> {
      throw new ZansocException(
          ErrorCode.UNSUPPORTED, "this host serves no stream '" + name + "'; it runs no instances");
    };
  }

  /** The longest request. */
  int MAX_REQUEST_BYTES = 64 << 10;
}
