package cloud.zansoc.compute.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is packed comes back as it was, and what a host makes up gets nowhere. */
final class FileUnpackingTest {
  private static final long SEED = new Random().nextLong();

  @TempDir private Path folder;
  private Path target;
  private Path outside;
  private final List<String> notes = new ArrayList<>();

  @BeforeEach
  void make() throws IOException {
    target = Files.createDirectory(folder.resolve("here")).resolve("root");
    outside = Files.createDirectory(folder.resolve("outside"));
    Files.writeString(outside.resolve("secret"), "unchanged");
  }

  /** An entry; content goes with files, and a target with links. */
  private record Entry(String name, byte type, String text) {
    static Entry file(String name) {
      return new Entry(name, TarConstants.LF_NORMAL, "content of " + name);
    }

    static Entry link(String name, String to) {
      return new Entry(name, TarConstants.LF_SYMLINK, to);
    }
  }

  private static InputStream archive(Entry... entries) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes, "UTF-8")) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      for (Entry its : entries) {
        // Leading slashes are kept, as a host that means ill would.
        TarArchiveEntry entry = new TarArchiveEntry(its.name(), its.type(), true);
        byte[] content = its.text().getBytes(StandardCharsets.UTF_8);
        if (its.type() == TarConstants.LF_NORMAL) {
          entry.setSize(content.length);
          tar.putArchiveEntry(entry);
          tar.write(content);
        } else {
          entry.setLinkName(its.text());
          tar.putArchiveEntry(entry);
        }
        tar.closeArchiveEntry();
      }
    }
    return new ByteArrayInputStream(bytes.toByteArray());
  }

  private void unpack(InputStream archive) throws IOException {
    new FileUnpacking(target, bytes -> {}, notes::add).unpack(archive, 1);
  }

  private void refused(ErrorCode code, Entry... entries) {
    assertThatThrownBy(() -> unpack(archive(entries)))
        .isInstanceOfSatisfying(
            ZansocException.class, e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code));
    assertUntouched();
  }

  private void assertUntouched() {
    assertThat(outside).isDirectoryContaining(file -> true);
    assertThat(outside.resolve("secret")).hasContent("unchanged");
    try (Stream<Path> there = Files.list(outside);
        Stream<Path> above = Files.list(folder);
        Stream<Path> beside = Files.list(folder.resolve("here"))) {
      assertThat(there).containsExactly(outside.resolve("secret"));
      assertThat(above).containsExactlyInAnyOrder(outside, folder.resolve("here"));
      assertThat(beside.filter(file -> !file.equals(target))).isEmpty();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void unpack_whatWasPacked_isTheSameAgain() throws IOException {
    Path source = Files.createDirectories(folder.resolve("here/source"));
    Files.createDirectories(source.resolve("a/empty"));
    Files.writeString(source.resolve("a/ä long name " + "x".repeat(120)), "text");
    Files.write(source.resolve("a/large"), new byte[300_000]);
    Files.setPosixFilePermissions(
        source.resolve("a/large"), PosixFilePermissions.fromString("r-x--x--x"));
    FileTime time = FileTime.from(Instant.parse("2020-02-03T04:05:06.789Z"));
    Files.setLastModifiedTime(source.resolve("a/large"), time);
    Files.createSymbolicLink(source.resolve("a/link"), Path.of("../no/such"));
    Files.setPosixFilePermissions(
        source.resolve("a/empty"), PosixFilePermissions.fromString("r-xr-x---"));
    Files.setLastModifiedTime(source.resolve("a"), time);

    long[] moved = new long[2];
    FilePacking packing = new FilePacking(source, bytes -> moved[0] += bytes, notes::add);
    ByteArrayOutputStream tar = new ByteArrayOutputStream();
    packing.write("other", tar);
    new FileUnpacking(target, bytes -> moved[1] += bytes, notes::add)
        .unpack(new ByteArrayInputStream(tar.toByteArray()), 1);

    assertThat(moved[0]).isEqualTo(packing.bytes()).isEqualTo(300_004).isEqualTo(moved[1]);
    assertThat(described(target)).isEqualTo(described(source)).hasSize(6);
    assertThat(notes).isEmpty();
  }

  private static List<String> described(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      List<String> all = new ArrayList<>();
      for (Path file : files.sorted().toList()) {
        String what = root.relativize(file).toString();
        if (Files.isSymbolicLink(file)) {
          all.add(what + " -> " + Files.readSymbolicLink(file));
          continue;
        }
        all.add(
            "%s %s %s %s"
                .formatted(
                    what,
                    PosixFilePermissions.toString(Files.getPosixFilePermissions(file)),
                    Files.isDirectory(file) ? "folder" : Files.size(file),
                    what.isEmpty()
                        ? ""
                        : Files.getLastModifiedTime(file)
                            .toInstant()
                            .truncatedTo(ChronoUnit.MICROS)));
      }
      return all;
    }
  }

  @Test
  void unpack_oneFile_isTheTargetAndReplacesWhatWasThere() throws IOException {
    Files.createSymbolicLink(target, outside.resolve("secret"));
    unpack(archive(Entry.file("name")));
    assertThat(Files.isSymbolicLink(target)).isFalse();
    assertThat(target).hasContent("content of name");
    assertUntouched();
  }

  @Test
  void unpack_namesThatLeadOut_areRefused() {
    refused(ErrorCode.DAMAGED, Entry.file("../outside/secret"));
    refused(ErrorCode.DAMAGED, Entry.file("root/../../outside/evil"));
    refused(ErrorCode.DAMAGED, Entry.file("root/a/.."));
    refused(ErrorCode.DAMAGED, Entry.file("."));
    refused(
        ErrorCode.DAMAGED,
        new Entry("root/hard", TarConstants.LF_LINK, "root/../../outside/secret"));
    refused(
        ErrorCode.DAMAGED,
        new Entry("root/hard", TarConstants.LF_LINK, outside.resolve("secret").toString()));
  }

  @Test
  void unpack_absoluteName_liesBelowTheTarget() throws IOException {
    unpack(archive(Entry.file(outside.resolve("evil").toString())));
    assertUntouched();
  }

  @Test
  void unpack_throughALinkOfTheArchive_writesNothingBehindIt() {
    refused(
        ErrorCode.CONFLICT,
        Entry.link("root/x", outside.toString()),
        Entry.file("root/x/secret"),
        Entry.file("root/x/evil"));
    refused(
        ErrorCode.CONFLICT,
        Entry.link("root", outside.toString()),
        Entry.file("root/secret"),
        Entry.file("root/evil"));
  }

  @Test
  void unpack_throughALinkThatWasThere_isRefused() throws IOException {
    Files.createDirectory(target);
    Files.createSymbolicLink(target.resolve("x"), outside);
    refused(ErrorCode.CONFLICT, Entry.file("root/x/secret"));
    refused(ErrorCode.CONFLICT, new Entry("root/x/", TarConstants.LF_DIR, ""));
  }

  @Test
  void unpack_devicesAndPipes_areLeftOutAndSaid() throws IOException {
    unpack(
        archive(
            new Entry("root/pipe", TarConstants.LF_FIFO, ""),
            new Entry("root/null", TarConstants.LF_CHR, ""),
            Entry.file("root/file")));
    assertThat(notes).hasSize(2).allMatch(note -> note.contains("is left out"));
    assertThat(target.resolve("file")).exists();
    assertThat(target.resolve("pipe")).doesNotExist();
  }

  @Test
  void unpack_archivesMadeUpAtRandom_neverTouchAnythingElse() throws IOException {
    Random random = new Random(SEED);
    for (int round = 0; round < 500; round++) {
      Entry[] entries = new Entry[1 + random.nextInt(8)];
      for (int i = 0; i < entries.length; i++) {
        byte[] types = {
          TarConstants.LF_NORMAL, TarConstants.LF_SYMLINK, TarConstants.LF_LINK, TarConstants.LF_DIR
        };
        byte type = types[random.nextInt(types.length)];
        entries[i] = new Entry(name(random), type, name(random));
      }
      try {
        unpack(archive(entries));
      } catch (ZansocException | IOException e) {
        // Refused, which is as good.
      }
      assertThat(outside.resolve("secret")).as("seed %d, round %d", SEED, round).exists();
      assertUntouched();
      if (random.nextInt(4) == 0) {
        remove(target);
      }
    }
  }

  private String name(Random random) {
    String[] parts = {"root", "a", "b", "..", ".", "", "secret", outside.toString(), "outside"};
    StringBuilder name = new StringBuilder();
    for (int i = 1 + random.nextInt(4); i > 0; i--) {
      name.append(name.isEmpty() ? "" : "/").append(parts[random.nextInt(parts.length)]);
    }
    return name.isEmpty() ? "root" : name.toString();
  }

  private static void remove(Path root) throws IOException {
    if (!Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
