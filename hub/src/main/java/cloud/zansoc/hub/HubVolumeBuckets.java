package cloud.zansoc.hub;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.hub.VolumeBuckets;
import cloud.zansoc.hub.api.HiddenBuckets;
import cloud.zansoc.storage.api.VersionView;
import cloud.zansoc.storage.hub.Catalogue;
import java.util.Optional;

/** Buckets of volumes in the catalogue. */
record HubVolumeBuckets(Catalogue catalogue) implements VolumeBuckets {
  @Override
  public String create(String tenant, String volume) {
    return catalogue
        .createBucket(tenant, HiddenBuckets.ofVolume(volume), Optional.empty(), Optional.empty())
        .name();
  }

  @Override
  public ByteSize stored(String tenant, String bucket) {
    return catalogue.bucket(tenant, bucket).bytes();
  }

  @Override
  public void remove(String tenant, String bucket) {
    try {
      for (VersionView version : catalogue.versions(tenant, bucket, "")) {
        catalogue.remove(tenant, bucket, version.key(), Optional.of(version.versionId()));
      }
      catalogue.removeBucket(tenant, bucket);
    } catch (ZansocException e) {
      if (e.code() != ErrorCode.NOT_FOUND) {
        throw e;
      }
    }
  }
}
