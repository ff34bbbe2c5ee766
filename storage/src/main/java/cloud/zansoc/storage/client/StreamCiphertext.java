package cloud.zansoc.storage.client;

import cloud.zansoc.codec.crypto.AesCtr;
import cloud.zansoc.codec.crypto.Key256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A stream, which can be read only once, kept as ciphertext in a temporary file until its segment
 * is safe. The file has room for {@value #SEGMENTS} segments, used in turn: no plaintext touches
 * the disk and no stream is too long.
 */
final class StreamCiphertext implements Ciphertext, AutoCloseable {
  /** How many segments are kept: those being sent, and the one that is being read. */
  static final int SEGMENTS = ObjectUpload.OPEN_SEGMENTS + 2;

  private static final int CHUNK_BYTES = 256 * 1024;

  private final InputStream stream;
  private final long segmentBytes;
  private final AesCtr encryption;
  private final FileChannel spool;
  private long position;

  /**
   * @param stream closed by the caller
   */
  StreamCiphertext(InputStream stream, long segmentBytes, Key256 key) {
    this.stream = stream;
    this.segmentBytes = segmentBytes;
    this.encryption = new AesCtr(key.toBytes());
    try {
      Path file = Files.createTempFile("zansoc-stream", ".tmp");
      spool =
          FileChannel.open(
              file,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE,
              StandardOpenOption.DELETE_ON_CLOSE);
    } catch (IOException e) {
      throw Failures.ofFile("keeping a stream in a temporary file", e);
    }
  }

  /**
   * Reads the next segment from the stream; by one thread, once the segment {@value #SEGMENTS}
   * before is safe.
   *
   * @return its length in bytes; less than a whole segment only at the stream's end, then 0
   */
  long readSegment() {
    byte[] chunk = new byte[CHUNK_BYTES];
    long length = 0;
    try {
      while (length < segmentBytes) {
        int wanted = (int) Math.min(chunk.length, segmentBytes - length);
        int count = stream.readNBytes(chunk, 0, wanted);
        encryption.process(position, chunk, 0, count);
        write(chunk, count);
        length += count;
        if (count < wanted) {
          break;
        }
      }
    } catch (IOException e) {
      throw Failures.ofFile("reading the stream", e);
    }
    return length;
  }

  private void write(byte[] chunk, int count) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(chunk, 0, count);
    while (bytes.hasRemaining()) {
      int written = spool.write(bytes, place(position));
      position += written;
    }
  }

  @Override
  public void read(long offset, byte[] into, int at, int length) {
    FileCiphertext.readFully(
        spool, "the stream's temporary file", place(offset), ByteBuffer.wrap(into, at, length));
  }

  private long place(long offset) {
    return offset % (SEGMENTS * segmentBytes);
  }

  @Override
  public void close() {
    try {
      spool.close();
    } catch (IOException e) {
      throw Failures.ofFile("removing the stream's temporary file", e);
    }
  }
}
