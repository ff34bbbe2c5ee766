package cloud.zansoc.hub.store;

import cloud.zansoc.base.Base32;
import cloud.zansoc.base.BucketName;
import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ShardId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.erasure.RedundancyScheme;
import cloud.zansoc.hub.store.Buckets.Bucket;
import cloud.zansoc.hub.store.Versions.Content;
import cloud.zansoc.hub.store.Versions.Version;
import cloud.zansoc.net.node.NodeView;
import cloud.zansoc.storage.api.BucketView;
import cloud.zansoc.storage.api.CommitRequest;
import cloud.zansoc.storage.api.CommitRequest.VersionCommit;
import cloud.zansoc.storage.api.DownloadPlan;
import cloud.zansoc.storage.api.DownloadRequest;
import cloud.zansoc.storage.api.Listing;
import cloud.zansoc.storage.api.ObjectHealth;
import cloud.zansoc.storage.api.ObjectView;
import cloud.zansoc.storage.api.Reservation;
import cloud.zansoc.storage.api.ReserveRequest;
import cloud.zansoc.storage.api.ShareView;
import cloud.zansoc.storage.api.VersionView;
import cloud.zansoc.storage.hub.Catalogue;
import cloud.zansoc.storage.hub.HostDirectory;
import cloud.zansoc.storage.hub.PermitIssuer;
import cloud.zansoc.storage.hub.Placement;
import cloud.zansoc.storage.hub.RedundancyChoice;
import cloud.zansoc.storage.hub.TenantQuotas;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The catalogue on SQLite or PostgreSQL. Host states come from the directory, not from SQL. */
public final class SqlCatalogue implements Catalogue {
  private final Database database;
  private final HostDirectory hosts;
  private final PermitIssuer issuer;
  private final Uploads uploads;
  private final Downloads downloads;

  /**
   * @param issuer signs permits; its clock and random numbers are the catalogue's too
   */
  public SqlCatalogue(
      Database database,
      HostDirectory hosts,
      Placement placement,
      PermitIssuer issuer,
      TenantQuotas quotas) {
    this.database = database;
    this.hosts = hosts;
    this.issuer = issuer;
    this.uploads = new Uploads(database, hosts, placement, issuer, quotas);
    this.downloads = new Downloads(database, hosts, issuer);
  }

  @Override
  public List<BucketView> buckets(String tenant) {
    List<Bucket> buckets = database.read(handle -> Buckets.of(handle, tenant));
    return buckets.stream()
        .map(Bucket::view)
        .sorted(Comparator.comparing(BucketView::name))
        .toList();
  }

  @Override
  public BucketView bucket(String tenant, String name) {
    return database.read(handle -> Buckets.require(handle, tenant, name)).view();
  }

  @Override
  public BucketView createBucket(
      String tenant, String name, Optional<Integer> k, Optional<Integer> n) {
    BucketName checked = new BucketName(name);
    RedundancyScheme scheme = scheme(k, n);
    byte[] id = new byte[16];
    issuer.random().nextBytes(id);
    BucketView view =
        new BucketView(
            checked.text(),
            Base32.encode(id),
            Instant.ofEpochMilli(now().toEpochMilli()),
            0,
            new ByteSize(0),
            scheme.k(),
            scheme.n());
    database.run(handle -> {
      if (Buckets.find(handle, tenant, name).isPresent()) {
        throw new ZansocException(
            ErrorCode.ALREADY_EXISTS, "there is a bucket '%s' already".formatted(name));
      }
      Buckets.insert(handle, tenant, view);
    });
    return view;
  }

  private RedundancyScheme scheme(Optional<Integer> k, Optional<Integer> n) {
    if (k.isPresent() != n.isPresent()) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT, "a bucket's scheme needs both k and n, or neither");
    }
    if (k.isEmpty() || n.isEmpty()) {
      long ready =
          hosts.hosts().stream().filter(host -> host.state() == NodeView.State.READY).count();
      return RedundancyChoice.forHosts((int) ready);
    }
    try {
      return RedundancyScheme.of(k.get(), n.get());
    } catch (IllegalArgumentException e) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT,
          "%d of %d is no scheme: 1 <= k <= n <= 255".formatted(k.get(), n.get()),
          e);
    }
  }

  @Override
  public void removeBucket(String tenant, String name) {
    database.run(handle -> {
      Bucket bucket = Buckets.require(handle, tenant, name);
      long versions =
          handle
              .createQuery(
                  "SELECT COUNT(*) FROM (SELECT id FROM versions"
                      + " WHERE bucket = :bucket AND marker = 0 LIMIT 1) present")
              .bind("bucket", bucket.id())
              .mapTo(Long.class)
              .one();
      if (versions > 0) {
        throw new ZansocException(
            ErrorCode.BUCKET_NOT_EMPTY,
            "bucket '%s' has objects or old versions of them; 'zansoc rm -r --all-versions zs://%s'"
                    .formatted(name, name)
                + " removes them for good");
      }
      Buckets.delete(handle, bucket.id());
    });
  }

  @Override
  public Listing list(String tenant, String bucket, Page page) {
    return database.read(
        handle -> Listings.page(handle, Buckets.require(handle, tenant, bucket), page));
  }

  @Override
  public List<VersionView> versions(String tenant, String bucket, String prefix) {
    return database.read(
        handle -> Listings.versions(handle, Buckets.require(handle, tenant, bucket), prefix));
  }

  @Override
  public ObjectView object(String tenant, String bucket, String key, Optional<String> versionId) {
    return database.read(handle -> {
      Bucket found = Buckets.require(handle, tenant, bucket);
      Version version = version(handle, found, key, versionId);
      Content content = Versions.content(handle, version.id());
      return new ObjectView(version.view(bucket), content.manifest(), content.segments());
    });
  }

  /** The version named, or the newest; NOT_FOUND where there is none or it is a delete marker. */
  static Version version(Handle handle, Bucket bucket, String key, Optional<String> versionId) {
    Optional<Version> found =
        versionId.isPresent()
            ? Versions.find(handle, bucket, key, VersionId.parse(versionId.get()))
            : Versions.latest(handle, bucket, key);
    return found
        .filter(version -> !version.marker())
        .orElseThrow(() -> noObject(bucket.view().name(), key));
  }

  static ZansocException noObject(String bucket, String key) {
    return new ZansocException(
        ErrorCode.NOT_FOUND, "there is no object '%s' in bucket '%s'".formatted(key, bucket));
  }

  @Override
  public void remove(String tenant, String bucket, String key, Optional<String> versionId) {
    Instant now = now();
    database.run(handle -> {
      Bucket found = Buckets.require(handle, tenant, bucket);
      if (versionId.isEmpty()) {
        new Commits(handle, tenant, now, issuer.random()).marker(found, key);
      } else {
        purge(handle, tenant, found, key, VersionId.parse(versionId.get()), now);
      }
    });
  }

  private static void purge(
      Handle handle, String tenant, Bucket bucket, String key, VersionId id, Instant now) {
    Version version =
        Versions.find(handle, bucket, key, id)
            .orElseThrow(() -> noObject(bucket.view().name(), key));
    Content content = Versions.content(handle, id);
    Versions.delete(handle, bucket, version);
    Segments.release(handle, tenant, content.segments(), now);
    Segments.use(handle, tenant, -content.manifest().length);
  }

  @Override
  public VersionView move(String tenant, String bucket, String key, VersionCommit target) {
    if (target.bucket().equals(bucket) && target.key().equals(key)) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT, "'%s' cannot be moved onto itself".formatted(key));
    }
    return uploads.move(tenant, bucket, key, target);
  }

  @Override
  public Reservation reserve(Caller caller, ReserveRequest request) {
    return uploads.reserve(caller, request);
  }

  @Override
  public Reservation resume(Caller caller, ShardId shard) {
    return uploads.resume(caller, shard);
  }

  @Override
  public void release(String tenant, ShardId shard) {
    uploads.release(tenant, shard);
  }

  @Override
  public List<VersionView> commit(String tenant, CommitRequest request) {
    return uploads.commit(tenant, request);
  }

  @Override
  public DownloadPlan download(Optional<String> tenant, PeerId client, DownloadRequest request) {
    return downloads.plan(tenant, client, request);
  }

  @Override
  public ObjectHealth health(String tenant, String bucket, String key, Optional<String> versionId) {
    return downloads.health(tenant, bucket, key, versionId);
  }

  @Override
  public ShareView share(
      String tenant, String bucket, String key, String versionId, Optional<Instant> expires) {
    byte[] id = new byte[16];
    issuer.random().nextBytes(id);
    ShareView view =
        new ShareView(
            Base32.encode(id),
            bucket,
            key,
            versionId,
            Instant.ofEpochMilli(now().toEpochMilli()),
            expires.map(end -> Instant.ofEpochMilli(end.toEpochMilli())),
            false);
    database.run(handle -> {
      Bucket found = Buckets.require(handle, tenant, bucket);
      version(handle, found, key, Optional.of(versionId));
      Shares.insert(handle, tenant, view);
    });
    return view;
  }

  @Override
  public List<ShareView> shares(String tenant) {
    return database.read(handle -> Shares.of(handle, tenant));
  }

  @Override
  public void revokeShare(String tenant, String id) {
    database.run(handle -> Shares.revoke(handle, tenant, id));
  }

  @Override
  public ObjectView openShare(String id) {
    return downloads.openShare(id);
  }

  @Override
  public void reportDamage(PeerId host, Digest block, ShardId shard) {
    database.run(handle -> RepairRows.damaged(handle, host, block, shard));
  }

  @Override
  public ByteSize used(String tenant) {
    return new ByteSize(database.read(handle -> Segments.used(handle, tenant)));
  }

  private Instant now() {
    return issuer.clock().instant();
  }
}
