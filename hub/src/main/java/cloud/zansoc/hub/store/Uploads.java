package cloud.zansoc.hub.store;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ShardId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.erasure.RedundancyScheme;
import cloud.zansoc.codec.format.SegmentIndex;
import cloud.zansoc.hub.store.Buckets.Bucket;
import cloud.zansoc.hub.store.Reservations.Promise;
import cloud.zansoc.net.node.NodeView;
import cloud.zansoc.storage.api.CommitRequest;
import cloud.zansoc.storage.api.CommitRequest.SegmentCommit;
import cloud.zansoc.storage.api.CommitRequest.VersionCommit;
import cloud.zansoc.storage.api.Reservation;
import cloud.zansoc.storage.api.ReserveRequest;
import cloud.zansoc.storage.api.VersionView;
import cloud.zansoc.storage.hub.Catalogue.Caller;
import cloud.zansoc.storage.hub.HostDirectory;
import cloud.zansoc.storage.hub.PermitIssuer;
import cloud.zansoc.storage.hub.Placement;
import cloud.zansoc.storage.hub.ProvenSegment;
import cloud.zansoc.storage.hub.StorageHost;
import cloud.zansoc.storage.hub.TenantQuotas;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/** Reservations and commits. Hosts are chosen, and receipts verified, outside of transactions. */
final class Uploads {
  /** How often it pays to ask whether hosts are back. */
  private static final Duration RETURNING = Duration.ofSeconds(1);

  /** How long an interrupted upload may be resumed. */
  private static final Duration RESERVATION_LIFETIME = Duration.ofHours(24);

  /** The longest manifest: one of a 5 TiB object has 80,000 extents of some 50 bytes. */
  private static final int MAX_MANIFEST_BYTES = 8 << 20;

  private static final int MAX_ROOT_CHARACTERS = 128;

  private final Database database;
  private final HostDirectory hosts;
  private final Placement placement;
  private final PermitIssuer issuer;
  private final TenantQuotas quotas;

  Uploads(
      Database database,
      HostDirectory hosts,
      Placement placement,
      PermitIssuer issuer,
      TenantQuotas quotas) {
    this.database = database;
    this.hosts = hosts;
    this.placement = placement;
    this.issuer = issuer;
    this.quotas = quotas;
  }

  private SegmentPermits permits() {
    return new SegmentPermits(hosts, issuer);
  }

  Reservation reserve(Caller caller, ReserveRequest request) {
    if (request.bytes() < 1 || request.bytes() > SegmentIndex.MAX_SEGMENT_BYTES) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT, "a segment has 1 byte to 64 MiB, not " + request.bytes());
    }
    Optional<ByteSize> quota = quotas.quota(caller.tenant());
    Instant now = issuer.clock().instant();
    Promise promise =
        database.write(handle -> {
          Bucket bucket = Buckets.require(handle, caller.tenant(), request.bucket());
          checkQuota(handle, caller.tenant(), quota, request.bytes());
          Promise drawn = draw(caller.tenant(), bucket.scheme(), request.bytes(), now);
          if (!Reservations.insert(handle, drawn)) {
            throw new IllegalStateException("shard " + drawn.shard() + " was drawn twice");
          }
          return drawn;
        });
    return permits().reservation(promise, caller.client());
  }

  private Promise draw(String tenant, RedundancyScheme scheme, long bytes, Instant now) {
    ByteSize each = new ByteSize(SegmentPermits.shardBytes(scheme.k(), bytes));
    List<StorageHost> known = hosts.hosts();
    List<StorageHost> chosen =
        placement.choose(known, new Placement.Request(scheme.n(), each, List.of(), Set.of()));
    if (chosen.size() < scheme.commit()) {
      throw tooFew(scheme, chosen.size(), known);
    }
    return new Promise(
        permits().newShard(),
        tenant,
        false,
        scheme,
        bytes,
        chosen.stream().map(StorageHost::id).toList(),
        Instant.ofEpochMilli(now.plus(RESERVATION_LIFETIME).toEpochMilli()));
  }

  private ZansocException tooFew(RedundancyScheme scheme, int there, List<StorageHost> known) {
    String message =
        "the bucket keeps %s, which needs %d hosts that take blocks, and there are %d: try again when more are connected, or use a bucket with fewer"
            .formatted(scheme, scheme.commit(), there);
    long away = known.stream().filter(host -> host.state() == NodeView.State.OFFLINE).count();
    return hosts.isGathering() && there + away >= scheme.commit()
        ? new ZansocException(ErrorCode.NOT_ENOUGH_HOSTS, message, RETURNING)
        : new ZansocException(ErrorCode.NOT_ENOUGH_HOSTS, message);
  }

  private static void checkQuota(
      Handle handle, String tenant, Optional<ByteSize> quota, long more) {
    if (quota.isEmpty()) {
      return;
    }
    long used = Segments.used(handle, tenant);
    long promised = Reservations.promised(handle, tenant);
    if (used + promised + more > quota.get().bytes()) {
      throw new ZansocException(
          ErrorCode.QUOTA_EXCEEDED,
          "%s would be more than the quota of %s: %s are stored and %s being uploaded; remove versions, or ask the operator for more"
              .formatted(
                  new ByteSize(more), quota.get(), new ByteSize(used), new ByteSize(promised)));
    }
  }

  Reservation resume(Caller caller, ShardId shard) {
    Instant now = issuer.clock().instant();
    Promise promise =
        database
            .read(handle -> Reservations.upload(handle, caller.tenant(), shard))
            .filter(found -> now.isBefore(found.expires()))
            .orElseThrow(() -> Commits.gone(shard));
    return permits().reservation(promise, caller.client());
  }

  void release(String tenant, ShardId shard) {
    Instant now = issuer.clock().instant();
    database.run(handle ->
        Reservations.upload(handle, tenant, shard)
            .ifPresent(promise -> {
              Deletions.queue(handle, shard, promise.hosts(), now);
              Reservations.delete(handle, shard);
            }));
  }

  List<VersionView> commit(String tenant, CommitRequest request) {
    Digest name = CommitDigest.of(tenant, "", request);
    return commit(tenant, name, request, commits -> {});
  }

  VersionView move(String tenant, String bucket, String key, VersionCommit target) {
    CommitRequest request = new CommitRequest(List.of(), List.of(target));
    Digest name = CommitDigest.of(tenant, bucket + "/" + key, request);
    List<VersionView> versions =
        commit(
            tenant,
            name,
            request,
            handle ->
                new Commits(handle, tenant, issuer.clock().instant(), issuer.random())
                    .marker(Buckets.require(handle, tenant, bucket), key));
    return versions.getFirst();
  }

  private List<VersionView> commit(
      String tenant, Digest name, CommitRequest request, Database.Statements further) {
    request.versions().forEach(Uploads::check);
    Optional<List<VersionView>> repeated =
        database.read(handle -> Commits.repeated(handle, name, request.versions()));
    if (repeated.isPresent()) {
      return repeated.get();
    }
    List<ProvenSegment> proven = new ArrayList<>();
    for (SegmentCommit segment : request.segments()) {
      proven.add(prove(tenant, segment));
    }
    Optional<ByteSize> quota = quotas.quota(tenant);
    Instant now = Instant.ofEpochMilli(issuer.clock().millis());
    return database.write(handle -> {
      Optional<List<VersionView>> meanwhile = Commits.repeated(handle, name, request.versions());
      if (meanwhile.isPresent()) {
        return meanwhile.get();
      }
      Commits commits = new Commits(handle, tenant, now, issuer.random());
      proven.forEach(commits::segment);
      List<VersionView> versions = commits.versions(request.versions());
      further.run(handle);
      checkQuota(handle, tenant, quota, 0);
      commits.remember(name, versions);
      return versions;
    });
  }

  private ProvenSegment prove(String tenant, SegmentCommit commit) {
    SegmentIndex index = decode(commit);
    Optional<Promise> promise =
        database.read(handle -> Reservations.upload(handle, tenant, commit.shard()));
    if (promise.isEmpty()) {
      boolean known =
          !database.read(handle -> Segments.find(handle, tenant, List.of(index.id()))).isEmpty();
      if (known) {
        return new ProvenSegment(commit.shard(), index, java.util.Map.of());
      }
      throw Commits.gone(commit.shard());
    }
    RedundancyScheme scheme = promise.get().scheme();
    if (index.k() != scheme.k()
        || index.n() != scheme.n()
        || index.length() > promise.get().length()) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT,
          "%s does not fit the reservation: %s, at most %d bytes"
              .formatted(index, scheme, promise.get().length()));
    }
    ProvenSegment proven =
        ProvenSegment.check(
            commit.shard(), index, promise.get().byPosition(), commit.receipts(), hosts);
    if (proven.hosts().size() < scheme.commit()) {
      throw new ZansocException(
          ErrorCode.CONFLICT,
          "%s is durable on %d hosts and must be on %d; upload to more of its hosts"
              .formatted(index, proven.hosts().size(), scheme.commit()));
    }
    return proven;
  }

  private static SegmentIndex decode(SegmentCommit commit) {
    try {
      return SegmentIndex.decode(commit.index());
    } catch (IllegalArgumentException e) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT,
          "the segment index of reservation %s is refused: %s"
              .formatted(commit.shard(), e.getMessage()),
          e);
    }
  }

  private static void check(VersionCommit version) {
    Columns.objectKey(version.key());
    if (version.size() < 0
        || version.manifest().length < 1
        || version.manifest().length > MAX_MANIFEST_BYTES
        || version.root().length() > MAX_ROOT_CHARACTERS) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT,
          "version of '%s' is refused: %d bytes, a manifest of %d bytes (1 to %d), a root of %d characters"
              .formatted(
                  version.key(),
                  version.size(),
                  version.manifest().length,
                  MAX_MANIFEST_BYTES,
                  version.root().length()));
    }
  }
}
