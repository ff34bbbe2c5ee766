package cloud.zansoc.hub.store;

import static cloud.zansoc.hub.store.TestCatalogue.CALLER;
import static cloud.zansoc.hub.store.TestCatalogue.CLIENT;
import static cloud.zansoc.hub.store.TestCatalogue.TENANT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ShardId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.format.Permit;
import cloud.zansoc.codec.format.Receipt;
import cloud.zansoc.codec.format.SegmentIndex;
import cloud.zansoc.net.node.NodeView;
import cloud.zansoc.storage.api.BucketView;
import cloud.zansoc.storage.api.CommitRequest;
import cloud.zansoc.storage.api.CommitRequest.Condition;
import cloud.zansoc.storage.api.CommitRequest.SegmentCommit;
import cloud.zansoc.storage.api.CommitRequest.VersionCommit;
import cloud.zansoc.storage.api.DownloadPlan;
import cloud.zansoc.storage.api.DownloadRequest;
import cloud.zansoc.storage.api.Listing;
import cloud.zansoc.storage.api.ObjectHealth;
import cloud.zansoc.storage.api.Reservation;
import cloud.zansoc.storage.api.ReserveRequest;
import cloud.zansoc.storage.api.ShareView;
import cloud.zansoc.storage.api.Slot;
import cloud.zansoc.storage.api.VersionView;
import cloud.zansoc.storage.hub.Catalogue.Page;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What every catalogue does, whatever database it lies in. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class CatalogueContract {
  private static final long SEED = 20260101;

  private Database database;
  private TestCatalogue test;

  /** The URL of an empty database. */
  abstract String newDatabase();

  @BeforeAll
  void open() {
    database = Database.open(newDatabase());
  }

  @BeforeEach
  void empty() {
    TestCatalogue.empty(database);
    test = new TestCatalogue(database, 14, SEED);
    test.catalogue().createBucket(TENANT, "photos", Optional.of(6), Optional.of(12));
  }

  @AfterAll
  void close() {
    database.close();
  }

  private static void assertCode(ThrowingCallable call, ErrorCode code) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            ZansocException.class,
            failure -> assertThat(failure.code()).as(failure.getMessage()).isEqualTo(code));
  }

  private static Page all() {
    return new Page("", "", Optional.empty(), 1000);
  }

  private List<String> keys(Page page) {
    return test.catalogue().list(TENANT, "photos", page).objects().stream()
        .map(VersionView::key)
        .toList();
  }

  // ---- buckets

  @Test
  void createBucket_withoutScheme_suitsTheHosts() {
    BucketView bucket =
        test.catalogue().createBucket(TENANT, "videos", Optional.empty(), Optional.empty());
    assertThat(bucket.k()).isEqualTo(6);
    assertThat(bucket.n()).isEqualTo(12);
    assertThat(test.catalogue().buckets(TENANT))
        .extracting(BucketView::name)
        .containsExactly("photos", "videos");
    assertThat(test.catalogue().bucket(TENANT, "videos")).isEqualTo(bucket);
  }

  @Test
  void createBucket_nameTaken_isRefusedForTheTenantOnly() {
    assertCode(
        () -> test.catalogue().createBucket(TENANT, "photos", Optional.empty(), Optional.empty()),
        ErrorCode.ALREADY_EXISTS);
    BucketView other =
        test.catalogue().createBucket("tenant-2", "photos", Optional.empty(), Optional.empty());
    assertThat(other.id()).isNotEqualTo(test.catalogue().bucket(TENANT, "photos").id());
    assertCode(() -> test.catalogue().bucket("tenant-3", "photos"), ErrorCode.NOT_FOUND);
  }

  @Test
  void createBucket_namesThatS3Refuses_areRefused() {
    for (String name :
        List.of(
            "ab",
            "Abc",
            "a_b",
            "-abc",
            "abc-",
            "a..b",
            "192.168.5.4",
            "xn--abc",
            "a".repeat(64),
            "",
            "a b",
            "äbc")) {
      assertCode(
          () -> test.catalogue().createBucket(TENANT, name, Optional.empty(), Optional.empty()),
          ErrorCode.INVALID_NAME);
    }
  }

  @Test
  void createBucket_halfAScheme_isRefused() {
    assertCode(
        () -> test.catalogue().createBucket(TENANT, "half", Optional.of(3), Optional.empty()),
        ErrorCode.INVALID_ARGUMENT);
    assertCode(
        () -> test.catalogue().createBucket(TENANT, "half", Optional.of(4), Optional.of(3)),
        ErrorCode.INVALID_ARGUMENT);
  }

  @Test
  void removeBucket_onlyWithoutVersions_deleteMarkersDoNotCount() {
    String version = test.putEmpty("photos", "a");
    test.catalogue().remove(TENANT, "photos", "a", Optional.empty());
    assertCode(() -> test.catalogue().removeBucket(TENANT, "photos"), ErrorCode.BUCKET_NOT_EMPTY);
    test.catalogue().remove(TENANT, "photos", "a", Optional.of(version));
    test.catalogue().removeBucket(TENANT, "photos");
    assertThat(test.catalogue().buckets(TENANT)).isEmpty();
  }

  // ---- listings

  @Test
  void list_oddKeys_comesInOrderOfUtf8Bytes() {
    // U+FF5E sorts behind U+1F600 in UTF-16 and before it in UTF-8.
    List<String> ordered =
        List.of(" ", "%", "A", "a", "a\u0001b", "a b", "a/b", "aa", "é", "\uff5e", "\ud83d\ude00");
    for (String key : ordered.reversed()) {
      test.putEmpty("photos", key);
    }
    assertThat(keys(all())).containsExactlyElementsOf(ordered);
  }

  @Test
  void list_pages_giveEachKeyOnce() {
    Set<String> expected = new HashSet<>();
    for (int i = 0; i < 25; i++) {
      expected.add("k" + i);
      test.putEmpty("photos", "k" + i);
    }
    List<String> seen = new ArrayList<>();
    Optional<String> after = Optional.empty();
    do {
      Listing page = test.catalogue().list(TENANT, "photos", new Page("k", "", after, 5));
      page.objects().forEach(version -> seen.add(version.key()));
      after = page.next();
    } while (after.isPresent());
    assertThat(seen).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void list_delimiter_groupsKeysAndPagesOverGroups() {
    for (String key : List.of("a", "b/1", "b/2", "b/3", "c", "d/x/1", "d/y", "e/")) {
      test.putEmpty("photos", key);
    }
    Listing first = test.catalogue().list(TENANT, "photos", new Page("", "/", Optional.empty(), 2));
    assertThat(first.objects()).extracting(VersionView::key).containsExactly("a");
    assertThat(first.prefixes()).containsExactly("b/");
    Listing second = test.catalogue().list(TENANT, "photos", new Page("", "/", first.next(), 2));
    assertThat(second.objects()).extracting(VersionView::key).containsExactly("c");
    assertThat(second.prefixes()).containsExactly("d/");
    Listing third = test.catalogue().list(TENANT, "photos", new Page("", "/", second.next(), 2));
    assertThat(third.objects()).isEmpty();
    assertThat(third.prefixes()).containsExactly("e/");
    assertThat(third.next()).isEmpty();
    Listing inner =
        test.catalogue().list(TENANT, "photos", new Page("d/", "/", Optional.empty(), 9));
    assertThat(inner.prefixes()).containsExactly("d/x/");
    assertThat(inner.objects()).extracting(VersionView::key).containsExactly("d/y");
  }

  @Test
  void list_badLimit_isRefused() {
    assertCode(() -> keys(new Page("", "", Optional.empty(), 0)), ErrorCode.INVALID_ARGUMENT);
    assertCode(() -> keys(new Page("", "", Optional.empty(), 1001)), ErrorCode.INVALID_ARGUMENT);
  }

  // ---- versions

  @Test
  void commit_twiceToAKey_keepsBothVersions() {
    String first = test.putEmpty("photos", "a");
    String second = test.putEmpty("photos", "a");
    assertThat(second).isGreaterThan(first);
    List<VersionView> versions = test.catalogue().versions(TENANT, "photos", "");
    assertThat(versions).extracting(VersionView::versionId).containsExactly(second, first);
    assertThat(versions).extracting(VersionView::latest).containsExactly(true, false);
    assertThat(keys(all())).containsExactly("a");
    assertThat(test.catalogue().bucket(TENANT, "photos").objects()).isEqualTo(1);
    assertThat(
            test.catalogue().object(TENANT, "photos", "a", Optional.of(first)).version().latest())
        .isFalse();
  }

  @Test
  void remove_newest_hidesTheObjectAndKeepsItsVersions() {
    String version = test.put("photos", "a");
    test.catalogue().remove(TENANT, "photos", "a", Optional.empty());
    assertThat(keys(all())).isEmpty();
    assertCode(
        () -> test.catalogue().object(TENANT, "photos", "a", Optional.empty()),
        ErrorCode.NOT_FOUND);
    assertThat(test.catalogue().object(TENANT, "photos", "a", Optional.of(version)).segments())
        .hasSize(1);
    BucketView bucket = test.catalogue().bucket(TENANT, "photos");
    assertThat(bucket.objects()).isZero();
    assertThat(bucket.bytes()).isEqualTo(new ByteSize(0));
    assertCode(
        () -> test.catalogue().remove(TENANT, "photos", "a", Optional.empty()),
        ErrorCode.NOT_FOUND);
  }

  @Test
  void remove_deleteMarkerForGood_bringsTheObjectBack() {
    test.putEmpty("photos", "a");
    test.catalogue().remove(TENANT, "photos", "a", Optional.empty());
    String marker = test.catalogue().versions(TENANT, "photos", "a").getFirst().versionId();
    test.catalogue().remove(TENANT, "photos", "a", Optional.of(marker));
    assertThat(keys(all())).containsExactly("a");
    assertThat(test.catalogue().bucket(TENANT, "photos").objects()).isEqualTo(1);
  }

  @Test
  void remove_lastVersionOfASegment_deletesItOnEveryHost() {
    String version = test.put("photos", "a");
    ByteSize used = test.catalogue().used(TENANT);
    assertThat(used.bytes()).isEqualTo(10_000 + 40);
    test.catalogue().remove(TENANT, "photos", "a", Optional.of(version));
    assertThat(test.catalogue().used(TENANT)).isEqualTo(new ByteSize(0));
    assertThat(test.repairs.hostsWithDeletions(test.clock.instant())).hasSize(12);
  }

  @Test
  void remove_oneObjectOfAPackedSegment_keepsTheSegment() {
    SegmentCommit segment = test.segment("photos", 10_000);
    Digest id = SegmentIndex.decode(segment.index()).id();
    List<VersionView> versions =
        test.catalogue()
            .commit(
                TENANT,
                new CommitRequest(
                    List.of(segment),
                    List.of(test.version("photos", "a", id), test.version("photos", "b", id))));
    test.catalogue().remove(TENANT, "photos", "a", Optional.of(versions.getFirst().versionId()));
    assertThat(test.repairs.hostsWithDeletions(test.clock.instant())).isEmpty();
    assertThat(plan(id).segments()).hasSize(1);
    test.catalogue().remove(TENANT, "photos", "b", Optional.of(versions.getLast().versionId()));
    assertCode(() -> plan(id), ErrorCode.NOT_FOUND);
  }

  @Test
  void object_ofAnotherTenant_isNotFound() {
    test.putEmpty("photos", "a");
    assertCode(
        () -> test.catalogue().object("tenant-2", "photos", "a", Optional.empty()),
        ErrorCode.NOT_FOUND);
  }

  // ---- conditions, moves, repetitions

  @Test
  void commit_conditions_holdOrFailTheWholeCommit() {
    String first = test.putEmpty("photos", "a");
    VersionCommit again = test.version("photos", "a");
    VersionCommit other = test.version("photos", "other");
    VersionCommit absent = TestCatalogue.with(again, new Condition(true, Optional.empty()));
    assertCode(
        () -> test.catalogue().commit(TENANT, new CommitRequest(List.of(), List.of(other, absent))),
        ErrorCode.PRECONDITION_FAILED);
    assertThat(keys(all())).containsExactly("a");
    VersionCommit expecting = TestCatalogue.with(again, new Condition(false, Optional.of(first)));
    test.catalogue().commit(TENANT, new CommitRequest(List.of(), List.of(expecting)));
    VersionCommit stale =
        TestCatalogue.with(test.version("photos", "a"), new Condition(false, Optional.of(first)));
    assertCode(
        () -> test.catalogue().commit(TENANT, new CommitRequest(List.of(), List.of(stale))),
        ErrorCode.PRECONDITION_FAILED);
    test.catalogue().remove(TENANT, "photos", "a", Optional.empty());
    VersionCommit onMarker =
        TestCatalogue.with(test.version("photos", "a"), new Condition(true, Optional.empty()));
    test.catalogue().commit(TENANT, new CommitRequest(List.of(), List.of(onMarker)));
    assertThat(keys(all())).containsExactly("a");
  }

  @Test
  void commit_manyAtOnceWithACondition_oneWins() throws Exception {
    List<Callable<Boolean>> rivals = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      VersionCommit version =
          TestCatalogue.with(test.version("photos", "a"), new Condition(true, Optional.empty()));
      rivals.add(() -> {
        try {
          test.catalogue().commit(TENANT, new CommitRequest(List.of(), List.of(version)));
          return true;
        } catch (ZansocException e) {
          assertThat(e.code()).isEqualTo(ErrorCode.PRECONDITION_FAILED);
          return false;
        }
      });
    }
    int winners = 0;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Boolean> rival : threads.invokeAll(rivals)) {
        winners += rival.get() ? 1 : 0;
      }
    }
    assertThat(winners).isEqualTo(1);
    assertThat(test.catalogue().versions(TENANT, "photos", "a")).hasSize(1);
    assertThat(test.catalogue().bucket(TENANT, "photos").objects()).isEqualTo(1);
  }

  @Test
  void commit_repeated_answersTheSame() {
    SegmentCommit segment = test.segment("photos", 5000);
    Digest id = SegmentIndex.decode(segment.index()).id();
    CommitRequest request =
        new CommitRequest(List.of(segment), List.of(test.version("photos", "a", id)));
    List<VersionView> first = test.catalogue().commit(TENANT, request);
    test.clock.advance(Duration.ofMinutes(1));
    test.putEmpty("photos", "b");
    assertThat(test.catalogue().commit(TENANT, request)).isEqualTo(first);
    assertThat(test.catalogue().versions(TENANT, "photos", "a")).hasSize(1);
  }

  @Test
  void commit_aKeyTwice_isRefused() {
    assertCode(
        () ->
            test.catalogue()
                .commit(
                    TENANT,
                    new CommitRequest(
                        List.of(),
                        List.of(test.version("photos", "a"), test.version("photos", "a")))),
        ErrorCode.INVALID_ARGUMENT);
  }

  @Test
  void commit_badKeys_areRefused() {
    for (String key : List.of("", "x".repeat(1025), "é".repeat(513), "half\ud83d")) {
      assertCode(() -> test.putEmpty("photos", key), ErrorCode.INVALID_NAME);
    }
    test.putEmpty("photos", "x".repeat(1024));
  }

  @Test
  void commit_segmentThatIsNotStored_isNotFoundAndChangesNothing() {
    Digest nowhere = Digest.sha256(new byte[] {9});
    assertCode(
        () ->
            test.catalogue()
                .commit(
                    TENANT,
                    new CommitRequest(
                        List.of(),
                        List.of(
                            test.version("photos", "a"), test.version("photos", "b", nowhere)))),
        ErrorCode.NOT_FOUND);
    assertThat(keys(all())).isEmpty();
  }

  @Test
  void move_putsAMarkerAndTheTarget_andMayBeRepeated() {
    test.putEmpty("photos", "old");
    VersionCommit target = test.version("photos", "new");
    VersionView moved = test.catalogue().move(TENANT, "photos", "old", target);
    assertThat(keys(all())).containsExactly("new");
    assertThat(test.catalogue().move(TENANT, "photos", "old", target)).isEqualTo(moved);
    assertCode(
        () -> test.catalogue().move(TENANT, "photos", "gone", test.version("photos", "x")),
        ErrorCode.NOT_FOUND);
    assertThat(keys(all())).containsExactly("new");
    assertCode(
        () -> test.catalogue().move(TENANT, "photos", "new", test.version("photos", "new")),
        ErrorCode.INVALID_ARGUMENT);
  }

  @Test
  void commit_tenThousandSmallObjects_isOneTransaction() {
    SegmentCommit segment = test.segment("photos", 40_000_000);
    Digest id = SegmentIndex.decode(segment.index()).id();
    List<VersionCommit> versions = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      versions.add(test.version("photos", "folder/" + i, id));
    }
    long start = System.nanoTime();
    test.catalogue().commit(TENANT, new CommitRequest(List.of(segment), versions));
    System.out.printf("10,000 versions in %d ms%n", (System.nanoTime() - start) / 1_000_000);
    assertThat(test.catalogue().bucket(TENANT, "photos").objects()).isEqualTo(10_000);
    assertThat(
            test.catalogue()
                .list(TENANT, "photos", new Page("", "/", Optional.empty(), 9))
                .prefixes())
        .containsExactly("folder/");
  }

  // ---- reservations and receipts

  private Reservation reserve(long bytes) {
    return test.catalogue().reserve(CALLER, new ReserveRequest("photos", bytes));
  }

  private DownloadPlan plan(Digest... segments) {
    return test.catalogue()
        .download(
            Optional.of(TENANT), CLIENT, new DownloadRequest(List.of(segments), Optional.empty()));
  }

  @Test
  void reserve_givesPermitsForDistinctHosts() {
    Reservation reservation = reserve(3_000_000);
    assertThat(reservation.slots()).hasSize(12);
    assertThat(reservation.slots()).extracting(Slot::host).doesNotHaveDuplicates();
    assertThat(reservation.slots()).extracting(Slot::position).doesNotHaveDuplicates();
    for (Slot slot : reservation.slots()) {
      Permit permit = Permit.Signed.decode(slot.permit()).permit();
      assertThat(permit.host()).isEqualTo(slot.host());
      assertThat(permit.client()).isEqualTo(CLIENT);
      assertThat(permit.shard()).isEqualTo(reservation.shard());
      assertThat(permit.action()).isEqualTo(Permit.Action.PUT);
      // 3,000,000 bytes are a stripe of 6 x 256 KiB and one of 6 x 237,856 bytes.
      assertThat(permit.maxBytes()).isEqualTo(2 * (262_144 + 237_856));
    }
  }

  @Test
  void reserve_fewerHostsThanCommit_isRefusedAndOneShort_isNot() {
    for (int i = 0; i < 3; i++) {
      test.hosts.state(test.hosts.id(i), NodeView.State.OFFLINE);
    }
    assertThat(reserve(1000).slots()).hasSize(11);
    test.hosts.state(test.hosts.id(3), NodeView.State.PAUSED);
    assertCode(() -> reserve(1000), ErrorCode.NOT_ENOUGH_HOSTS);
  }

  @Test
  void reserve_hostsThatComeBackToARestartedHub_saysWhenToAskAgain() {
    test.hosts.gathering(true);
    for (int i = 0; i < 11; i++) {
      test.hosts.state(test.hosts.id(i), NodeView.State.OFFLINE);
    }
    assertThat(refusal().retryAfter()).contains(Duration.ofSeconds(1));

    test.hosts.gathering(false);
    assertThat(refusal().retryAfter()).isEmpty();

    test.hosts.gathering(true);
    for (int i = 0; i < 4; i++) {
      test.hosts.state(test.hosts.id(i), NodeView.State.LOST);
    }
    assertThat(refusal().retryAfter()).isEmpty();
  }

  private ZansocException refusal() {
    return catchThrowableOfType(ZansocException.class, () -> reserve(1000));
  }

  @Test
  void resume_givesTheSameHostsWithFreshPermits_untilItExpires() {
    Reservation reservation = reserve(1000);
    test.clock.advance(Duration.ofHours(23));
    Reservation again = test.catalogue().resume(CALLER, reservation.shard());
    assertThat(again.slots())
        .extracting(Slot::host)
        .containsExactlyElementsOf(reservation.slots().stream().map(Slot::host).toList());
    assertThat(again.expires()).isEqualTo(reservation.expires());
    assertCode(
        () ->
            test.catalogue()
                .resume(
                    new cloud.zansoc.storage.hub.Catalogue.Caller("tenant-2", CLIENT),
                    reservation.shard()),
        ErrorCode.GONE);
    test.clock.advance(Duration.ofHours(1));
    assertCode(() -> test.catalogue().resume(CALLER, reservation.shard()), ErrorCode.GONE);
  }

  @Test
  void release_deletesOnEveryHostAtOnce() {
    Reservation reservation = reserve(1000);
    test.catalogue().release(TENANT, reservation.shard());
    test.catalogue().release(TENANT, reservation.shard());
    assertThat(test.repairs.hostsWithDeletions(test.clock.instant())).hasSize(12);
    assertCode(() -> test.catalogue().resume(CALLER, reservation.shard()), ErrorCode.GONE);
  }

  @Test
  void commit_afterExpiry_isGoneAndHostsDelete() {
    Reservation reservation = reserve(1000);
    SegmentCommit segment = test.uploaded(reservation, test.index(6, 12, 1000), 0);
    test.clock.advance(Duration.ofDays(2));
    assertThat(test.repairs.expireReservations(test.clock.instant())).isEqualTo(1);
    assertCode(
        () -> test.catalogue().commit(TENANT, new CommitRequest(List.of(segment), List.of())),
        ErrorCode.GONE);
    assertThat(test.repairs.hostsWithDeletions(test.clock.instant())).hasSize(12);
  }

  @Test
  void commit_tooFewReceipts_isAConflict() {
    Reservation reservation = reserve(1000);
    SegmentIndex index = test.index(6, 12, 1000);
    assertCode(
        () ->
            test.catalogue()
                .commit(
                    TENANT,
                    new CommitRequest(List.of(test.uploaded(reservation, index, 2)), List.of())),
        ErrorCode.CONFLICT);
    test.catalogue()
        .commit(
            TENANT, new CommitRequest(List.of(test.uploaded(reservation, index, 1)), List.of()));
    test.clock.advance(Duration.ofMinutes(11));
    assertThat(test.repairs.hostsWithDeletions(test.clock.instant()))
        .containsExactly(reservation.slots().getLast().host());
  }

  @Test
  void commit_receiptThatProvesNothing_isRefused() {
    Reservation reservation = reserve(1000);
    SegmentIndex index = test.index(6, 12, 1000);
    SegmentCommit good = test.uploaded(reservation, index, 0);
    Slot first = reservation.slots().getFirst();
    Slot second = reservation.slots().get(1);
    Receipt right =
        test.hosts.receipt(first.host(), reservation.shard(), index, first.position()).receipt();
    PeerId stranger =
        test.hosts.hosts().stream()
            .map(host -> host.id())
            .filter(id -> reservation.slots().stream().noneMatch(slot -> slot.host().equals(id)))
            .findFirst()
            .orElseThrow();
    byte[] forged = test.hosts.sign(right).encode();
    forged[forged.length - 1] ^= 1;
    List<byte[]> bad =
        List.of(
            forged,
            test.hosts
                .receipt(first.host(), reservation.shard(), index, second.position())
                .encode(),
            test.hosts.receipt(first.host(), new ShardId(1, 2), index, first.position()).encode(),
            test.hosts.receipt(stranger, reservation.shard(), index, first.position()).encode(),
            test.hosts.sign(changed(right, Permit.Action.GET, right.bytes())).encode(),
            test.hosts.sign(changed(right, right.action(), right.bytes() - 1)).encode());
    for (byte[] receipt : bad) {
      List<byte[]> receipts = new ArrayList<>(good.receipts());
      receipts.set(0, receipt);
      assertCode(
          () ->
              test.catalogue()
                  .commit(
                      TENANT,
                      new CommitRequest(
                          List.of(new SegmentCommit(reservation.shard(), index.encode(), receipts)),
                          List.of())),
          ErrorCode.INVALID_ARGUMENT);
    }
  }

  private static Receipt changed(Receipt receipt, Permit.Action action, long bytes) {
    return new Receipt(
        receipt.host(),
        receipt.client(),
        receipt.permit(),
        receipt.shard(),
        action,
        bytes,
        receipt.blocks(),
        receipt.blocksDigest(),
        receipt.at());
  }

  @Test
  void commit_indexThatWasNotReserved_isRefused() {
    Reservation reservation = reserve(1000);
    for (SegmentIndex index :
        List.of(test.index(5, 12, 1000), test.index(6, 11, 1000), test.index(6, 12, 1001))) {
      assertCode(
          () ->
              test.catalogue()
                  .commit(
                      TENANT,
                      new CommitRequest(
                          List.of(
                              new SegmentCommit(reservation.shard(), index.encode(), List.of())),
                          List.of())),
          ErrorCode.INVALID_ARGUMENT);
    }
    assertCode(
        () ->
            test.catalogue()
                .commit(
                    TENANT,
                    new CommitRequest(
                        List.of(new SegmentCommit(reservation.shard(), new byte[] {1}, List.of())),
                        List.of())),
        ErrorCode.INVALID_ARGUMENT);
  }

  @Test
  void reserve_overQuota_isRefusedAndReleaseGivesItBack() {
    test.quotas.put(TENANT, new ByteSize(10_000));
    Reservation reservation = reserve(8000);
    assertCode(() -> reserve(3000), ErrorCode.QUOTA_EXCEEDED);
    test.catalogue().release(TENANT, reservation.shard());
    reserve(3000);
  }

  @Test
  void dropUnreferenced_segmentWithoutVersion_isDroppedAfterAWhile() {
    test.catalogue()
        .commit(TENANT, new CommitRequest(List.of(test.segment("photos", 1000)), List.of()));
    assertThat(test.repairs.dropUnreferenced(test.clock.instant())).isZero();
    test.clock.advance(Duration.ofDays(8));
    assertThat(test.repairs.dropUnreferenced(test.clock.instant())).isEqualTo(1);
    assertThat(test.catalogue().used(TENANT)).isEqualTo(new ByteSize(0));
  }

  // ---- downloads, health, shares

  @Test
  void download_givesReadableHostsFirst_andNamesTheLost() {
    test.put("photos", "a");
    Digest segment =
        test.catalogue().object(TENANT, "photos", "a", Optional.empty()).segments().getFirst();
    List<Slot> slots = plan(segment).segments().getFirst().slots();
    assertThat(slots).hasSize(12);
    PeerId lost = slots.getFirst().host();
    PeerId offline = slots.get(1).host();
    test.hosts.state(lost, NodeView.State.LOST);
    test.hosts.state(offline, NodeView.State.OFFLINE);
    DownloadPlan.SegmentPlan plan = plan(segment).segments().getFirst();
    assertThat(plan.slots()).hasSize(11);
    assertThat(plan.slots().getLast().host()).isEqualTo(offline);
    assertThat(plan.lost()).containsExactly(slots.getFirst().hostName());
    assertThat(SegmentIndex.decode(plan.index()).id()).isEqualTo(segment);
    assertThat(Permit.Signed.decode(plan.slots().getFirst().permit()).permit().action())
        .isEqualTo(Permit.Action.GET);
    ObjectHealth.SegmentHealth health =
        test.catalogue().health(TENANT, "photos", "a", Optional.empty()).segments().getFirst();
    assertThat(health.healthy()).isEqualTo(10);
    assertThat(health.needed()).isEqualTo(6);
    assertThat(health.hosts()).hasSize(12).contains("");
  }

  @Test
  void download_ofAnotherTenant_isNotFound() {
    test.put("photos", "a");
    Digest segment =
        test.catalogue().object(TENANT, "photos", "a", Optional.empty()).segments().getFirst();
    DownloadRequest request = new DownloadRequest(List.of(segment), Optional.empty());
    assertCode(
        () -> test.catalogue().download(Optional.of("tenant-2"), CLIENT, request),
        ErrorCode.NOT_FOUND);
    assertCode(
        () -> test.catalogue().download(Optional.empty(), CLIENT, request),
        ErrorCode.UNAUTHENTICATED);
  }

  @Test
  void share_opensItsVersionOnly_untilRevokedOrExpired() {
    String version = test.put("photos", "a");
    test.put("photos", "b");
    ShareView share =
        test.catalogue()
            .share(
                TENANT,
                "photos",
                "a",
                version,
                Optional.of(test.clock.instant().plus(Duration.ofHours(2))));
    ShareView endless = test.catalogue().share(TENANT, "photos", "a", version, Optional.empty());
    assertThat(test.catalogue().shares(TENANT)).containsExactlyInAnyOrder(share, endless);
    List<Digest> segments = test.catalogue().openShare(share.id()).segments();
    DownloadRequest shared = new DownloadRequest(segments, Optional.of(share.id()));
    assertThat(test.catalogue().download(Optional.empty(), CLIENT, shared).segments()).hasSize(1);
    List<Digest> others =
        test.catalogue().object(TENANT, "photos", "b", Optional.empty()).segments();
    assertCode(
        () ->
            test.catalogue()
                .download(
                    Optional.empty(), CLIENT, new DownloadRequest(others, Optional.of(share.id()))),
        ErrorCode.FORBIDDEN);
    test.clock.advance(Duration.ofHours(2));
    assertCode(() -> test.catalogue().openShare(share.id()), ErrorCode.GONE);
    test.catalogue().openShare(endless.id());
    assertCode(() -> test.catalogue().revokeShare("tenant-2", endless.id()), ErrorCode.NOT_FOUND);
    test.catalogue().revokeShare(TENANT, endless.id());
    assertCode(() -> test.catalogue().openShare(endless.id()), ErrorCode.GONE);
    assertCode(() -> test.catalogue().openShare("nonsense"), ErrorCode.NOT_FOUND);
  }

  @Test
  void share_ofARemovedVersion_isGone() {
    String version = test.put("photos", "a");
    ShareView share = test.catalogue().share(TENANT, "photos", "a", version, Optional.empty());
    test.catalogue().remove(TENANT, "photos", "a", Optional.of(version));
    assertCode(() -> test.catalogue().openShare(share.id()), ErrorCode.GONE);
  }

  // ---- deletions

  @Test
  void deletions_stayUntilAcknowledged() {
    Reservation reservation = reserve(1000);
    test.catalogue().release(TENANT, reservation.shard());
    PeerId host = reservation.slots().getFirst().host();
    List<ShardId> taken = test.repairs.takeDeletions(host, test.clock.instant(), 10);
    assertThat(taken).containsExactly(reservation.shard());
    assertThat(test.repairs.takeDeletions(host, test.clock.instant(), 10)).isEqualTo(taken);
    test.repairs.acknowledgeDeletions(host, taken);
    assertThat(test.repairs.takeDeletions(host, test.clock.instant(), 10)).isEmpty();
  }

  @Test
  void reportDamage_countsOnlyWhatTheHostHolds() {
    test.put("photos", "a");
    Digest segment =
        test.catalogue().object(TENANT, "photos", "a", Optional.empty()).segments().getFirst();
    DownloadPlan.SegmentPlan plan = plan(segment).segments().getFirst();
    SegmentIndex index = SegmentIndex.decode(plan.index());
    Slot slot = plan.slots().getFirst();
    Slot other = plan.slots().get(1);
    test.catalogue().reportDamage(slot.host(), index.digest(0, other.position()), plan.shard());
    test.catalogue().reportDamage(slot.host(), index.digest(0, slot.position()), new ShardId(1, 1));
    assertThat(healthy()).isEqualTo(12);
    test.catalogue().reportDamage(slot.host(), index.digest(0, slot.position()), plan.shard());
    assertThat(healthy()).isEqualTo(11);
  }

  private int healthy() {
    return test.catalogue()
        .health(TENANT, "photos", "a", Optional.empty())
        .segments()
        .getFirst()
        .healthy();
  }
}
