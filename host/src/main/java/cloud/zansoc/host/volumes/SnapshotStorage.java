package cloud.zansoc.host.volumes;

import java.io.InputStream;
import java.nio.channels.WritableByteChannel;
import java.util.List;

/** The objects of one volume. Failures are ZansocExceptions. Thread-safe. */
interface SnapshotStorage extends AutoCloseable {
  /** Stores an object, durable when this returns. */
  void put(String key, InputStream content);

  /** How long an object is; NOT_FOUND. */
  long size(String key);

  /** Writes a range of an object to {@code out}; DATA_UNAVAILABLE. */
  void copy(String key, long offset, long length, WritableByteChannel out);

  /** All keys. */
  List<String> keys();

  /** Removes an object, if it is there. */
  void remove(String key);

  @Override
  void close();
}
