package cloud.zansoc.storage.client;

import cloud.zansoc.base.ShardId;
import cloud.zansoc.codec.crypto.Key256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is known of storing many files, durable before it matters, so that the same batch can go on
 * after its process has died or some files have failed. docs/format/upload-journal.md gives the
 * lines. Thread-safe.
 */
final class BatchJournal implements AutoCloseable {
  /** The first line: what it is, and its version. */
  static final String HEADING = "zansoc-batch 2";

  private static final Logger LOG = LoggerFactory.getLogger(BatchJournal.class);

  /** In the place of the object key, for a file that has a journal of its own. */
  private static final String NO_KEY = "-";

  private final JournalFile file;
  private final List<Earlier> earlier;
  // Guarded by this.
  private int nextPack;

  /** A file as it was when it was read, and the key that it is stored under. */
  record Source(FileIdentity file, String key) {
    static Source of(FileToStore file) {
      Path path = file.file();
      try {
        return new Source(FileIdentity.of(path), file.target().address().key());
      } catch (IOException e) {
        throw Failures.ofFile("looking at '" + path + "'", e);
      }
    }
  }

  /**
   * A file of a pack.
   *
   * @param objectKey absent where the file has a journal of its own
   */
  record Member(Source source, Optional<Key256> objectKey) {}

  /**
   * What an earlier try noted of a pack, or of a large file.
   *
   * @param reserved the shard whose hosts may hold the pack's blocks
   * @param versions the members' versions once they were committed, else none
   */
  record Earlier(
      int number, List<Member> members, Optional<ShardId> reserved, List<String> versions) {
    Earlier {
      members = List.copyOf(members);
      versions = List.copyOf(versions);
    }

    boolean isDone() {
      return !versions.isEmpty();
    }
  }

  private BatchJournal(JournalFile file, List<Earlier> earlier, int nextPack) {
    this.file = file;
    this.earlier = earlier;
    this.nextPack = nextPack;
  }

  /**
   * The journal in {@code file}, which begins anew where it is not all of this version: to send
   * again is safe.
   */
  static BatchJournal of(JournalFile file) throws IOException {
    Replay replay = new Replay();
    try {
      file.read(replay::line);
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      LOG.warn("the journal of storing many files cannot be read and begins anew", e);
      replay = new Replay();
    }
    if (!replay.known) {
      file.begin(List.of(HEADING));
    }
    List<Earlier> earlier = new ArrayList<>();
    int nextPack = 0;
    for (var pack : replay.packs.entrySet()) {
      pack.getValue().earlier(pack.getKey()).ifPresent(earlier::add);
      nextPack = pack.getKey() + 1;
    }
    return new BatchJournal(file, List.copyOf(earlier), nextPack);
  }

  /** What the tries before this one have left. */
  List<Earlier> earlier() {
    return earlier;
  }

  /** Notes what a new pack holds; its number. */
  int begin(List<Member> members) {
    int number;
    synchronized (this) {
      number = nextPack++;
    }
    file.append(members.stream().map(member -> line(number, member)).toList());
    return number;
  }

  /** Notes that {@code shard} was reserved for a pack. */
  void reserved(int number, ShardId shard) {
    file.append(List.of("reserved " + number + " " + shard));
  }

  /** Notes that the members of a pack are stored as these versions. */
  void done(int number, List<String> versions) {
    file.append(List.of("done " + number + " " + String.join(" ", versions)));
  }

  /** Removes the journal: every file is stored. */
  void remove() {
    file.remove();
  }

  @Override
  public void close() {
    file.close();
  }

  private static String line(int number, Member member) {
    Base64.Encoder base64 = Base64.getEncoder();
    byte[] key = member.source.key.getBytes(StandardCharsets.UTF_8);
    return "file %d %s %s %s"
        .formatted(
            number,
            member.source.file.text(),
            base64.encodeToString(key),
            member.objectKey.map(Key256::toBytes).map(base64::encodeToString).orElse(NO_KEY));
  }

  /** A journal that is being read. */
  private static final class Replay {
    private final Map<Integer, Replayed> packs = new TreeMap<>();
    private boolean known;

    void line(String line) {
      if (known) {
        String[] fields = line.split(" ", -1);
        int number = Integer.parseUnsignedInt(fields[1]);
        packs.computeIfAbsent(number, next -> new Replayed()).replay(fields);
      } else if (line.equals(HEADING)) {
        known = true;
      } else {
        throw new IllegalArgumentException("no heading of this version");
      }
    }
  }

  /** A pack whose lines are being read. */
  private static final class Replayed {
    private final List<Member> members = new ArrayList<>();
    private Optional<ShardId> reserved = Optional.empty();
    private List<String> versions = List.of();

    void replay(String[] fields) {
      switch (fields[0]) {
        case "file" -> members.add(member(fields));
        case "reserved" -> reserved = Optional.of(ShardId.parse(fields[2]));
        case "done" -> versions = List.of(fields).subList(2, fields.length);
        default -> throw new IllegalArgumentException("no line of a journal: " + fields[0]);
      }
    }

    private static Member member(String[] fields) {
      int after = 2 + FileIdentity.FIELDS;
      byte[] key = Base64.getDecoder().decode(fields[after]);
      Source source =
          new Source(FileIdentity.parse(fields, 2), new String(key, StandardCharsets.UTF_8));
      Optional<Key256> objectKey =
          Optional.of(fields[after + 1])
              .filter(text -> !text.equals(NO_KEY))
              .map(text -> Key256.of(Base64.getDecoder().decode(text)));
      return new Member(source, objectKey);
    }

    /** Empty where the lines do not fit each other. */
    Optional<Earlier> earlier(int number) {
      boolean fits =
          !members.isEmpty() && (versions.isEmpty() || versions.size() == members.size());
      return fits
          ? Optional.of(new Earlier(number, members, reserved, versions))
          : Optional.empty();
    }
  }
}
