package cloud.zansoc.storage.host;

import java.io.IOException;

/** The disk, or this user's quota on it, cannot take more. */
final class DiskFullException extends IOException {
  private static final long serialVersionUID = 1;

  DiskFullException(IOException cause) {
    super(cause.getMessage(), cause);
  }
}
