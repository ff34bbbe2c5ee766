package cloud.zansoc.storage.client;

import cloud.zansoc.codec.format.Manifest;
import cloud.zansoc.storage.api.VersionView;

/**
 * A version that this client can read.
 *
 * @param version what the hub says of it
 * @param manifest what its owner sealed: attributes, key and extents
 */
public record StoredObject(VersionView version, Manifest manifest) {
  /** Where it lies. */
  public ObjectAddress address() {
    return new ObjectAddress(version.bucket(), version.key());
  }

  /** In bytes, as the manifest says. */
  public long size() {
    return manifest.content().size();
  }
}
