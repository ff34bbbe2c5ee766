package cloud.zansoc.storage.client;

import cloud.zansoc.base.ShardId;
import cloud.zansoc.net.block.BlockDialer;
import cloud.zansoc.net.http.ApiCall;
import cloud.zansoc.net.http.ApiClient;
import cloud.zansoc.storage.api.BucketView;
import cloud.zansoc.storage.api.CommitRequest;
import cloud.zansoc.storage.api.DownloadPlan;
import cloud.zansoc.storage.api.DownloadRequest;
import cloud.zansoc.storage.api.Listing;
import cloud.zansoc.storage.api.NewBucket;
import cloud.zansoc.storage.api.NewShare;
import cloud.zansoc.storage.api.ObjectHealth;
import cloud.zansoc.storage.api.ObjectView;
import cloud.zansoc.storage.api.Reservation;
import cloud.zansoc.storage.api.ReserveRequest;
import cloud.zansoc.storage.api.ShareView;
import cloud.zansoc.storage.api.VersionView;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** A hub's storage API over HTTPS. The client, which is not closed here, repeats what it may. */
public final class HttpStorageHub implements StorageHub {
  private final String base;
  private final String object;
  private final ApiClient api;
  private final Supplier<BlockDialer.Relay> relay;

  /**
   * @param relay where the hub's peer port is; asked for when a host is first dialled
   */
  public HttpStorageHub(ApiClient api, Supplier<BlockDialer.Relay> relay) {
    this(api, "/v1", relay);
  }

  /**
   * A hub whose routes of storage lie under another path: for one who acts for a tenant.
   *
   * @param base what stands before {@code /buckets}, without braces
   */
  public HttpStorageHub(ApiClient api, String base, Supplier<BlockDialer.Relay> relay) {
    this.base = base;
    this.object = base + "/buckets/{bucket}/object";
    this.api = api;
    this.relay = relay;
  }

  @Override
  public BlockDialer.Relay relay() {
    return relay.get();
  }

  @Override
  public List<BucketView> buckets() {
    return api.callList(ApiCall.get(base + "/buckets"), BucketView.class);
  }

  @Override
  public BucketView bucket(String name) {
    return api.call(ApiCall.get(base + "/buckets/{bucket}", name), BucketView.class);
  }

  @Override
  public BucketView createBucket(String name, Optional<Integer> k, Optional<Integer> n) {
    return api.call(
        ApiCall.post(base + "/buckets").body(new NewBucket(name, k, n)), BucketView.class);
  }

  @Override
  public void removeBucket(String name) {
    api.run(ApiCall.delete(base + "/buckets/{bucket}", name));
  }

  @Override
  public Listing list(
      String bucket, String prefix, String delimiter, Optional<String> after, int limit) {
    return api.call(
        ApiCall.get(base + "/buckets/{bucket}/objects", bucket)
            .query("prefix", prefix)
            .query("delimiter", delimiter)
            .query("after", after)
            .query("limit", limit),
        Listing.class);
  }

  @Override
  public List<VersionView> versions(String bucket, String prefix) {
    return api.callList(
        ApiCall.get(base + "/buckets/{bucket}/versions", bucket).query("prefix", prefix),
        VersionView.class);
  }

  @Override
  public ObjectView object(String bucket, String key, Optional<String> versionId) {
    return api.call(
        ApiCall.get(object, bucket).query("key", key).query("version", versionId),
        ObjectView.class);
  }

  @Override
  public void remove(String bucket, String key, Optional<String> versionId) {
    api.run(ApiCall.delete(object, bucket).query("key", key).query("version", versionId));
  }

  @Override
  public VersionView move(String bucket, String key, CommitRequest.VersionCommit target) {
    return api.call(
        ApiCall.post(base + "/buckets/{bucket}/move", bucket).query("key", key).body(target),
        VersionView.class);
  }

  @Override
  public Reservation reserve(ReserveRequest request) {
    return api.call(
        ApiCall.post(base + "/segments/reserve").body(request).idempotent(), Reservation.class);
  }

  @Override
  public Reservation resume(ShardId shard) {
    return api.call(ApiCall.get(base + "/segments/reservations/{shard}", shard), Reservation.class);
  }

  @Override
  public void release(ShardId shard) {
    api.run(ApiCall.delete(base + "/segments/reservations/{shard}", shard));
  }

  @Override
  public List<VersionView> commit(CommitRequest request) {
    return api.callList(
        ApiCall.post(base + "/commit").body(request).idempotent(), VersionView.class);
  }

  @Override
  public DownloadPlan download(DownloadRequest request) {
    return api.call(
        ApiCall.post(base + "/segments/download").body(request).idempotent(), DownloadPlan.class);
  }

  @Override
  public ObjectHealth health(String bucket, String key, Optional<String> versionId) {
    return api.call(
        ApiCall.get(base + "/buckets/{bucket}/health", bucket)
            .query("key", key)
            .query("version", versionId),
        ObjectHealth.class);
  }

  @Override
  public ShareView share(String bucket, String key, String versionId, Optional<Instant> expires) {
    return api.call(
        ApiCall.post(base + "/shares").body(new NewShare(bucket, key, versionId, expires)),
        ShareView.class);
  }

  @Override
  public List<ShareView> shares() {
    return api.callList(ApiCall.get(base + "/shares"), ShareView.class);
  }

  @Override
  public void revokeShare(String id) {
    api.run(ApiCall.delete(base + "/shares/{share}", id));
  }

  @Override
  public ObjectView openShare(String id) {
    return api.call(ApiCall.get(base + "/shares/{share}", id), ObjectView.class);
  }
}
