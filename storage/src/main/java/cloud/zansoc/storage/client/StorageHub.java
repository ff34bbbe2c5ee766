package cloud.zansoc.storage.client;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ShardId;
import cloud.zansoc.base.ZansocException;
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
import cloud.zansoc.storage.api.VersionView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a client asks of a hub about storage. {@code HttpStorageHub} is the API over HTTPS; tests
 * have one in memory. Blocking and thread-safe; every method throws ZansocException.
 */
public interface StorageHub {
  /** The most entries of one page of a listing. */
  int LARGEST_PAGE = 1000;

  /** Where the relay of this hub is. */
  BlockDialer.Relay relay();

  /** The tenant's buckets by name. */
  List<BucketView> buckets();

  /** One bucket, or NOT_FOUND. */
  BucketView bucket(String name);

  /** Makes a bucket with the network's default scheme, or k of n where both are given. */
  BucketView createBucket(String name, Optional<Integer> k, Optional<Integer> n);

  /** Removes an empty bucket, else BUCKET_NOT_EMPTY. */
  void removeBucket(String name);

  /** A page of at most {@code limit} (1 to 1000) entries after {@code after}. */
  Listing list(String bucket, String prefix, String delimiter, Optional<String> after, int limit);

  /** Every object whose key begins with {@code prefix}, in the order of keys. */
  default List<VersionView> listAll(String bucket, String prefix) {
    List<VersionView> objects = new ArrayList<>();
    Optional<String> after = Optional.empty();
    do {
      Listing page = list(bucket, prefix, "", after, LARGEST_PAGE);
      objects.addAll(page.objects());
      after = page.next();
    } while (after.isPresent());
    return objects;
  }

  /** All versions of the keys that begin with {@code prefix}, by key, newest first. */
  List<VersionView> versions(String bucket, String prefix);

  /**
   * The newest version or the one named; NOT_FOUND where there is none or it is a delete marker.
   */
  ObjectView object(String bucket, String key, Optional<String> versionId);

  /** Puts a delete marker on top, or removes the one version that is named for good. */
  void remove(String bucket, String key, Optional<String> versionId);

  /** Commits {@code target} and puts a delete marker on {@code key}, all or nothing: a rename. */
  VersionView move(String bucket, String key, CommitRequest.VersionCommit target);

  Reservation reserve(ReserveRequest request);

  /** The reservation again with fresh permits, or GONE once it has expired or was committed. */
  Reservation resume(ShardId shard);

  /** As {@link #resume}; empty where the reservation is over. */
  default Optional<Reservation> resumable(ShardId shard) {
    try {
      return Optional.of(resume(shard));
    } catch (ZansocException e) {
      if (e.code() == ErrorCode.GONE || e.code() == ErrorCode.NOT_FOUND) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** Gives a reservation up, so that its blocks are dropped now. */
  void release(ShardId shard);

  List<VersionView> commit(CommitRequest request);

  DownloadPlan download(DownloadRequest request);

  /** Whether the segment is the tenant's. */
  default boolean knows(Digest segment) {
    try {
      return !download(new DownloadRequest(List.of(segment), Optional.empty()))
          .segments()
          .isEmpty();
    } catch (ZansocException e) {
      if (e.code() == ErrorCode.NOT_FOUND) {
        return false;
      }
      throw e;
    }
  }

  ObjectHealth health(String bucket, String key, Optional<String> versionId);

  ShareView share(String bucket, String key, String versionId, Optional<Instant> expires);

  List<ShareView> shares();

  void revokeShare(String id);

  /** What a share link opens; needs no tenant. */
  ObjectView openShare(String id);
}
