package cloud.zansoc.cli.image;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.api.DeploymentSpec;
import cloud.zansoc.compute.api.ServiceSpec;
import cloud.zansoc.compute.image.ImageAccess;
import cloud.zansoc.compute.image.ImageRecord;
import cloud.zansoc.compute.image.ImageReference;
import cloud.zansoc.compute.image.OciDigest;
import cloud.zansoc.compute.image.OciManifest;
import cloud.zansoc.compute.image.PackedImage;
import cloud.zansoc.storage.api.ShareView;
import cloud.zansoc.storage.api.VersionView;
import cloud.zansoc.storage.client.ByteRange;
import cloud.zansoc.storage.client.FileToStore;
import cloud.zansoc.storage.client.NewObject;
import cloud.zansoc.storage.client.ObjectAddress;
import cloud.zansoc.storage.client.ObjectReader;
import cloud.zansoc.storage.client.StorageClient;
import cloud.zansoc.storage.client.StorageHub;
import cloud.zansoc.storage.client.TransferProgress;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.channels.Channels;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The images that a user has in storage: docs/format/image-reference.md. */
public final class StoredImages {
  private static final String DIGEST_MARK = "@sha256:";

  private final StorageClient client;
  private final StorageHub hub;

  /** Those of {@code client}'s tenant. */
  public StoredImages(StorageClient client) {
    this.client = client;
    this.hub = client.hub();
  }

  /**
   * An image in storage.
   *
   * @param image what deployments name it by
   * @param bytes of all its blobs, some of which it may share with others
   */
  public record View(String image, long bytes, Instant stored) {}

  /** Which blobs of an image are not in a bucket yet, by their digests. */
  Set<Digest> missing(String bucket, PackedImage image) {
    Map<String, VersionView> there = blobs(bucket);
    return image.blobs().stream()
        .filter(blob -> !isThere(there, blob))
        .map(PackedImage.Part::digest)
        .collect(Collectors.toSet());
  }

  private Map<String, VersionView> blobs(String bucket) {
    return hub.listAll(bucket, ImageReference.BLOBS).stream()
        .collect(Collectors.toMap(VersionView::key, object -> object));
  }

  private static boolean isThere(Map<String, VersionView> there, PackedImage.Part blob) {
    VersionView object = there.get(blobKey(blob.digest()));
    return object != null && object.size() == blob.bytes();
  }

  private static String blobKey(Digest blob) {
    return ImageReference.BLOBS + OciDigest.hex(blob);
  }

  /** Has the bucket, made where it is not there. */
  void requireBucket(String bucket) {
    try {
      hub.bucket(bucket);
    } catch (ZansocException e) {
      if (e.code() != ErrorCode.NOT_FOUND) {
        throw e;
      }
      hub.createBucket(bucket, Optional.empty(), Optional.empty());
    }
  }

  /**
   * Stores an image; what is there is not sent again.
   *
   * @param missing of its blobs
   */
  ImageReference push(
      PackedImage image, ImageReference target, Set<Digest> missing, TransferProgress progress) {
    String bucket = target.bucket();
    for (PackedImage.Part blob : image.blobs()) {
      if (missing.contains(blob.digest())) {
        ObjectAddress address = new ObjectAddress(bucket, blobKey(blob.digest()));
        VersionView stored = client.put(FileToStore.of(blob.file(), address), progress);
        assert stored.size() == blob.bytes();
      }
    }
    List<ShareView> shares = hub.shares();
    Map<Digest, ImageAccess> access = new HashMap<>();
    for (PackedImage.Part blob : image.blobs()) {
      access.put(blob.digest(), access(bucket, blobKey(blob.digest()), shares));
    }
    ImageReference reference = target.withDigest(image.digest());
    ObjectAddress record = new ObjectAddress(bucket, reference.recordKey());
    VersionView stored =
        client.put(
            NewObject.binary(record, Instant.now()),
            new ByteArrayInputStream(new ImageRecord(image.manifest(), access).encode()),
            TransferProgress.NONE);
    if (!missing(bucket, image).isEmpty()) {
      hub.remove(bucket, record.key(), Optional.of(stored.versionId()));
      throw new ZansocException(
          ErrorCode.CONFLICT,
          "some of the image's layers were removed meanwhile by 'image rm': push it again");
    }
    return reference;
  }

  private ImageAccess access(String bucket, String key, List<ShareView> shares) {
    StorageClient.Share share = client.share(new ObjectAddress(bucket, key), shares);
    return ImageAccess.of(share.view().id(), share.key());
  }

  /** The images of a bucket whose names begin so, by name, the newest first. */
  List<View> list(String bucket, String prefix) {
    return records(bucket, prefix).stream()
        .sorted(
            Comparator.comparing((VersionView object) -> nameOf(object.key()))
                .thenComparing(VersionView::modified, Comparator.reverseOrder()))
        .map(object ->
            new View(
                ImageReference.SCHEME + bucket + "/" + object.key(),
                read(bucket, object.key()).oci().bytes(),
                object.modified()))
        .toList();
  }

  private List<VersionView> records(String bucket, String prefix) {
    return hub.listAll(bucket, prefix).stream()
        .filter(object -> object.key().contains(DIGEST_MARK))
        .toList();
  }

  private static String nameOf(String key) {
    return key.substring(0, key.indexOf(DIGEST_MARK));
  }

  private ImageRecord read(String bucket, String key) {
    ObjectReader object = client.open(new ObjectAddress(bucket, key), Optional.empty());
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    object.copyTo(
        new ByteRange(0, Math.min(object.object().size(), ImageRecord.MOST_BYTES)),
        Channels.newChannel(bytes),
        TransferProgress.NONE);
    return ImageRecord.decode(bytes.toByteArray());
  }

  /**
   * With its digest: the newest of its name, where none is given.
   *
   * @throws ZansocException NOT_FOUND
   */
  ImageReference find(ImageReference image) {
    return all(image).stream()
        .max(Comparator.comparing(VersionView::modified))
        .map(object -> reference(image, object))
        .orElseThrow(() -> missing(image));
  }

  private static ImageReference reference(ImageReference image, VersionView object) {
    return image.withDigest(
        OciDigest.parse(object.key().substring(object.key().indexOf(DIGEST_MARK) + 1)));
  }

  private List<VersionView> all(ImageReference image) {
    String prefix = image.digest().isPresent() ? image.recordKey() : image.recordPrefix();
    try {
      return records(image.bucket(), prefix);
    } catch (ZansocException e) {
      if (e.code() == ErrorCode.NOT_FOUND) {
        throw missing(image);
      }
      throw e;
    }
  }

  private static ZansocException missing(ImageReference image) {
    return new ZansocException(
        ErrorCode.NOT_FOUND,
        "image %s is not in storage: 'zansoc image ls' shows what is, 'zansoc image push' puts one there"
            .formatted(image));
  }

  /** What is to be deployed, with what lets hosts read its images that are in storage. */
  public DeploymentSpec withAccess(DeploymentSpec spec) {
    List<ServiceSpec> services = new ArrayList<>();
    for (ServiceSpec service : spec.services()) {
      services.add(
          ImageReference.isStored(service.image())
              ? service.withImage(readable(ImageReference.parse(service.image())).secretText())
              : service);
    }
    return spec.withServices(services);
  }

  private ImageReference readable(ImageReference image) {
    if (image.access().isPresent()) {
      return image; // Another tenant's, who gave its key.
    }
    ImageReference found = find(image);
    return found.withAccess(access(found.bucket(), found.recordKey(), hub.shares()));
  }

  /** All with this digest or, without one, of this name. */
  List<ImageReference> matching(ImageReference image) {
    List<VersionView> found = all(image);
    if (found.isEmpty()) {
      throw missing(image);
    }
    return found.stream().map(object -> reference(image, object)).toList();
  }

  /**
   * Removes images for good, with those of their blobs that no other image of their bucket has.
   *
   * @return how many bytes that frees
   */
  long remove(List<ImageReference> images) {
    String bucket = images.getFirst().bucket();
    Set<String> keys = images.stream().map(ImageReference::recordKey).collect(Collectors.toSet());
    Set<String> blobs = new HashSet<>();
    keys.forEach(key -> blobs.addAll(blobsOf(bucket, key)));
    for (VersionView other : records(bucket, "")) {
      if (!keys.contains(other.key())) {
        blobs.removeAll(blobsOf(bucket, other.key()));
      }
    }
    Set<String> all = new HashSet<>(blobs);
    all.addAll(keys);
    for (ShareView share : hub.shares()) {
      if (share.bucket().equals(bucket) && all.contains(share.key()) && !share.revoked()) {
        hub.revokeShare(share.id());
      }
    }
    // Records first: killed in between, blobs are left over that a push finds again.
    return erase(bucket, keys) + erase(bucket, blobs);
  }

  private Set<String> blobsOf(String bucket, String key) {
    OciManifest manifest = read(bucket, key).oci();
    Set<String> blobs = new HashSet<>();
    blobs.add(blobKey(manifest.config().digest()));
    manifest.layers().forEach(layer -> blobs.add(blobKey(layer.digest())));
    return blobs;
  }

  private long erase(String bucket, Set<String> keys) {
    long bytes = 0;
    for (String key : keys) {
      for (VersionView version : hub.versions(bucket, key)) {
        hub.remove(bucket, version.key(), Optional.of(version.versionId()));
        bytes += version.size();
      }
    }
    return bytes;
  }
}
