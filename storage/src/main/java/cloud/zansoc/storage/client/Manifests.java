package cloud.zansoc.storage.client;

import cloud.zansoc.base.BucketName;
import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.Limits;
import cloud.zansoc.base.ObjectKey;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.cid.Cid;
import cloud.zansoc.codec.cid.UnixFsRoot;
import cloud.zansoc.codec.crypto.BucketKey;
import cloud.zansoc.codec.crypto.Key256;
import cloud.zansoc.codec.crypto.RootKey;
import cloud.zansoc.codec.format.Manifest;
import cloud.zansoc.codec.format.ManifestSeal;
import cloud.zansoc.storage.api.BucketView;
import cloud.zansoc.storage.api.CommitRequest.Condition;
import cloud.zansoc.storage.api.CommitRequest.VersionCommit;
import cloud.zansoc.storage.api.ObjectView;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Seals manifests for the hub and opens those that it gives. Thread-safe. */
final class Manifests {
  private final StorageHub hub;
  private final RootKey root;
  private final RandomGenerator random;

  /**
   * @param random where salts and nonces come from; outside of tests a SecureRandom
   */
  Manifests(StorageHub hub, RootKey root, RandomGenerator random) {
    this.hub = hub;
    this.root = root;
    this.random = random;
  }

  /** The key of a bucket. */
  BucketKey key(BucketView bucket) {
    return root.bucketKey(bucket.id());
  }

  /** The newest version of an object, or the one named, opened. */
  StoredObject open(BucketView bucket, String key, Optional<String> versionId) {
    return open(bucket, hub.object(bucket.name(), key, versionId));
  }

  /** What the hub gave, opened and checked to be what the hub says that it is. */
  StoredObject open(BucketView bucket, ObjectView view) {
    return checked(view, ManifestSeal.open(key(bucket), view.manifest()));
  }

  /** A manifest that is what the hub's words about it say. */
  static StoredObject checked(ObjectView view, Manifest manifest) {
    manifest.check(new BucketName(view.version().bucket()), new ObjectKey(view.version().key()));
    return new StoredObject(view.version(), manifest);
  }

  /** The address of the newest version's manifest, where there is one: what the next one names. */
  Optional<Digest> newest(BucketView bucket, String key) {
    try {
      return Optional.of(
          ManifestSeal.address(hub.object(bucket.name(), key, Optional.empty()).manifest()));
    } catch (ZansocException e) {
      if (e.code() == ErrorCode.NOT_FOUND) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /**
   * The newest version of an object, where its content has this key, and so was stored by whoever
   * drew the key.
   */
  Optional<StoredObject> newest(BucketView bucket, String key, Key256 objectKey) {
    try {
      return Optional.of(open(bucket, key, Optional.empty()))
          .filter(object -> object.manifest().content().key().equals(objectKey));
    } catch (ZansocException e) {
      if (e.code() == ErrorCode.NOT_FOUND || e.code() == ErrorCode.WRONG_KEY) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** A new version, sealed. */
  VersionCommit seal(
      BucketView bucket, NewObject target, Manifest.Content content, Optional<Digest> previous) {
    Manifest.Attributes attributes =
        new Manifest.Attributes(
            Optional.of(target.contentType()), target.metadata(), target.modified(), target.mode());
    ObjectKey key = new ObjectKey(target.address().key());
    return seal(
        bucket,
        new Manifest(new BucketName(bucket.name()), key, attributes, content, previous),
        target.condition());
  }

  /** A manifest, sealed. */
  VersionCommit seal(BucketView bucket, Manifest manifest, Condition condition) {
    List<Digest> segments =
        manifest.content().extents().stream().map(Manifest.Extent::segment).distinct().toList();
    return new VersionCommit(
        bucket.name(),
        manifest.key().text(),
        ManifestSeal.seal(key(bucket), manifest, random),
        manifest.content().size(),
        manifest.content().root().toString(),
        segments,
        condition);
  }

  /** The root CID over leaves of 256 KiB, of an object of {@code size} bytes. */
  static Cid root(List<Digest> leaves, long size) {
    UnixFsRoot root = new UnixFsRoot();
    long rest = size;
    for (Digest leaf : leaves) {
      root.addLeaf(leaf, (int) Math.min(rest, Limits.BLOCK_BYTES));
      rest -= Limits.BLOCK_BYTES;
    }
    return root.finish();
  }
}
