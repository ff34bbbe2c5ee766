package cloud.zansoc.hub.store;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.Digest;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ShardId;
import cloud.zansoc.codec.crypto.Ed25519;
import cloud.zansoc.codec.format.SegmentIndex;
import cloud.zansoc.ledger.outbox.MovingClock;
import cloud.zansoc.storage.api.CommitRequest;
import cloud.zansoc.storage.api.CommitRequest.Condition;
import cloud.zansoc.storage.api.CommitRequest.SegmentCommit;
import cloud.zansoc.storage.api.CommitRequest.VersionCommit;
import cloud.zansoc.storage.api.Reservation;
import cloud.zansoc.storage.api.ReserveRequest;
import cloud.zansoc.storage.api.Slot;
import cloud.zansoc.storage.hub.Catalogue;
import cloud.zansoc.storage.hub.Catalogue.Caller;
import cloud.zansoc.storage.hub.PermitIssuer;
import cloud.zansoc.storage.hub.Placement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;

/** A catalogue over a database with hosts in memory, and the client's part of an upload. */
final class TestCatalogue {
  static final String TENANT = "tenant-1";
  static final PeerId CLIENT = new PeerId(Digest.sha256(new byte[] {7}));
  static final Caller CALLER = new Caller(TENANT, CLIENT);

  final MovingClock clock = new MovingClock();
  final Random random;
  final TestHosts hosts;
  final PermitIssuer issuer;
  final Placement placement;
  final SqlCatalogue catalogue;
  final SqlRepairStore repairs;
  final Map<String, ByteSize> quotas = new ConcurrentHashMap<>();

  TestCatalogue(Database database, int hostCount, long seed) {
    random = new Random(seed);
    hosts = new TestHosts(hostCount, random);
    byte[] hubSeed = new byte[32];
    random.nextBytes(hubSeed);
    issuer =
        new PermitIssuer(
            PeerId.ofPublicKey(TestKeys.publicKey(hubSeed)),
            Ed25519.privateKey(hubSeed),
            clock,
            random);
    placement = new Placement(random);
    catalogue =
        new SqlCatalogue(
            database, hosts, placement, issuer, tenant -> Optional.ofNullable(quotas.get(tenant)));
    repairs = new SqlRepairStore(database, clock);
  }

  /** Empties the catalogue's tables: quicker than a database for each test. */
  static void empty(Database database) {
    database.run(handle -> {
      for (String table :
          List.of(
              "versions",
              "buckets",
              "placements",
              "segments",
              "reservations",
              "deletions",
              "commits",
              "usage",
              "shares")) {
        handle.execute("DELETE FROM " + table);
      }
    });
  }

  Catalogue catalogue() {
    return catalogue;
  }

  /** A segment of random digests: the catalogue never sees a block. */
  SegmentIndex index(int k, int n, long length) {
    long stripe = k * 262_144L;
    int stripes = (int) ((length + stripe - 1) / stripe);
    byte[] digests = new byte[stripes * n * Digest.BYTES];
    random.nextBytes(digests);
    return new SegmentIndex(k, n, length, digests);
  }

  /** What a client sends after it has uploaded to all hosts of the reservation but some. */
  SegmentCommit uploaded(Reservation reservation, SegmentIndex index, int leftOut) {
    List<byte[]> receipts =
        reservation.slots().stream()
            .limit(reservation.slots().size() - leftOut)
            .map(slot -> receipt(reservation.shard(), index, slot))
            .toList();
    return new SegmentCommit(reservation.shard(), index.encode(), receipts);
  }

  byte[] receipt(ShardId shard, SegmentIndex index, Slot slot) {
    return hosts.receipt(slot.host(), shard, index, slot.position()).encode();
  }

  /** Reserves and uploads one segment of the bucket. */
  SegmentCommit segment(String bucket, long length) {
    Reservation reservation = catalogue.reserve(CALLER, new ReserveRequest(bucket, length));
    return uploaded(reservation, index(reservation.k(), reservation.n(), length), 0);
  }

  VersionCommit version(String bucket, String key, Digest... segments) {
    byte[] manifest = new byte[40];
    random.nextBytes(manifest);
    return new VersionCommit(
        bucket, key, manifest, 1000, "bafy" + key.length(), List.of(segments), Condition.NONE);
  }

  static VersionCommit with(VersionCommit version, Condition condition) {
    return new VersionCommit(
        version.bucket(),
        version.key(),
        version.manifest(),
        version.size(),
        version.root(),
        version.segments(),
        condition);
  }

  /** Stores an object on one new segment; gives its version's id. */
  String put(String bucket, String key) {
    SegmentCommit segment = segment(bucket, 10_000);
    return catalogue
        .commit(
            TENANT,
            new CommitRequest(
                List.of(segment),
                List.of(version(bucket, key, SegmentIndex.decode(segment.index()).id()))))
        .getFirst()
        .versionId();
  }

  /** Stores an object without content. */
  String putEmpty(String bucket, String key) {
    return catalogue
        .commit(TENANT, new CommitRequest(List.of(), List.of(version(bucket, key))))
        .getFirst()
        .versionId();
  }
}
