package cloud.zansoc.host.join;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.host.HostFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Makes a data folder and sees that blocks can be kept in it. */
final class PreparedFolder {
  private PreparedFolder() {}

  /**
   * Makes the folder, if it is not there, and tries to write in it.
   *
   * @return free space of its disk
   * @throws ZansocException FORBIDDEN or INVALID_ARGUMENT, saying what to do
   */
  static ByteSize prepare(HostFolder folder) {
    Path path = folder.path();
    try {
      if (Files.exists(path) && !Files.isDirectory(path)) {
        throw new ZansocException(
            ErrorCode.INVALID_ARGUMENT, path + " is not a folder: name another with --data");
      }
      if (!Files.exists(path)) {
        Files.createDirectories(
            path,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      }
      Files.delete(Files.createTempFile(path, "write-", ".tmp"));
      return new ByteSize(Files.getFileStore(path).getUsableSpace());
    } catch (IOException e) {
      throw new ZansocException(
          ErrorCode.FORBIDDEN,
          "%s cannot be written (%s): name another folder with --data, or give it to this user with 'chown %s %s'"
              .formatted(path, e.getMessage(), System.getProperty("user.name"), path),
          e);
    }
  }
}
