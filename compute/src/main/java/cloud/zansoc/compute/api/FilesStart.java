package cloud.zansoc.compute.api;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.InstanceId;
import cloud.zansoc.base.ZansocException;

/**
 * Opens a stream of files as a tar archive: out of an instance, or into it.
 *
 * @param path out: the file or folder that is wanted; in: the folder under which it is unpacked
 */
public record FilesStart(InstanceId instance, String path) {
  /** The name of a stream into an instance. */
  public static final String IN_STREAM = "files-in";

  /** The name of a stream out of an instance. */
  public static final String OUT_STREAM = "files-out";

  public FilesStart {
    if (!path.startsWith("/") || path.indexOf('\0') >= 0) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT, "a path in an instance is absolute, as /data is: " + path);
    }
  }
}
