package cloud.zansoc.storage.client;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.crypto.AesCtr;
import cloud.zansoc.codec.crypto.Key256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;

/** A file, encrypted as it is read. */
final class FileCiphertext implements Ciphertext {
  private final Path file;
  private final FileChannel channel;
  private final byte[] key;
  private final BasicFileAttributes before;

  /**
   * @param channel of {@code file}, closed by the caller
   */
  FileCiphertext(Path file, FileChannel channel, Key256 key) throws IOException {
    this.file = file;
    this.channel = channel;
    this.key = key.toBytes();
    this.before = Files.readAttributes(file, BasicFileAttributes.class);
  }

  @Override
  public void read(long offset, byte[] into, int at, int length) {
    readFully(channel, file.toString(), offset, ByteBuffer.wrap(into, at, length));
    new AesCtr(key).process(offset, into, at, length);
  }

  @Override
  public void requireUnchanged() {
    BasicFileAttributes now;
    try {
      now = Files.readAttributes(file, BasicFileAttributes.class);
    } catch (IOException e) {
      throw Failures.ofFile("looking at '" + file + "' again", e);
    }
    if (now.size() != before.size()
        || !now.lastModifiedTime().equals(before.lastModifiedTime())
        || !Objects.equals(now.fileKey(), before.fileKey())) {
      throw new ZansocException(
          ErrorCode.CONFLICT, "'" + file + "' changed while it was stored; store it again");
    }
  }

  /** Fills {@code into} from {@code offset} of a file that must be long enough. */
  static void readFully(FileChannel channel, String name, long offset, ByteBuffer into) {
    long position = offset;
    try {
      while (into.hasRemaining()) {
        int count = channel.read(into, position);
        if (count < 0) {
          throw new ZansocException(
              ErrorCode.CONFLICT,
              "'%s' became shorter while it was stored: it ended at %d; store it again"
                  .formatted(name, position));
        }
        position += count;
      }
    } catch (IOException e) {
      throw Failures.ofFile("reading '" + name + "'", e);
    }
  }
}
