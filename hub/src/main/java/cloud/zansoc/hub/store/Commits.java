package cloud.zansoc.hub.store;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ShardId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.hub.store.Buckets.Bucket;
import cloud.zansoc.hub.store.Reservations.Promise;
import cloud.zansoc.hub.store.Versions.Content;
import cloud.zansoc.hub.store.Versions.Version;
import cloud.zansoc.storage.api.CommitRequest.Condition;
import cloud.zansoc.storage.api.CommitRequest.VersionCommit;
import cloud.zansoc.storage.api.VersionView;
import cloud.zansoc.storage.hub.ProvenSegment;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jdbi.v3.core.Handle;

/**
 * The statements of one commit, inside its transaction. Requests of thousands of versions are read
 * and written in batches.
 */
final class Commits {
  /** After this, a host that the upload left out is told to delete what it may have got. */
  private static final Duration LEFT_OUT = Duration.ofMinutes(10);

  private final Handle handle;
  private final String tenant;
  private final Instant now;
  private final RandomGenerator random;

  Commits(Handle handle, String tenant, Instant now, RandomGenerator random) {
    this.handle = handle;
    this.tenant = tenant;
    this.now = now;
    this.random = random;
  }

  /** What an earlier commit of the same request answered, if there was one. */
  static Optional<List<VersionView>> repeated(
      Handle handle, Digest request, List<VersionCommit> versions) {
    return handle
        .createQuery("SELECT created, versions FROM commits WHERE digest = :digest")
        .bind("digest", request.toBytes())
        .map((row, context) ->
            views(
                versions,
                Versions.ids(row.getBytes("versions")),
                Instant.ofEpochMilli(row.getLong("created"))))
        .findOne();
  }

  private static List<VersionView> views(
      List<VersionCommit> versions, List<VersionId> ids, Instant modified) {
    List<VersionView> views = new ArrayList<>(versions.size());
    for (int i = 0; i < versions.size(); i++) {
      VersionCommit commit = versions.get(i);
      views.add(version(commit, ids.get(i), modified).view(commit.bucket()));
    }
    return views;
  }

  private static Version version(VersionCommit commit, VersionId id, Instant modified) {
    return new Version(id, commit.key(), commit.size(), commit.root(), modified, true, false);
  }

  /** Makes a segment the tenant's. One that is there already is left as it is. */
  void segment(ProvenSegment segment) {
    ShardId shard = segment.shard();
    boolean known = !Segments.find(handle, tenant, List.of(segment.index().id())).isEmpty();
    Optional<Promise> found = Reservations.upload(handle, tenant, shard);
    if (found.isEmpty() && known) {
      return;
    }
    Promise promise = found.orElseThrow(() -> gone(shard));
    Set<PeerId> leftOut = new HashSet<>(promise.hosts());
    if (!known) {
      Segments.insert(handle, tenant, segment, now);
      leftOut.removeAll(segment.hosts().values());
    }
    Deletions.queue(handle, shard, leftOut, now.plus(LEFT_OUT));
    Reservations.delete(handle, shard);
  }

  static ZansocException gone(ShardId shard) {
    return new ZansocException(
        ErrorCode.GONE,
        "reservation %s has expired or was committed; reserve again and upload the segment"
            .formatted(shard));
  }

  /** Puts versions on top of their keys. */
  List<VersionView> versions(List<VersionCommit> commits) {
    Map<String, List<VersionCommit>> byBucket = new LinkedHashMap<>();
    Map<Digest, Integer> references = new HashMap<>();
    for (VersionCommit commit : commits) {
      byBucket.computeIfAbsent(commit.bucket(), name -> new ArrayList<>()).add(commit);
      commit.segments().forEach(segment -> references.merge(segment, 1, Integer::sum));
    }
    Segments.refer(handle, tenant, references);
    Map<VersionCommit, VersionId> ids = new HashMap<>();
    byBucket.forEach((name, ofBucket) -> ids.putAll(bucket(name, ofBucket)));
    Segments.use(
        handle, tenant, commits.stream().mapToLong(commit -> commit.manifest().length).sum());
    return views(commits, commits.stream().map(ids::get).toList(), now);
  }

  private Map<VersionCommit, VersionId> bucket(String name, List<VersionCommit> commits) {
    Bucket bucket = Buckets.require(handle, tenant, name);
    Map<String, Version> newest =
        Versions.latest(handle, bucket, commits.stream().map(VersionCommit::key).toList());
    Map<Version, Content> versions = new LinkedHashMap<>();
    Map<VersionCommit, VersionId> ids = new HashMap<>();
    for (VersionCommit commit : commits) {
      Optional<Version> before = Optional.ofNullable(newest.get(commit.key()));
      check(commit, before);
      VersionId id = next(before);
      ids.put(commit, id);
      versions.put(version(commit, id, now), new Content(commit.manifest(), commit.segments()));
    }
    if (versions.size() != commits.stream().map(VersionCommit::key).distinct().count()) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT, "a commit names each key of a bucket once");
    }
    Versions.supersede(handle, bucket, newest.values());
    Versions.insert(handle, bucket, versions);
    return ids;
  }

  private VersionId next(Optional<Version> before) {
    return VersionId.next(
        now.toEpochMilli(), before.map(Version::id).orElse(VersionId.NONE), random);
  }

  private static void check(VersionCommit commit, Optional<Version> newest) {
    Condition condition = commit.condition();
    if (condition.absent() && newest.filter(Version::live).isPresent()) {
      throw failed(commit, "no object may be there", newest);
    }
    Optional<String> id = newest.map(version -> version.id().toString());
    if (condition.versionId().isPresent() && !condition.versionId().equals(id)) {
      throw failed(
          commit, "version " + condition.versionId().get() + " must be the newest", newest);
    }
  }

  private static ZansocException failed(
      VersionCommit commit, String expected, Optional<Version> newest) {
    return new ZansocException(
        ErrorCode.PRECONDITION_FAILED,
        "'%s' in bucket '%s' was not written: %s, and %s"
            .formatted(
                commit.key(),
                commit.bucket(),
                expected,
                newest.map(version -> "the newest is " + version.id()).orElse("there is none")));
  }

  /** Puts a delete marker on a live object. */
  void marker(Bucket bucket, String key) {
    Version before =
        Versions.latest(handle, bucket, key)
            .filter(Version::live)
            .orElseThrow(() -> SqlCatalogue.noObject(bucket.view().name(), key));
    Versions.supersede(handle, bucket, List.of(before));
    Version marker = new Version(next(Optional.of(before)), key, 0, "", now, true, true);
    Versions.insert(handle, bucket, Map.of(marker, Content.NOTHING));
  }

  /** Keeps the answer for a repetition of the request. */
  void remember(Digest request, List<VersionView> versions) {
    handle.execute(
        "INSERT INTO commits (digest, created, versions) VALUES (?, ?, ?)",
        request.toBytes(),
        now.toEpochMilli(),
        Versions.ofIds(
            versions.stream().map(version -> VersionId.parse(version.versionId())).toList()));
  }
}
