package cloud.zansoc.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.storage.api.BucketView;
import cloud.zansoc.storage.api.Listing;
import cloud.zansoc.storage.api.ObjectHealth;
import cloud.zansoc.storage.api.VersionView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a user does with files, over a hub and six hosts that run as processes. */
@ExtendWith(SharedCloud.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class StorageJourneyTest {
  private static final long SEED = 20261123;

  private static final List<String> ODD_NAMES =
      List.of(
          "with space",
          " leading and trailing ",
          "-r",
          "--json",
          "percent%20%2F%",
          "hash#fragment",
          "question?query=1&b=2",
          "plus+semi;colon:at@",
          "quotes'\"`",
          "back\\slash",
          "glob[*]{a,b}$HOME!~",
          "new\nline\ttab\u0001",
          "...",
          ".hidden",
          "emoji \uD83E\uDD8A \uD83D\uDC69\u200D\uD83D\uDC69\u200D\uD83D\uDC67",
          "combining e\u0301",
          "composed \u00e9",
          "turned \u202Etxt.exe\u202C",
          "\uFEFFmark \u00a0\u2028",
          "\u6F22\u5B57 \u05E2\u05D1\u05E8\u05D9\u05EA \u0627\u0644\u0639\u0631\u0628\u064A\u0629",
          "last \uDBFF\uDFFD\uE000\uFFFD",
          "folder %/#/?/deep \uD83D\uDE80");

  private final RunningCloud cloud;
  private final CommandLine user;
  private final Random random = new Random(SEED);

  StorageJourneyTest(RunningCloud cloud) {
    this.cloud = cloud;
    this.user = cloud.user("keeper");
  }

  /** What {@code stat --json} prints, as far as it is looked at here. */
  record Shown(
      VersionView version,
      String contentType,
      Instant modified,
      Optional<String> mode,
      List<ObjectHealth.SegmentHealth> segments) {}

  @BeforeAll
  void makeBucket() {
    user.ok("bucket", "create", "files", "--scheme", "2/5");
  }

  @Test
  void cp_ofFilesOfEverySize_bringsThemBackIdentical() throws IOException {
    for (int size : new int[] {0, 1, 262_143, 262_144, 262_145, 9 * 1024 * 1024 + 7}) {
      Path file = file("sizes/" + size, bytes(size));
      Path back = cloud.folder().resolve("sizes/back-" + size);
      user.ok("cp", file.toString(), "zs://files/sizes/");
      user.ok("cp", "zs://files/sizes/" + size, back.toString());
      assertThat(Files.mismatch(file, back)).as("%d bytes, seed %d", size, SEED).isEqualTo(-1);
    }
  }

  @Test
  void cp_ofAFile_keepsItsTimeAndMode() throws IOException {
    Path file = file("attributes/run.sh", bytes(300));
    Instant time = Instant.parse("2001-02-03T04:05:06.789Z");
    Files.setLastModifiedTime(file, FileTime.from(time));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-x---"));
    Path folder = Files.createDirectory(cloud.folder().resolve("attributes/back"));
    user.ok("cp", file.toString(), "zs://files/attributes/");
    user.ok("cp", "zs://files/attributes/run.sh", folder.toString());
    Path back = folder.resolve("run.sh");
    assertThat(Files.getLastModifiedTime(back).toInstant()).isEqualTo(time);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(back)))
        .isEqualTo("rwxr-x---");
  }

  @Test
  void cp_ofADirectoryWithEveryOddName_bringsItBackIdentical() throws IOException {
    Path folder = cloud.folder().resolve("odd");
    for (String name : ODD_NAMES) {
      file("odd/" + name, bytes(1 + random.nextInt(5000)));
    }
    user.ok("cp", "-r", folder.toString(), "zs://files/odd/");
    Listing listing = user.json(Listing.class, "ls", "-r", "zs://files/odd/");
    assertThat(listing.objects().stream().map(VersionView::key))
        .containsExactlyInAnyOrderElementsOf(
            ODD_NAMES.stream().map(name -> "odd/" + name).toList());
    Path back = cloud.folder().resolve("odd-back");
    user.ok("cp", "-r", "zs://files/odd/", back.toString());
    assertThat(contents(back)).isEqualTo(contents(folder));
  }

  @Test
  void everyCommand_onAnObjectWithAnOddName_findsIt() throws IOException {
    for (String name : ODD_NAMES) {
      String address = "zs://files/one by one/" + name;
      byte[] content = bytes(10 + name.length());
      Path file = file("one by one/" + ODD_NAMES.indexOf(name), content);
      user.ok("cp", file.toString(), address);
      assertThat(user.ok("cat", address).bytes()).as(name).isEqualTo(content);
    }
    String odd = "zs://files/one by one/" + ODD_NAMES.get(11);
    assertThat(user.json(Shown.class, "stat", odd).version().key()).endsWith(ODD_NAMES.get(11));
    assertThat(user.ok("ls", "zs://files/one by one/").out())
        .contains("new\\u{a}line\\u{9}tab\\u{1}")
        .contains("turned \\u{202e}txt.exe\\u{202c}")
        .contains("folder %/");
    user.ok("mv", odd, odd + " moved?");
    user.ok("rm", odd + " moved?");
    user.fails(4, List.of("[Z300]"), "stat", odd);
  }

  @Test
  void cp_ofStandardInputAndOutput_carriesEveryByte() throws Exception {
    byte[] content = bytes(1_000_003);
    CommandLine.Result stored = user.piped(content, "cp", "-", "zs://files/piped/in");
    assertThat(stored.exit()).as(stored.err()).isZero();
    CommandLine.Result read = user.piped(new byte[0], "cp", "zs://files/piped/in", "-");
    assertThat(read.exit()).as(read.err()).isZero();
    assertThat(read.bytes()).isEqualTo(content);
  }

  @Test
  void cp_ofSeveralSources_takesThemAll() throws IOException {
    Path one = file("several/one", bytes(100));
    Path two = file("several/two", bytes(70_000));
    file("several/tree/a/b", bytes(5));
    Path tree = cloud.folder().resolve("several/tree");
    user.ok("cp", "-r", one.toString(), two.toString(), tree.toString(), "zs://files/several");
    Path back = Files.createDirectory(cloud.folder().resolve("several-back"));
    user.ok("cp", "zs://files/several/one", "zs://files/several/two", back.toString());
    assertThat(Files.mismatch(one, back.resolve("one"))).isEqualTo(-1);
    assertThat(Files.mismatch(two, back.resolve("two"))).isEqualTo(-1);
    assertThat(user.json(Listing.class, "ls", "-r", "zs://files/several/").objects()).hasSize(3);
  }

  @Test
  void cat_ofRanges_givesTheseBytes() throws IOException {
    byte[] content = bytes(1_200_000);
    user.ok("cp", file("ranges", content).toString(), "zs://files/ranges");
    Map<String, byte[]> ranges =
        Map.of(
            "0-0", Arrays.copyOfRange(content, 0, 1),
            "262143-262144", Arrays.copyOfRange(content, 262_143, 262_145),
            "524280-1100000", Arrays.copyOfRange(content, 524_280, 1_100_001),
            "1199990-", Arrays.copyOfRange(content, 1_199_990, content.length),
            "-7", Arrays.copyOfRange(content, content.length - 7, content.length),
            "1199999-9999999", Arrays.copyOfRange(content, 1_199_999, content.length));
    ranges.forEach((range, expected) ->
        assertThat(user.ok("cat", "--range=" + range, "zs://files/ranges").bytes())
            .as(range)
            .isEqualTo(expected));
  }

  @Test
  void lsAndStat_asJson_tellWhatIsStored() throws IOException {
    Instant before = Instant.now().minusSeconds(60);
    Path text = file("json/notes.txt", bytes(262_145));
    user.ok("cp", text.toString(), "zs://files/json/notes.txt");
    user.ok("cp", text.toString(), "zs://files/json/deep/er/notes.txt");
    Listing folder = user.json(Listing.class, "ls", "zs://files/json/");
    assertThat(folder.prefixes()).containsExactly("json/deep/");
    VersionView listed = folder.objects().getFirst();
    assertThat(listed.key()).isEqualTo("json/notes.txt");
    assertThat(listed.size()).isEqualTo(262_145);
    assertThat(listed.latest()).isTrue();
    assertThat(listed.modified()).isBetween(before, Instant.now().plusSeconds(60));

    Shown shown = user.json(Shown.class, "stat", "zs://files/json/notes.txt");
    assertThat(shown.version()).isEqualTo(listed);
    assertThat(shown.contentType()).isEqualTo("text/plain");
    assertThat(shown.segments()).hasSize(1);
    ObjectHealth.SegmentHealth segment = shown.segments().getFirst();
    assertThat(segment.needed()).isEqualTo(2);
    assertThat(segment.total()).isEqualTo(5);
    assertThat(segment.hosts()).hasSize(5);
    assertThat(segment.healthy()).isBetween(2, 5);
    assertThat(user.ok("stat", "zs://files/json/notes.txt").out())
        .contains("size      262145 bytes", "needs 2");
  }

  @Test
  void versions_ofAnObject_areListedReadRestoredAndRemoved() throws IOException {
    byte[] first = bytes(1000);
    byte[] second = bytes(2000);
    user.ok("cp", file("versions/v", first).toString(), "zs://files/versions/v");
    user.ok("cp", file("versions/v", second).toString(), "zs://files/versions/v");
    List<VersionView> two =
        user.jsonList(VersionView.class, "version", "ls", "zs://files/versions/");
    assertThat(two.stream().map(VersionView::size)).containsExactly(2000L, 1000L);
    assertThat(two.stream().map(VersionView::latest)).containsExactly(true, false);
    String older = two.getLast().versionId();
    String option = "--version=" + older;
    assertThat(user.ok("cat", option, "zs://files/versions/v").bytes()).isEqualTo(first);
    assertThat(user.ok("cat", "zs://files/versions/v").bytes()).isEqualTo(second);
    user.ok("version", "restore", "zs://files/versions/v", older);
    assertThat(user.ok("cat", "zs://files/versions/v").bytes()).isEqualTo(first);

    user.ok("rm", "--version=" + two.getFirst().versionId(), "zs://files/versions/v");
    user.ok("rm", "zs://files/versions/v");
    user.fails(4, List.of("[Z300]"), "cat", "zs://files/versions/v");
    assertThat(user.ok("cat", option, "zs://files/versions/v").bytes()).isEqualTo(first);
    assertThat(user.ok("version", "ls", "zs://files/versions/").out()).contains("removed");
    List<VersionView> rest =
        user.jsonList(VersionView.class, "version", "ls", "zs://files/versions/");
    assertThat(rest.stream().map(VersionView::versionId))
        .contains(older)
        .doesNotContain(two.getFirst().versionId());
    assertThat(rest.getFirst().deleteMarker()).isTrue();
  }

  @Test
  void mv_ofAnObject_keepsItsContent() throws IOException {
    byte[] content = bytes(300_000);
    user.ok("cp", file("moving", content).toString(), "zs://files/from/here");
    user.ok("mv", "zs://files/from/here", "zs://files/to/");
    assertThat(user.ok("cat", "zs://files/to/here").bytes()).isEqualTo(content);
    user.fails(4, List.of("[Z300]"), "cat", "zs://files/from/here");
    user.ok("cp", "zs://files/to/here", "zs://files/to/copy");
    user.ok("rm", "zs://files/to/here");
    assertThat(user.ok("cat", "zs://files/to/copy").bytes()).isEqualTo(content);
  }

  @Test
  void sync_inBothDirections_makesTheSidesEqualAndMovesNothingTwice() throws IOException {
    Path folder = cloud.folder().resolve("sync");
    file("sync/a", bytes(10));
    file("sync/sub/b", bytes(300_000));
    Path gone = file("sync/gone", bytes(20));
    assertThat(user.ok("sync", folder.toString(), "zs://files/sync").out())
        .startsWith("3 files stored");
    assertThat(user.ok("sync", folder.toString(), "zs://files/sync/").out())
        .startsWith("0 files stored")
        .contains("3 unchanged");
    Path copy = cloud.folder().resolve("sync-copy");
    assertThat(user.ok("sync", "zs://files/sync", copy.toString()).out())
        .startsWith("3 files written");
    assertThat(contents(copy)).isEqualTo(contents(folder));
    assertThat(user.ok("sync", "zs://files/sync", copy.toString()).out())
        .startsWith("0 files written")
        .contains("3 unchanged");

    Files.delete(gone);
    file("sync/a", bytes(11));
    assertThat(user.ok("sync", folder.toString(), "zs://files/sync").out())
        .startsWith("1 files stored")
        .contains("0 removed");
    assertThat(user.ok("sync", "--delete", folder.toString(), "zs://files/sync").out())
        .contains("1 removed, 2 unchanged");
    user.ok("sync", "--delete", "zs://files/sync", copy.toString());
    assertThat(contents(copy)).isEqualTo(contents(folder));
    assertThat(copy.resolve("gone")).doesNotExist();
    assertThat(user.ok("sync", "--checksum", folder.toString(), "zs://files/sync").out())
        .startsWith("0 files stored");
  }

  @Test
  void bucket_fromCreationToRemoval_isListedWithWhatItHolds() throws IOException {
    BucketView made = user.json(BucketView.class, "bucket", "create", "short.lived-1");
    assertThat(made.name()).isEqualTo("short.lived-1");
    assertThat(made.n()).isBetween(made.k() + 1, SharedCloud.HOSTS);
    user.ok("cp", file("lived", bytes(1234)).toString(), "zs://short.lived-1");
    BucketView listed =
        user.jsonList(BucketView.class, "bucket", "ls").stream()
            .filter(bucket -> bucket.name().equals("short.lived-1"))
            .findFirst()
            .orElseThrow();
    assertThat(listed.objects()).isEqualTo(1);
    assertThat(listed.bytes()).isEqualTo(new ByteSize(1234));
    String version =
        user.jsonList(VersionView.class, "version", "ls", "zs://short.lived-1")
            .getFirst()
            .versionId();
    user.ok("cp", "--version=" + version, "zs://short.lived-1/lived", "zs://short.lived-1/copy");
    user.ok("rm", "zs://short.lived-1/lived");
    user.ok("rm", "-r", "--all-versions", "zs://short.lived-1");
    user.ok("bucket", "rm", "short.lived-1");
    assertThat(user.ok("bucket", "ls").out()).contains("files").doesNotContain("short.lived-1");
  }

  private Path file(String name, byte[] content) throws IOException {
    Path file = cloud.folder().resolve(name);
    Files.createDirectories(file.getParent());
    return Files.write(file, content);
  }

  private byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  private static SortedMap<String, List<Byte>> contents(Path folder) throws IOException {
    SortedMap<String, List<Byte>> contents = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        contents.put(folder.relativize(file).toString(), boxed(Files.readAllBytes(file)));
      }
    }
    return contents;
  }

  private static List<Byte> boxed(byte[] bytes) {
    Byte[] boxed = new Byte[bytes.length];
    Arrays.setAll(boxed, i -> bytes[i]);
    return List.of(boxed);
  }
}
