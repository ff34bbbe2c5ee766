package cloud.zansoc.storage.client;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ShardId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.crypto.Key256;
import cloud.zansoc.storage.api.BucketView;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The journals of uploads that are not complete, one file for each pair of source and target, in a
 * folder that only its owner may read: they hold object keys. Thread-safe.
 */
final class UploadJournals {
  /** The first word of every journal, and its version. */
  static final String HEADING = "zansoc-upload 1";

  private static final Duration EXPIRY = Duration.ofDays(7);
  private static final String SUFFIX = ".journal";
  private static final Charset UTF_8 = StandardCharsets.UTF_8;

  private final Path folder;
  private final InstantSource clock;
  private final RandomGenerator random;

  /**
   * @param random where object keys come from; outside of tests a SecureRandom
   */
  UploadJournals(Path folder, InstantSource clock, RandomGenerator random) {
    this.folder = folder;
    this.clock = clock;
    this.random = random;
  }

  /**
   * The journal of storing {@code source} as {@code target}: the one of an earlier try, if the file
   * is as it was then; otherwise a new one.
   *
   * @param release hears the reservations of a try that cannot go on
   * @throws ZansocException CONFLICT where another process is at the same upload
   */
  UploadJournal open(
      Path source, ObjectAddress target, BucketView bucket, Consumer<ShardId> release) {
    try {
      Files.createDirectories(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      removeExpired();
      String identity = identity(source, target, bucket);
      String name = Digest.sha256((source.toRealPath() + "\n" + target).getBytes(UTF_8)).toString();
      return open(folder.resolve(name + SUFFIX), identity, release);
    } catch (IOException e) {
      throw Failures.ofFile("opening the journal of storing '" + source + "'", e);
    }
  }

  private UploadJournal open(Path path, String identity, Consumer<ShardId> release)
      throws IOException {
    FileChannel channel =
        FileChannel.open(
            path,
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try {
      lock(channel, path);
      UploadJournal.OpenFile file = new UploadJournal.OpenFile(path, channel);
      List<String> lines = completeLines(path);
      boolean known = lines.size() >= 3 && lines.get(0).equals(HEADING);
      if (known) {
        Key256 key = Key256.of(Base64.getDecoder().decode(lines.get(2).substring("key ".length())));
        UploadJournal earlier = UploadJournal.of(key, file, lines.stream().skip(3));
        if (lines.get(1).equals(identity)) {
          channel.truncate(String.join("\n", lines).getBytes(UTF_8).length + 1L);
          channel.position(channel.size());
          return earlier;
        }
        earlier.reservations().forEach(release);
      }
      return begin(file, identity);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private UploadJournal begin(UploadJournal.OpenFile file, String identity) throws IOException {
    Key256 key = Key256.random(random);
    String heading =
        "%s\n%s\nkey %s\n"
            .formatted(HEADING, identity, Base64.getEncoder().encodeToString(key.toBytes()));
    FileChannel channel = file.channel();
    channel.truncate(0);
    ByteBuffer bytes = ByteBuffer.wrap(heading.getBytes(UTF_8));
    while (bytes.hasRemaining()) {
      int written = channel.write(bytes);
      assert written >= 0;
    }
    channel.force(true);
    return UploadJournal.of(key, file, Stream.empty());
  }

  private static void lock(FileChannel channel, Path path) throws IOException {
    @Nullable FileLock lock;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      lock = null;
    }
    if (lock == null) {
      throw new ZansocException(
          ErrorCode.CONFLICT,
          "the same file is being stored under the same name already (its journal "
              + path.getFileName()
              + " is in use); wait for that, or store it under another name");
    }
  }

  /** A last line that was cut short by a crash is not complete. */
  private static List<String> completeLines(Path path) throws IOException {
    String text = Files.readString(path, UTF_8);
    return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
  }

  /** One line that changes whenever a resumed upload would mix two contents or two codes. */
  private static String identity(Path source, ObjectAddress target, BucketView bucket)
      throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(source, BasicFileAttributes.class);
    Digest inode = Digest.sha256(String.valueOf(attributes.fileKey()).getBytes(UTF_8));
    return "source %s %d %d %s target %s %s %d %d"
        .formatted(
            Base64.getEncoder().encodeToString(source.toRealPath().toString().getBytes(UTF_8)),
            attributes.size(),
            attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS),
            inode.shortText(),
            bucket.id(),
            Base64.getEncoder().encodeToString(target.key().getBytes(UTF_8)),
            bucket.k(),
            bucket.n());
  }

  private void removeExpired() throws IOException {
    try (Stream<Path> journals = Files.list(folder)) {
      for (Path journal : journals.filter(path -> path.toString().endsWith(SUFFIX)).toList()) {
        if (Files.getLastModifiedTime(journal)
            .toInstant()
            .isBefore(clock.instant().minus(EXPIRY))) {
          Files.deleteIfExists(journal);
        }
      }
    }
  }
}
