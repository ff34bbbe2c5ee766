package cloud.zansoc.host.images;

import cloud.zansoc.compute.image.ImageAccess;
import cloud.zansoc.storage.client.TransferProgress;
import java.nio.file.Path;

/**
 * Where images lie. Failures are ZansocExceptions: NOT_FOUND and GONE where there is no such object
 * any more, DATA_UNAVAILABLE, TOO_LARGE. Thread-safe.
 */
public interface ImageStorage extends AutoCloseable {
  /** The content of a short object. */
  byte[] read(ImageAccess access, long mostBytes);

  /**
   * Writes an object to a file, whose name stands for all of it or nothing; goes on where an
   * earlier call was interrupted.
   *
   * @param bytes what it must have
   */
  void fetch(ImageAccess access, long bytes, Path file, TransferProgress progress);

  @Override
  void close();
}
