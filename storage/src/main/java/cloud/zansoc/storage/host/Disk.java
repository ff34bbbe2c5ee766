package cloud.zansoc.storage.host;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * One folder of plain files: the port through which the store reaches its disk. {@link FolderDisk}
 * is the real one; tests have one that loses what was not synced.
 *
 * <p>What {@link File#sync} covered survives a power cut, provided that {@link #sync} covered the
 * file's name. Nothing else is promised. Methods may be called from any thread.
 */
interface Disk extends AutoCloseable {
  /** The largest {@link File#alignment}. */
  int MAX_ALIGNMENT = 4096;

  /** The names of all files. */
  List<String> list() throws IOException;

  /** Makes an empty file, in place of one that had the name. */
  File create(String name) throws IOException;

  /**
   * Opens a file for reading and writing.
   *
   * @throws java.nio.file.NoSuchFileException if it is not there
   */
  File open(String name) throws IOException;

  /**
   * Opens a file for reading and writing past the system's cache, where that can be done. What
   * others read and write through {@link #open} meanwhile is the same bytes.
   *
   * @return a file whose {@link File#alignment} binds
   * @throws java.nio.file.NoSuchFileException if it is not there
   */
  File openDirect(String name) throws IOException;

  /** Removes a file, if it is there. */
  void delete(String name) throws IOException;

  /** Makes the names durable: what was created, what was deleted. */
  void sync() throws IOException;

  /** Bytes that this process may still write. */
  long usableBytes() throws IOException;

  @Override
  void close() throws IOException;

  /** An open file. Must not be used by a thread that may be interrupted. */
  interface File extends AutoCloseable {
    /**
     * Of what the position in the file, the count of bytes and the buffer's place in memory must be
     * multiples in each read and write: a power of two, at most {@link #MAX_ALIGNMENT}.
     */
    int alignment();

    /** Reads from {@code position} until {@code into} is full or the file ends. */
    void read(ByteBuffer into, long position) throws IOException;

    /**
     * Writes all of {@code from} at {@code position}.
     *
     * @throws DiskFullException if the disk cannot take it; a part may have been written
     */
    void write(ByteBuffer from, long position) throws IOException;

    /** Makes everything written durable. After a failure nothing is known of what was written. */
    void sync() throws IOException;

    /** Cuts the file to {@code bytes}. */
    void truncate(long bytes) throws IOException;

    long size() throws IOException;

    @Override
    void close() throws IOException;
  }
}
