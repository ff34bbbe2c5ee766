package cloud.zansoc.hub.store;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ShardId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.hub.store.Buckets.Bucket;
import cloud.zansoc.hub.store.Segments.Segment;
import cloud.zansoc.hub.store.Versions.Content;
import cloud.zansoc.hub.store.Versions.Version;
import cloud.zansoc.storage.api.DownloadPlan;
import cloud.zansoc.storage.api.DownloadRequest;
import cloud.zansoc.storage.api.ObjectHealth;
import cloud.zansoc.storage.api.ObjectHealth.SegmentHealth;
import cloud.zansoc.storage.api.ObjectView;
import cloud.zansoc.storage.api.ShareView;
import cloud.zansoc.storage.hub.EndangeredSegment.Held;
import cloud.zansoc.storage.hub.HostDirectory;
import cloud.zansoc.storage.hub.PermitIssuer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/** Where segments lie, who may read them, and how safe they are. */
final class Downloads {
  private static final int MAX_SEGMENTS = 64;

  private final Database database;
  private final PermitIssuer issuer;
  private final SegmentPermits permits;

  Downloads(Database database, HostDirectory hosts, PermitIssuer issuer) {
    this.database = database;
    this.issuer = issuer;
    this.permits = new SegmentPermits(hosts, issuer);
  }

  /** Segments and their positions, in the order asked. */
  private record Located(List<Segment> segments, Map<ShardId, List<Held>> positions) {}

  DownloadPlan plan(Optional<String> tenant, PeerId client, DownloadRequest request) {
    if (request.segments().isEmpty() || request.segments().size() > MAX_SEGMENTS) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT,
          "a download names 1 to %d segments, not %d"
              .formatted(MAX_SEGMENTS, request.segments().size()));
    }
    Instant now = issuer.clock().instant();
    Located located =
        database.read(
            handle -> locate(handle, owner(handle, tenant, request, now), request.segments()));
    // Permits are signed outside of the transaction: a signature costs more than the rows.
    return new DownloadPlan(
        located.segments.stream()
            .map(segment ->
                permits.plan(
                    segment,
                    located.positions.getOrDefault(segment.shard(), List.of()),
                    client,
                    now))
            .toList());
  }

  private static String owner(
      Handle handle, Optional<String> tenant, DownloadRequest request, Instant now) {
    if (request.share().isEmpty()) {
      return tenant.orElseThrow(() ->
          new ZansocException(
              ErrorCode.UNAUTHENTICATED, "a download needs a login or a share link"));
    }
    Shares.Share share = Shares.open(handle, request.share().get(), now);
    Version version = shared(handle, share);
    Set<Digest> allowed = new HashSet<>(Versions.content(handle, version.id()).segments());
    if (!allowed.containsAll(request.segments())) {
      throw new ZansocException(
          ErrorCode.FORBIDDEN, "the share does not cover all of these segments");
    }
    return share.tenant();
  }

  private static Version shared(Handle handle, Shares.Share share) {
    ShareView view = share.view();
    return Buckets.find(handle, share.tenant(), view.bucket())
        .flatMap(
            bucket -> Versions.find(handle, bucket, view.key(), VersionId.parse(view.versionId())))
        .orElseThrow(() ->
            new ZansocException(
                ErrorCode.GONE, "the object of this share was removed by its owner"));
  }

  private static Located locate(Handle handle, String tenant, List<Digest> ids) {
    Map<Digest, Segment> found = Segments.find(handle, tenant, new HashSet<>(ids));
    List<Segment> segments = new ArrayList<>();
    for (Digest id : ids) {
      Segment segment = found.get(id);
      if (segment == null) {
        throw new ZansocException(
            ErrorCode.NOT_FOUND, "there is no segment %s here".formatted(id.shortText()));
      }
      segments.add(segment);
    }
    Set<ShardId> shards = new HashSet<>();
    segments.forEach(segment -> shards.add(segment.shard()));
    return new Located(segments, Segments.positions(handle, shards));
  }

  ObjectView openShare(String id) {
    Instant now = issuer.clock().instant();
    return database.read(handle -> {
      Shares.Share share = Shares.open(handle, id, now);
      Version version = shared(handle, share);
      Content content = Versions.content(handle, version.id());
      return new ObjectView(
          version.view(share.view().bucket()), content.manifest(), content.segments());
    });
  }

  ObjectHealth health(String tenant, String bucket, String key, Optional<String> versionId) {
    return database.read(handle -> {
      Bucket found = Buckets.require(handle, tenant, bucket);
      Version version = SqlCatalogue.version(handle, found, key, versionId);
      List<Digest> ids = Versions.content(handle, version.id()).segments();
      List<SegmentHealth> healths = new ArrayList<>();
      for (int at = 0; at < ids.size(); at += MAX_SEGMENTS) {
        List<Digest> some = ids.subList(at, Math.min(ids.size(), at + MAX_SEGMENTS));
        Located located = locate(handle, tenant, some);
        for (Segment segment : located.segments) {
          healths.add(health(segment, located.positions.getOrDefault(segment.shard(), List.of())));
        }
      }
      return new ObjectHealth(healths);
    });
  }

  private SegmentHealth health(Segment segment, List<Held> positions) {
    String[] names = new String[segment.index().n()];
    Arrays.fill(names, "");
    int healthy = 0;
    for (Held held : positions) {
      names[held.position()] = permits.nameUnlessGone(held.host());
      healthy += permits.healthy(held) ? 1 : 0;
    }
    return new SegmentHealth(
        segment.index().id(), segment.index().k(), segment.index().n(), healthy, List.of(names));
  }
}
