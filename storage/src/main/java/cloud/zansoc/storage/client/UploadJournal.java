package cloud.zansoc.storage.client;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ShardId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.crypto.Key256;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is known of one upload, durable line by line, so that the same upload can go on after its
 * process has died. docs/format/upload-journal.md gives the lines. Thread-safe.
 */
final class UploadJournal implements AutoCloseable {
  private final Key256 objectKey;
  private final Optional<FileIdentity> source;
  private final Optional<JournalFile> file;
  private final boolean resumed;
  // Guarded by this.
  private final Map<Integer, ShardId> reserved = new HashMap<>();
  private final Map<Integer, SentSegment> sent = new HashMap<>();
  private final Map<Integer, SentSegment> done = new HashMap<>();

  /**
   * A segment that its hosts have stored.
   *
   * @param length in bytes
   * @param leaves the digests of its 256 KiB leaves
   */
  record SentSegment(Digest id, int length, List<Digest> leaves) {
    SentSegment {
      leaves = List.copyOf(leaves);
    }
  }

  private UploadJournal(
      Key256 objectKey,
      Optional<FileIdentity> source,
      Optional<JournalFile> file,
      List<String> lines) {
    this.objectKey = objectKey;
    this.source = source;
    this.file = file;
    this.resumed = !lines.isEmpty();
    lines.forEach(this::replay);
  }

  /** A journal that forgets, for what cannot be read again. */
  static UploadJournal forgetful(Key256 objectKey) {
    return new UploadJournal(objectKey, Optional.empty(), Optional.empty(), List.of());
  }

  /**
   * A journal whose heading is written, with the lines that follow it.
   *
   * @param source the file that is stored, as the heading has it
   * @throws IllegalArgumentException where a line is not one of this version; or an
   *     IndexOutOfBoundsException
   */
  static UploadJournal of(
      Key256 objectKey, FileIdentity source, JournalFile file, List<String> lines) {
    return new UploadJournal(objectKey, Optional.of(source), Optional.of(file), lines);
  }

  Key256 objectKey() {
    return objectKey;
  }

  /** The only file that may be encrypted under {@link #objectKey}; none for a stream. */
  Optional<FileIdentity> source() {
    return source;
  }

  /** Whether an earlier try had got so far as to reserve hosts. */
  boolean resumed() {
    return resumed;
  }

  /** The segment, where it is known to be committed. */
  synchronized Optional<SentSegment> committed(int number) {
    return Optional.ofNullable(done.get(number));
  }

  /** The segment, where it was about to be committed when nothing more was noted. */
  synchronized Optional<SentSegment> sent(int number) {
    return Optional.ofNullable(sent.get(number));
  }

  /** The shard that was reserved for the segment, where it is not committed. */
  synchronized Optional<ShardId> reserved(int number) {
    return Optional.ofNullable(reserved.get(number));
  }

  /** Everything that is reserved and not committed. */
  synchronized List<ShardId> reservations() {
    return List.copyOf(reserved.values());
  }

  /** Gives back what is reserved and not committed; a failure of that is added to {@code why}. */
  void release(StorageHub hub, RuntimeException why) {
    for (ShardId shard : reservations()) {
      try {
        hub.release(shard);
      } catch (ZansocException e) {
        why.addSuppressed(e);
      }
    }
  }

  /** Notes durably that {@code shard} was reserved. */
  synchronized void reserved(int number, ShardId shard) {
    reserved.put(number, shard);
    sent.remove(number);
    append("reserved " + number + " " + shard);
  }

  /** Notes durably that the segment is stored by its hosts and will now be committed. */
  synchronized void sent(int number, SentSegment segment) {
    sent.put(number, segment);
    ByteBuffer leaves = ByteBuffer.allocate(segment.leaves.size() * Digest.BYTES);
    segment.leaves.forEach(leaf -> leaf.write(leaves));
    append(
        "sent %d %s %d %s"
            .formatted(
                number,
                segment.id,
                segment.length,
                Base64.getEncoder().encodeToString(leaves.array())));
  }

  /** Notes durably that the segment that was sent is committed. */
  synchronized void done(int number) {
    markDone(number);
    append("done " + number);
  }

  private void markDone(int number) {
    SentSegment segment =
        Optional.ofNullable(sent.remove(number))
            .orElseThrow(
                () -> new IllegalArgumentException("segment %d was not sent".formatted(number)));
    reserved.remove(number);
    done.put(number, segment);
  }

  /** Removes the journal: the upload is complete, or is not to go on. */
  void remove() {
    file.ifPresent(JournalFile::remove);
  }

  @Override
  public void close() {
    file.ifPresent(JournalFile::close);
  }

  private void append(String line) {
    file.ifPresent(open -> open.append(List.of(line)));
  }

  private void replay(String line) {
    String[] fields = line.split(" ", -1);
    int number = Integer.parseUnsignedInt(fields[1]);
    switch (fields[0]) {
      case "reserved" -> {
        reserved.put(number, ShardId.parse(fields[2]));
        sent.remove(number);
      }
      case "sent" -> {
        int length = Integer.parseUnsignedInt(fields[3]);
        sent.put(number, new SentSegment(Digest.parse(fields[2]), length, leaves(fields[4])));
      }
      case "done" -> markDone(number);
      default -> throw new IllegalArgumentException("no line of a journal: " + fields[0]);
    }
  }

  private static List<Digest> leaves(String text) {
    byte[] leaves = Base64.getDecoder().decode(text);
    if (leaves.length % Digest.BYTES != 0) {
      throw new IllegalArgumentException("not whole digests: " + leaves.length + " bytes");
    }
    Digest[] digests = new Digest[leaves.length / Digest.BYTES];
    Arrays.setAll(digests, i -> Digest.read(leaves, i * Digest.BYTES));
    return List.of(digests);
  }
}
