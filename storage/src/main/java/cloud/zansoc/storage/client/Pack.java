package cloud.zansoc.storage.client;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.cid.Cid;
import cloud.zansoc.codec.cid.UnixFsRoot;
import cloud.zansoc.codec.crypto.AesCtr;
import cloud.zansoc.codec.crypto.Key256;
import cloud.zansoc.codec.format.Manifest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Many small objects as one segment: their ciphertexts one after the other, each with a key of its
 * own. Filled by one thread, then read by many.
 */
final class Pack implements Ciphertext {
  /** Files of at most this many bytes are packed. */
  static final int MAX_FILE_BYTES = 1 << 20;

  /** A pack's size, in bytes: what a stored file costs in memory, and what is lost by an abort. */
  static final int MAX_BYTES = 16 << 20;

  /** The most files of one pack, and so the most versions of one commit. */
  static final int MAX_FILES = 1000;

  private final List<Member> members = new ArrayList<>();
  private byte[] bytes = new byte[0];
  private int length;

  /**
   * A file in the pack.
   *
   * @param source the file as it was before it was read
   * @param root of its ciphertext
   */
  record Member(
      FileToStore file, BatchJournal.Source source, int offset, int length, Key256 key, Cid root) {
    /** What the batch's journal notes of it. */
    BatchJournal.Member noted() {
      return new BatchJournal.Member(source, Optional.of(key));
    }

    /** The object's content, once the pack's segment has an id. */
    Manifest.Content content(Digest segment) {
      List<Manifest.Extent> extents =
          length == 0 ? List.of() : List.of(new Manifest.Extent(segment, offset, length));
      return new Manifest.Content(length, key, root, extents);
    }
  }

  /** Whether a file of {@code size} bytes may still come in. */
  boolean hasRoom(long size) {
    return members.size() < MAX_FILES && length + size <= MAX_BYTES;
  }

  /**
   * Reads and encrypts a file; where that fails the pack stays as it was.
   *
   * @param noted what {@code key} was drawn for, where an earlier try has used it: never may two
   *     contents be encrypted under one key
   * @throws ZansocException CONFLICT where the file is another, or changes meanwhile
   */
  void add(FileToStore file, Key256 key, Optional<BatchJournal.Source> noted) {
    int size = (int) file.size();
    reserve(size);
    String name = file.file().toString();
    BatchJournal.Source source = BatchJournal.Source.of(file);
    if (!source.equals(noted.orElse(source))) {
      throw FileCiphertext.changed(file.file());
    }
    try (FileChannel channel = FileChannel.open(file.file())) {
      FileCiphertext.readFully(channel, name, 0, ByteBuffer.wrap(bytes, length, size));
    } catch (IOException e) {
      throw Failures.ofFile("reading '" + name + "'", e);
    }
    if (source.file().size() != size || !BatchJournal.Source.of(file).equals(source)) {
      throw FileCiphertext.changed(file.file());
    }
    new AesCtr(key.toBytes()).process(0, bytes, length, size);
    UnixFsRoot root = new UnixFsRoot();
    root.update(ByteBuffer.wrap(bytes, length, size));
    members.add(new Member(file, source, length, size, key, root.finish()));
    length += size;
  }

  List<Member> members() {
    return members;
  }

  /** Bytes of ciphertext. */
  int length() {
    return length;
  }

  @Override
  public void read(long offset, byte[] into, int at, int count) {
    System.arraycopy(bytes, (int) offset, into, at, count);
  }

  private void reserve(int size) {
    if (length + size > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(length + size, Math.min(MAX_BYTES, 2 * bytes.length)));
    }
  }
}
