package cloud.zansoc.storage.client;

import cloud.zansoc.base.ZansocException;
import java.nio.file.Path;

/**
 * Hears what becomes of the files of a batch; called from many threads, must not block for long.
 */
public interface BatchListener extends TransferProgress {
  /** The file is stored, or written. */
  void done(Path file, ObjectAddress address);

  /** The file could not be stored or written; the others go on. */
  void failed(Path file, ObjectAddress address, ZansocException failure);
}
