package cloud.zansoc.storage.client;

import cloud.zansoc.base.Base32;
import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ShardId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.crypto.Ed25519;
import cloud.zansoc.codec.erasure.RedundancyScheme;
import cloud.zansoc.codec.format.Permit;
import cloud.zansoc.codec.format.Receipt;
import cloud.zansoc.codec.format.SegmentIndex;
import cloud.zansoc.net.HostAddress;
import cloud.zansoc.net.block.BlockDialer;
import cloud.zansoc.storage.api.BucketView;
import cloud.zansoc.storage.api.CommitRequest;
import cloud.zansoc.storage.api.DownloadPlan;
import cloud.zansoc.storage.api.DownloadRequest;
import cloud.zansoc.storage.api.Listing;
import cloud.zansoc.storage.api.ObjectHealth;
import cloud.zansoc.storage.api.ObjectView;
import cloud.zansoc.storage.api.Reservation;
import cloud.zansoc.storage.api.ReserveRequest;
import cloud.zansoc.storage.api.ShareView;
import cloud.zansoc.storage.api.Slot;
import cloud.zansoc.storage.api.VersionView;
import java.security.KeyPair;
import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** A hub in memory for one client. Thread-safe. */
final class MemoryStorageHub implements StorageHub {
  private static final Duration PERMIT_LIFE = Duration.ofHours(1);

  private final MemoryHosts hosts;
  private final PeerId client;
  private final Random random;
  private final KeyPair keys;
  private final Map<String, BucketView> buckets = new TreeMap<>();
  private final Map<String, List<ObjectView>> objects = new TreeMap<>();
  private final Map<ShardId, Pending> reservations = new LinkedHashMap<>();
  private final Map<Digest, Kept> segments = new LinkedHashMap<>();
  private final Map<String, ShareView> shares = new LinkedHashMap<>();
  private final Set<String> lost = new TreeSet<>();
  private int nextVersion = 1;
  private int failCommits;
  private int failVersionCommits;
  private int loseCommitAnswers;
  private RuntimeException commitFailure = error(ErrorCode.UNREACHABLE, "the hub is away");

  private record Pending(RedundancyScheme scheme, long bytes, List<MemoryHost> hosts) {}

  private record Kept(ShardId shard, byte[] index, Map<Integer, MemoryHost> hosts) {}

  MemoryStorageHub(MemoryHosts hosts, PeerId client, Random random) {
    this.hosts = hosts;
    this.client = client;
    this.random = random;
    this.keys = MemoryHosts.keys(random);
  }

  PublicKey publicKey() {
    return keys.getPublic();
  }

  /** The next commits fail as those of a hub that is restarted. */
  synchronized void failCommits(int count) {
    failCommits(count, error(ErrorCode.UNREACHABLE, "the hub is away"));
  }

  /** The next commits fail so. */
  synchronized void failCommits(int count, RuntimeException failure) {
    failCommits = count;
    commitFailure = failure;
  }

  /** The next commits of versions fail, those of segments alone do not. */
  synchronized void failVersionCommits(int count) {
    failVersionCommits = count;
  }

  /** The next commits are made, and their answers never arrive. */
  synchronized void loseCommitAnswers(int count) {
    loseCommitAnswers = count;
  }

  /** Forgets every segment that no version names, as the hub does after some days. */
  synchronized void dropUnreferenced() {
    Set<Digest> named = new HashSet<>();
    objects.values().forEach(list -> list.forEach(view -> named.addAll(view.segments())));
    for (Digest id : List.copyOf(segments.keySet())) {
      Kept kept = named.contains(id) ? null : segments.remove(id);
      if (kept != null) {
        hosts.all().forEach(host -> host.delete(kept.shard));
      }
    }
  }

  /** The hub holds the host for gone. */
  synchronized void lose(MemoryHost host) {
    lost.add(host.name());
  }

  /** Reservations that are open. */
  synchronized int openReservations() {
    return reservations.size();
  }

  synchronized int segmentCount() {
    return segments.size();
  }

  @Override
  public BlockDialer.Relay relay() {
    PeerId self = PeerId.ofPublicKey(Ed25519.rawPublicKey(keys.getPublic()));
    return new BlockDialer.Relay(self, new HostAddress("localhost", 7444));
  }

  @Override
  public synchronized List<BucketView> buckets() {
    return List.copyOf(buckets.values());
  }

  @Override
  public synchronized BucketView bucket(String name) {
    return Optional.ofNullable(buckets.get(name))
        .orElseThrow(() -> error(ErrorCode.NOT_FOUND, "there is no bucket " + name));
  }

  @Override
  public synchronized BucketView createBucket(
      String name, Optional<Integer> k, Optional<Integer> n) {
    if (buckets.containsKey(name)) {
      throw error(ErrorCode.ALREADY_EXISTS, "there is a bucket " + name + " already");
    }
    String id = Base32.encode(bytes(16));
    BucketView bucket =
        new BucketView(name, id, Instant.now(), 0, new ByteSize(0), k.orElse(2), n.orElse(4));
    buckets.put(name, bucket);
    return bucket;
  }

  @Override
  public synchronized void removeBucket(String name) {
    bucket(name);
    if (!list(name, "", "", Optional.empty(), 1).objects().isEmpty()) {
      throw error(ErrorCode.BUCKET_NOT_EMPTY, name + " is not empty");
    }
    buckets.remove(name);
  }

  @Override
  public synchronized Listing list(
      String bucket, String prefix, String delimiter, Optional<String> after, int limit) {
    bucket(bucket);
    List<VersionView> found = new ArrayList<>();
    Set<String> prefixes = new TreeSet<>();
    for (VersionView newest : newest(bucket, prefix)) {
      String key = newest.key();
      if (newest.deleteMarker() || after.filter(last -> key.compareTo(last) <= 0).isPresent()) {
        continue;
      }
      int end = delimiter.isEmpty() ? -1 : key.indexOf(delimiter, prefix.length());
      if (end >= 0) {
        prefixes.add(key.substring(0, end + delimiter.length()));
      } else if (found.size() == limit) {
        return new Listing(found, List.copyOf(prefixes), Optional.of(found.getLast().key()));
      } else {
        found.add(newest);
      }
    }
    return new Listing(found, List.copyOf(prefixes), Optional.empty());
  }

  private List<VersionView> newest(String bucket, String prefix) {
    return objects.entrySet().stream()
        .filter(entry -> entry.getKey().startsWith(bucket + "/" + prefix))
        .map(entry -> entry.getValue().getLast().version())
        .toList();
  }

  @Override
  public synchronized List<VersionView> versions(String bucket, String prefix) {
    List<VersionView> all = new ArrayList<>();
    objects.forEach((name, versions) -> {
      if (name.startsWith(bucket + "/" + prefix)) {
        versions.reversed().forEach(view -> all.add(view.version()));
      }
    });
    return all;
  }

  @Override
  public synchronized ObjectView object(String bucket, String key, Optional<String> versionId) {
    bucket(bucket);
    return objects.getOrDefault(bucket + "/" + key, List.of()).reversed().stream()
        .filter(view -> versionId.map(view.version().versionId()::equals).orElse(true))
        .findFirst()
        .filter(view -> !view.version().deleteMarker())
        .orElseThrow(
            () -> error(ErrorCode.NOT_FOUND, "there is no '" + key + "' in bucket " + bucket));
  }

  @Override
  public synchronized void remove(String bucket, String key, Optional<String> versionId) {
    if (versionId.isPresent()) {
      objects
          .getOrDefault(bucket + "/" + key, new ArrayList<>())
          .removeIf(view -> view.version().versionId().equals(versionId.get()));
      objects.values().removeIf(List::isEmpty);
    } else {
      add(bucket, key, new byte[0], 0, "", List.of(), true);
    }
  }

  @Override
  public synchronized VersionView move(
      String bucket, String key, CommitRequest.VersionCommit target) {
    object(bucket, key, Optional.empty());
    VersionView moved = commit(new CommitRequest(List.of(), List.of(target))).getFirst();
    remove(bucket, key, Optional.empty());
    return moved;
  }

  @Override
  public synchronized Reservation reserve(ReserveRequest request) {
    BucketView bucket = bucket(request.bucket());
    List<MemoryHost> chosen =
        new ArrayList<>(hosts.all().stream().filter(host -> !lost.contains(host.name())).toList());
    if (chosen.size() < bucket.n()) {
      throw error(ErrorCode.NOT_ENOUGH_HOSTS, "too few hosts");
    }
    Collections.shuffle(chosen, random);
    ShardId shard = new ShardId(random.nextLong(), random.nextLong());
    RedundancyScheme scheme = RedundancyScheme.of(bucket.k(), bucket.n());
    reservations.put(shard, new Pending(scheme, request.bytes(), chosen.subList(0, bucket.n())));
    return resume(shard);
  }

  @Override
  public synchronized Reservation resume(ShardId shard) {
    Pending pending = reservations.get(shard);
    if (pending == null) {
      throw error(ErrorCode.GONE, "the reservation is over");
    }
    List<Slot> slots = new ArrayList<>();
    for (int i = 0; i < pending.hosts.size(); i++) {
      slots.add(slot(i, pending.hosts.get(i), shard, Permit.Action.PUT));
    }
    RedundancyScheme scheme = pending.scheme;
    Instant expires = Instant.now().plus(PERMIT_LIFE);
    return new Reservation(shard, scheme.k(), scheme.n(), scheme.commit(), slots, expires);
  }

  private Slot slot(int position, MemoryHost host, ShardId shard, Permit.Action action) {
    Instant now = Instant.now();
    Permit permit =
        new Permit(
            relay().hub(),
            host.id(),
            client,
            shard,
            action,
            Long.MAX_VALUE,
            now,
            now.plus(PERMIT_LIFE),
            random.nextLong());
    return new Slot(
        position,
        host.id(),
        host.name(),
        Optional.empty(),
        permit.sign(keys.getPrivate()).encode());
  }

  @Override
  public synchronized void release(ShardId shard) {
    reservations.remove(shard);
    hosts.all().forEach(host -> host.delete(shard));
  }

  @Override
  public synchronized List<VersionView> commit(CommitRequest request) {
    if (failCommits > 0) {
      failCommits--;
      throw commitFailure;
    }
    if (failVersionCommits > 0 && !request.versions().isEmpty()) {
      failVersionCommits--;
      throw commitFailure;
    }
    request.segments().forEach(this::keep);
    List<VersionView> versions = new ArrayList<>();
    for (CommitRequest.VersionCommit version : request.versions()) {
      check(version);
      versions.add(
          add(
              version.bucket(),
              version.key(),
              version.manifest(),
              version.size(),
              version.root(),
              version.segments(),
              false));
    }
    if (loseCommitAnswers > 0) {
      loseCommitAnswers--;
      throw error(ErrorCode.UNREACHABLE, "the hub went away");
    }
    return versions;
  }

  private void keep(CommitRequest.SegmentCommit commit) {
    Pending pending = reservations.remove(commit.shard());
    SegmentIndex index = SegmentIndex.decode(commit.index());
    if (pending == null || index.length() != pending.bytes) {
      throw error(ErrorCode.CONFLICT, "the segment was not reserved like this");
    }
    Map<Integer, MemoryHost> holders = new LinkedHashMap<>();
    for (byte[] encoded : commit.receipts()) {
      Receipt.Signed signed = Receipt.Signed.decode(encoded);
      MemoryHost host = hosts.get(signed.receipt().host());
      int position = pending.hosts.indexOf(host);
      List<Digest> column = new ArrayList<>();
      for (int stripe = 0; stripe < index.stripes(); stripe++) {
        column.add(index.digest(stripe, position));
      }
      if (signed.isSignedBy(host.keys().getPublic())
          && signed.receipt().bytes() == index.shardBytes()
          && signed.receipt().blocksDigest().equals(Receipt.digestOf(column))) {
        holders.put(position, host);
      }
    }
    if (holders.size() < pending.scheme.commit()) {
      throw error(ErrorCode.INVALID_ARGUMENT, "too few receipts");
    }
    segments.put(index.id(), new Kept(commit.shard(), commit.index(), holders));
  }

  private void check(CommitRequest.VersionCommit version) {
    if (!segments.keySet().containsAll(version.segments())) {
      throw error(ErrorCode.NOT_FOUND, "a segment is not stored; upload it again");
    }
    List<ObjectView> versions =
        objects.getOrDefault(version.bucket() + "/" + version.key(), List.of());
    boolean there = !versions.isEmpty() && !versions.getLast().version().deleteMarker();
    if (version.condition().absent() && there) {
      throw error(ErrorCode.PRECONDITION_FAILED, "the object is there already");
    }
  }

  private VersionView add(
      String bucket,
      String key,
      byte[] manifest,
      long size,
      String root,
      List<Digest> ids,
      boolean deleteMarker) {
    VersionView version =
        new VersionView(
            bucket,
            key,
            "%08d".formatted(nextVersion++),
            size,
            root,
            Instant.now(),
            true,
            deleteMarker);
    objects
        .computeIfAbsent(bucket + "/" + key, name -> new ArrayList<>())
        .add(new ObjectView(version, manifest, ids));
    return version;
  }

  @Override
  public synchronized DownloadPlan download(DownloadRequest request) {
    return new DownloadPlan(request.segments().stream().map(this::plan).toList());
  }

  private DownloadPlan.SegmentPlan plan(Digest id) {
    Kept kept = segments.get(id);
    if (kept == null) {
      throw error(ErrorCode.NOT_FOUND, "there is no such segment");
    }
    List<Slot> slots = new ArrayList<>();
    List<String> gone = new ArrayList<>();
    kept.hosts.forEach((position, host) -> {
      if (lost.contains(host.name())) {
        gone.add(host.name());
      } else {
        slots.add(slot(position, host, kept.shard, Permit.Action.GET));
      }
    });
    return new DownloadPlan.SegmentPlan(id, kept.shard, kept.index, slots, gone);
  }

  @Override
  public ObjectHealth health(String bucket, String key, Optional<String> versionId) {
    return new ObjectHealth(List.of());
  }

  @Override
  public synchronized ShareView share(
      String bucket, String key, String versionId, Optional<Instant> expires) {
    String id = Base32.encode(bytes(16));
    ShareView share = new ShareView(id, bucket, key, versionId, Instant.now(), expires, false);
    shares.put(id, share);
    return share;
  }

  @Override
  public synchronized List<ShareView> shares() {
    return List.copyOf(shares.values());
  }

  @Override
  public synchronized void revokeShare(String id) {
    shares.remove(id);
  }

  @Override
  public synchronized ObjectView openShare(String id) {
    ShareView share = shares.get(id);
    if (share == null) {
      throw error(ErrorCode.GONE, "the share has ended");
    }
    return object(share.bucket(), share.key(), Optional.of(share.versionId()));
  }

  private byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  private static ZansocException error(ErrorCode code, String message) {
    return new ZansocException(code, message);
  }
}
