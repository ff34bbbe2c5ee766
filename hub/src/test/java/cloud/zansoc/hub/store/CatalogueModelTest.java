package cloud.zansoc.hub.store;

import static cloud.zansoc.hub.store.TestCatalogue.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.format.SegmentIndex;
import cloud.zansoc.storage.api.BucketView;
import cloud.zansoc.storage.api.CommitRequest;
import cloud.zansoc.storage.api.CommitRequest.SegmentCommit;
import cloud.zansoc.storage.api.CommitRequest.VersionCommit;
import cloud.zansoc.storage.api.Listing;
import cloud.zansoc.storage.api.VersionView;
import cloud.zansoc.storage.hub.Catalogue.Page;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Random operations on the catalogue and on a naive model of it must see the same. */
class CatalogueModelTest {
  private static final int OPERATIONS = 250;
  private static final List<String> KEYS =
      List.of("a", "a/", "a/1", "a/2", "a/b/1", "b", "é", "\uff5e", "\ud83d\ude00/x", "z");
  private static final Comparator<String> UTF8 =
      (one, other) ->
          Arrays.compareUnsigned(
              one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));

  @TempDir private Path folder;

  /** A version in the model; without segment for a delete marker. */
  private record Kept(String id, boolean marker, List<Digest> segments) {}

  private final Map<String, List<Kept>> model = new TreeMap<>(UTF8);
  private final Map<Digest, Long> lengths = new HashMap<>();
  private Random random = new Random(0);

  @Test
  void randomOperations_onSqlite_agreeWithTheModel() {
    run("jdbc:sqlite:" + folder.resolve("hub.db"), 11);
  }

  @Test
  void randomOperations_onPostgres_agreeWithTheModel() {
    run(PostgresServer.newDatabase(), 12);
  }

  private void run(String url, long seed) {
    System.out.println("CatalogueModelTest seed " + seed);
    random = new Random(seed);
    try (Database database = Database.open(url)) {
      TestCatalogue test = new TestCatalogue(database, 4, seed);
      test.catalogue().createBucket(TENANT, "bucket", Optional.of(2), Optional.of(4));
      for (int i = 0; i < OPERATIONS; i++) {
        operate(test);
        if (i % 10 == 0) {
          compare(test);
        }
      }
      compare(test);
    }
  }

  private String key() {
    return KEYS.get(random.nextInt(KEYS.size()));
  }

  private void operate(TestCatalogue test) {
    switch (random.nextInt(10)) {
      case 0, 1, 2, 3, 4 -> put(test);
      case 5, 6 -> remove(test, key());
      case 7 -> move(test);
      default -> purge(test);
    }
  }

  /** Commits one to three keys, packed into one new segment or standing on an old one. */
  private void put(TestCatalogue test) {
    List<SegmentCommit> segments = new ArrayList<>();
    Digest id;
    List<Digest> known = List.copyOf(stored());
    if (known.isEmpty() || random.nextInt(3) > 0) {
      SegmentCommit segment = test.segment("bucket", 1 + random.nextInt(1_000_000));
      SegmentIndex index = SegmentIndex.decode(segment.index());
      id = index.id();
      lengths.put(id, index.length());
      segments.add(segment);
    } else {
      id = known.get(random.nextInt(known.size()));
    }
    Set<String> keys = new HashSet<>();
    for (int i = random.nextInt(3); i >= 0; i--) {
      keys.add(key());
    }
    List<VersionCommit> versions =
        keys.stream().map(key -> test.version("bucket", key, id)).toList();
    for (VersionView view :
        test.catalogue().commit(TENANT, new CommitRequest(segments, versions))) {
      push(view.key(), new Kept(view.versionId(), false, List.of(id)));
    }
  }

  private void push(String key, Kept version) {
    model.computeIfAbsent(key, absent -> new ArrayList<>()).add(version);
  }

  private Optional<Kept> live(String key) {
    List<Kept> versions = model.getOrDefault(key, List.of());
    return versions.isEmpty() || versions.getLast().marker
        ? Optional.empty()
        : Optional.of(versions.getLast());
  }

  private void remove(TestCatalogue test, String key) {
    try {
      test.catalogue().remove(TENANT, "bucket", key, Optional.empty());
      assertThat(live(key)).as("removed %s", key).isPresent();
      push(key, new Kept(newest(test, key), true, List.of()));
    } catch (ZansocException e) {
      assertThat(e.code()).isEqualTo(ErrorCode.NOT_FOUND);
      assertThat(live(key)).as("not removed %s", key).isEmpty();
    }
  }

  private static String newest(TestCatalogue test, String key) {
    return test.catalogue().versions(TENANT, "bucket", key).stream()
        .filter(version -> version.key().equals(key))
        .findFirst()
        .orElseThrow()
        .versionId();
  }

  private void move(TestCatalogue test) {
    String from = key();
    String to = key();
    if (from.equals(to) || live(from).isEmpty()) {
      return;
    }
    List<Digest> segments = live(from).orElseThrow().segments;
    VersionView moved =
        test.catalogue()
            .move(
                TENANT,
                "bucket",
                from,
                test.version("bucket", to, segments.toArray(Digest[]::new)));
    push(to, new Kept(moved.versionId(), false, segments));
    push(from, new Kept(newest(test, from), true, List.of()));
  }

  private void purge(TestCatalogue test) {
    String key = key();
    List<Kept> versions = model.getOrDefault(key, List.of());
    if (versions.isEmpty()) {
      return;
    }
    Kept version = versions.get(random.nextInt(versions.size()));
    test.catalogue().remove(TENANT, "bucket", key, Optional.of(version.id));
    versions.remove(version);
  }

  private Set<Digest> stored() {
    Set<Digest> stored = new TreeSet<>();
    model.values().forEach(versions -> versions.forEach(kept -> stored.addAll(kept.segments)));
    return stored;
  }

  private void compare(TestCatalogue test) {
    List<String> live = model.keySet().stream().filter(key -> live(key).isPresent()).toList();
    assertThat(list(test, "")).containsExactlyElementsOf(live);
    assertThat(list(test, "/")).containsExactlyElementsOf(grouped(live));
    List<String> expected = new ArrayList<>();
    model.values().forEach(versions -> versions.reversed().forEach(kept -> expected.add(kept.id)));
    assertThat(test.catalogue().versions(TENANT, "bucket", ""))
        .extracting(VersionView::versionId)
        .containsExactlyElementsOf(expected);
    BucketView bucket = test.catalogue().bucket(TENANT, "bucket");
    assertThat(bucket.objects()).isEqualTo(live.size());
    assertThat(bucket.bytes()).isEqualTo(new ByteSize(1000L * live.size()));
    long manifests =
        40L * model.values().stream().flatMap(List::stream).filter(kept -> !kept.marker).count();
    long bytes = stored().stream().mapToLong(lengths::get).sum();
    assertThat(test.catalogue().used(TENANT)).isEqualTo(new ByteSize(bytes + manifests));
  }

  /** The keys and common prefixes of all pages, sorted. */
  private List<String> list(TestCatalogue test, String delimiter) {
    List<String> entries = new ArrayList<>();
    Optional<String> after = Optional.empty();
    do {
      Listing page =
          test.catalogue()
              .list(TENANT, "bucket", new Page("", delimiter, after, 1 + random.nextInt(4)));
      page.objects().forEach(version -> entries.add(version.key()));
      entries.addAll(page.prefixes());
      after = page.next();
    } while (after.isPresent());
    entries.sort(UTF8);
    return entries;
  }

  private static List<String> grouped(List<String> keys) {
    TreeSet<String> groups = new TreeSet<>(UTF8);
    for (String key : keys) {
      int slash = key.indexOf('/');
      groups.add(slash < 0 ? key : key.substring(0, slash + 1));
    }
    return List.copyOf(groups);
  }
}
