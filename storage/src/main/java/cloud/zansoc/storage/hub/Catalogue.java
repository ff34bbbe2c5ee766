package cloud.zansoc.storage.hub;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.Digest;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ShardId;
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
import cloud.zansoc.storage.api.VersionView;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What the API's storage routes call: {@link cloud.zansoc.storage.client.StorageHub} for any
 * tenant. The caller is authenticated already. Blocking and thread-safe; every method is one
 * transaction and throws {@link cloud.zansoc.base.ZansocException}.
 *
 * <p>Bucket names are unique within a tenant. Used space is the ciphertext of a tenant's segments
 * before redundancy, and its manifests.
 */
public interface Catalogue {
  /** The tenant's buckets by name. */
  List<BucketView> buckets(String tenant);

  /** One bucket, or NOT_FOUND. */
  BucketView bucket(String tenant, String name);

  /**
   * Makes a bucket with k of n, or with the scheme that suits the hosts there are now.
   *
   * @throws cloud.zansoc.base.ZansocException INVALID_NAME, ALREADY_EXISTS, INVALID_ARGUMENT (only
   *     one of k and n, or no scheme)
   */
  BucketView createBucket(String tenant, String name, Optional<Integer> k, Optional<Integer> n);

  /** Removes a bucket without versions (delete markers aside), else BUCKET_NOT_EMPTY. */
  void removeBucket(String tenant, String name);

  /** A page of newest versions. */
  Listing list(String tenant, String bucket, Page page);

  /** All versions of the keys that begin with {@code prefix}, by key, newest first. */
  List<VersionView> versions(String tenant, String bucket, String prefix);

  /**
   * The newest version or the one named; NOT_FOUND where there is none or it is a delete marker.
   */
  ObjectView object(String tenant, String bucket, String key, Optional<String> versionId);

  /**
   * Puts a delete marker on top, or removes the one version that is named for good. NOT_FOUND where
   * there is no such object or version.
   */
  void remove(String tenant, String bucket, String key, Optional<String> versionId);

  /**
   * Commits {@code target} and puts a delete marker on {@code key} of {@code bucket}, all or
   * nothing, and idempotently as {@link #commit}.
   */
  VersionView move(String tenant, String bucket, String key, CommitRequest.VersionCommit target);

  /** Hosts for a new segment; QUOTA_EXCEEDED, NOT_ENOUGH_HOSTS. */
  Reservation reserve(Caller caller, ReserveRequest request);

  /** The reservation again with fresh permits, or GONE once it has expired or was committed. */
  Reservation resume(Caller caller, ShardId shard);

  /** Gives a reservation up; does nothing where there is none. */
  void release(String tenant, ShardId shard);

  /**
   * Makes segments and versions visible.
   *
   * @return the versions in the request's order; the same again for a repeated request
   * @throws cloud.zansoc.base.ZansocException GONE (the reservation), PRECONDITION_FAILED,
   *     INVALID_ARGUMENT (an index or a receipt that proves nothing), CONFLICT (too few receipts),
   *     NOT_FOUND (a bucket or segment)
   */
  List<VersionView> commit(String tenant, CommitRequest request);

  /**
   * Where segments lie, with GET permits for {@code client}.
   *
   * @param tenant who asks; absent where only a share allows it
   */
  DownloadPlan download(Optional<String> tenant, PeerId client, DownloadRequest request);

  /** How safe a version is. */
  ObjectHealth health(String tenant, String bucket, String key, Optional<String> versionId);

  /** Shares a version. */
  ShareView share(
      String tenant, String bucket, String key, String versionId, Optional<Instant> expires);

  /** The tenant's shares, newest first. */
  List<ShareView> shares(String tenant);

  /** Ends a share; NOT_FOUND where it is not the tenant's. */
  void revokeShare(String tenant, String id);

  /**
   * What a share opens: NOT_FOUND, or GONE where it has expired, was revoked or lost its object.
   */
  ObjectView openShare(String id);

  /**
   * A host found one of its blocks damaged: its position counts as unhealthy until it is repaired.
   * Reports about what the host does not hold are ignored.
   */
  void reportDamage(PeerId host, Digest block, ShardId shard);

  /** What the tenant has stored. */
  ByteSize used(String tenant);

  /** Who asks: the tenant that pays, and the peer that permits are made out to. */
  record Caller(String tenant, PeerId client) {}

  /**
   * Which part of a bucket to list.
   *
   * @param delimiter groups keys by what follows the prefix up to it; empty for no grouping
   * @param after the {@code next} of the page before
   * @param limit 1 to 1000
   */
  record Page(String prefix, String delimiter, Optional<String> after, int limit) {
    /** The most entries of a page. */
    public static final int MAX_LIMIT = 1000;
  }
}
