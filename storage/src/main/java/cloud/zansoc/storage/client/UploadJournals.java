package cloud.zansoc.storage.client;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ShardId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.crypto.Key256;
import cloud.zansoc.storage.api.BucketView;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The journals of uploads that are not complete, in a folder that only its owner may read, because
 * they hold object keys: one file for each pair of source and target, and one for each batch.
 * Thread-safe.
 */
final class UploadJournals {
  /** The first line of a file's journal: what it is, and its version. */
  static final String HEADING = "zansoc-upload 3";

  private static final Logger LOG = LoggerFactory.getLogger(UploadJournals.class);

  private static final Duration EXPIRY = Duration.ofDays(7);
  private static final String KEY = "key ";
  private static final String SUFFIX = ".journal";
  private static final String BATCH_SUFFIX = ".batch";
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
      prepareFolder();
      FileIdentity file = FileIdentity.of(source);
      String name = name(file.path() + "\n" + target, SUFFIX);
      return open(name, file, line(file, target, bucket), release);
    } catch (IOException e) {
      throw Failures.ofFile("opening the journal of storing '" + source + "'", e);
    }
  }

  /**
   * The journal of storing many files into {@code bucket}: that of an earlier try which did not
   * store them all, or a new one.
   *
   * @param name the same when the same is stored again
   * @throws ZansocException CONFLICT where another process is at the same batch
   */
  BatchJournal openBatch(String name, BucketView bucket) {
    try {
      prepareFolder();
      String identity = "%s %d %d\n%s".formatted(bucket.id(), bucket.k(), bucket.n(), name);
      JournalFile file = JournalFile.open(folder, name(identity, BATCH_SUFFIX));
      try {
        return BatchJournal.of(file);
      } catch (IOException | RuntimeException e) {
        file.close();
        throw e;
      }
    } catch (IOException e) {
      throw Failures.ofFile("opening the journal of storing many files", e);
    }
  }

  private UploadJournal open(
      String name, FileIdentity source, String identity, Consumer<ShardId> release)
      throws IOException {
    JournalFile file = JournalFile.open(folder, name);
    try {
      List<String> lines = new ArrayList<>();
      file.read(lines::add);
      Optional<UploadJournal> earlier = earlier(file, source, lines);
      if (earlier.isPresent() && lines.get(1).equals(identity)) {
        return earlier.get();
      }
      earlier.ifPresent(other -> other.reservations().forEach(release));
      return begin(file, source, identity);
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /** What an earlier try has left, where it is all of this version: to send again is safe. */
  private static Optional<UploadJournal> earlier(
      JournalFile file, FileIdentity source, List<String> lines) {
    if (lines.size() < 3 || !lines.getFirst().equals(HEADING)) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          UploadJournal.of(key(lines.get(2)), source, file, lines.subList(3, lines.size())));
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      LOG.warn("the journal of storing {} cannot be read and begins anew", source.path(), e);
      return Optional.empty();
    }
  }

  private static Key256 key(String line) {
    if (!line.startsWith(KEY)) {
      throw new IllegalArgumentException("no key where one should be");
    }
    return Key256.of(Base64.getDecoder().decode(line.substring(KEY.length())));
  }

  private UploadJournal begin(JournalFile file, FileIdentity source, String identity)
      throws IOException {
    Key256 key = Key256.random(random);
    String encoded = Base64.getEncoder().encodeToString(key.toBytes());
    file.begin(List.of(HEADING, identity, KEY + encoded));
    return UploadJournal.of(key, source, file, List.of());
  }

  /** One line that changes whenever a resumed upload would mix two contents or two codes. */
  private static String line(FileIdentity source, ObjectAddress target, BucketView bucket) {
    return "source %s target %s %s %d %d"
        .formatted(
            source.text(),
            bucket.id(),
            Base64.getEncoder().encodeToString(target.key().getBytes(UTF_8)),
            bucket.k(),
            bucket.n());
  }

  private static String name(String identity, String suffix) {
    return Digest.sha256(identity.getBytes(UTF_8)) + suffix;
  }

  private void prepareFolder() throws IOException {
    Files.createDirectories(
        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(UploadJournals::isJournal).toList()) {
        if (Files.getLastModifiedTime(file).toInstant().isBefore(clock.instant().minus(EXPIRY))) {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  private static boolean isJournal(Path file) {
    return file.toString().endsWith(SUFFIX) || file.toString().endsWith(BATCH_SUFFIX);
  }
}
