package cloud.zansoc.storage.client;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.crypto.AesCtr;
import cloud.zansoc.codec.crypto.Key256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** A file, encrypted as it is read; the only one that may be encrypted under its key. */
final class FileCiphertext implements Ciphertext {
  private final Path file;
  private final FileChannel channel;
  private final byte[] key;
  private final FileIdentity noted;

  /**
   * @param channel of {@code file}, closed by the caller
   * @param noted the file as it was when {@code key} was drawn for it
   * @throws ZansocException CONFLICT where it is another now
   */
  FileCiphertext(Path file, FileChannel channel, Key256 key, FileIdentity noted) {
    this.file = file;
    this.channel = channel;
    this.key = key.toBytes();
    this.noted = noted;
    requireUnchanged();
  }

  @Override
  public void read(long offset, byte[] into, int at, int length) {
    readFully(channel, file.toString(), offset, ByteBuffer.wrap(into, at, length));
    new AesCtr(key).process(offset, into, at, length);
  }

  @Override
  public void requireUnchanged() {
    try {
      if (!FileIdentity.of(file).equals(noted)) {
        throw changed(file);
      }
    } catch (IOException e) {
      throw Failures.ofFile("looking at '" + file + "' again", e);
    }
  }

  /** What is thrown where a file is not what it was. */
  static ZansocException changed(Path file) {
    return new ZansocException(
        ErrorCode.CONFLICT, "'" + file + "' changed while it was stored; store it again");
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
